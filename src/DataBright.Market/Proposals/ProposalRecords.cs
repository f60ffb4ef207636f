using System.Buffers.Binary;
using DataBright.Ethereum;

namespace DataBright.Market.Proposals;

public enum ProposalState
{
    Open = 1,
    Accepted,
    Rejected,
    Expired,
    Delisted,
}

public enum ProposalKind
{
    /// <summary>Data points on offer.</summary>
    Listing,

    /// <summary>A listed shard to be taken off the list.</summary>
    Delisting,

    /// <summary>Another model, or none, to be the dataset's best.</summary>
    Replacement,
}

public enum Choice
{
    No,
    Yes,
}

/// <summary>A proposal as the ledger has it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Dataset">What it is proposed to.</param>
/// <param name="Kind">What it asks for.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Shard">The root of the shard it is about; of a replacement, what <see cref="Replacement"/> reads.</param>
/// <param name="Count">Data points on offer; zero for a delisting and for a replacement.</param>
/// <param name="Contributor">Who proposed it.</param>
/// <param name="Snapshot">Votes weigh what was held at the end of this block.</param>
/// <param name="Deadline">The last second in which a vote is taken.</param>
/// <param name="Yes">Weight of the votes for it.</param>
/// <param name="No">Weight of the votes against it.</param>
/// <param name="Shielded">Votes are committed first and revealed later.</param>
/// <param name="Extended">The deadline was moved once by a late vote, which brought the quorum or turned the outcome.</param>
/// <param name="BondWithdrawn">The bond has been paid back.</param>
public sealed record Proposal(
    ProposalId Id, DatasetId Dataset, ProposalKind Kind, ProposalState State, Hash32 Shard, int Count, Address Contributor,
    ulong Snapshot, DateTimeOffset Deadline, ShareAmount Yes, ShareAmount No, bool Shielded, bool Extended, bool BondWithdrawn)
{
    /// <summary>
    /// What the dataset's curators have found so far; null where it is the shareholders' to decide. While it is not, no shares count.
    /// </summary>
    public Review? Review { get; init; }

    /// <summary>What shall be the dataset's best model; null where it is about something else.</summary>
    public Replacement? Replacement => Replacement.Of(Kind, Shard);
}

/// <summary>What shall be a dataset's best model.</summary>
/// <param name="Replaced">What is, and shall not be: its parameters are barred. The same as the other where only its metric changes; null
/// where there is none.</param>
/// <param name="Model">Null: none, until a referee's word moves it.</param>
/// <param name="MetricPpm">What the next one has to be better than: its accuracy, as whoever proposed it says.</param>
public sealed record Replacement(ModelId? Replaced, ModelId? Model, uint MetricPpm)
{
    /// <summary>
    /// As the ledger keeps it in the place of a shard's root: two numbers of 64 bits before the metric's 32. Null where it is none.
    /// </summary>
    public static Replacement? Of(ProposalKind kind, Hash32 subject)
    {
        if (kind != ProposalKind.Replacement) return null;
        var word = subject.AsSpan();
        return new Replacement(ModelAt(word[12..]), ModelAt(word[20..]), BinaryPrimitives.ReadUInt32BigEndian(word[28..]));
    }

    /// <summary>The same, made.</summary>
    public Hash32 ToSubject()
    {
        Span<byte> word = stackalloc byte[Hash32.Size];
        BinaryPrimitives.WriteUInt64BigEndian(word[12..], Replaced?.Value ?? 0);
        BinaryPrimitives.WriteUInt64BigEndian(word[20..], Model?.Value ?? 0);
        BinaryPrimitives.WriteUInt32BigEndian(word[28..], MetricPpm);
        return new Hash32(word);
    }

    private static ModelId? ModelAt(ReadOnlySpan<byte> word) =>
        BinaryPrimitives.ReadUInt64BigEndian(word) is var number and not 0 ? new ModelId(number) : null;
}

/// <summary>Judgements of curators who did not see each other's.</summary>
/// <param name="Yes">Curators for it.</param>
/// <param name="No">Curators against it.</param>
public sealed record Review(int Yes, int No)
{
    /// <summary>How many pairs of curators agree, in parts per ten thousand of all pairs; null below two judgements.</summary>
    /// <remarks>The observed agreement of Fleiss (1971), for one subject.</remarks>
    public int? AgreementBps => (long)Yes + No < 2 ? null : (int)(10_000 * (Pairs(Yes) + Pairs(No)) / Pairs((Int128)Yes + No));

    private static Int128 Pairs(Int128 curators) => curators * (curators - 1);
}

/// <summary>A vote that was counted; a curator's judgement weighs no shares.</summary>
public sealed record Vote(ProposalId Proposal, Address Voter, Choice Choice, ShareAmount Weight, string Reason);

/// <summary>How a proposal ended.</summary>
public sealed record Finalised(ProposalId Proposal, ProposalState State, ShareAmount Yes, ShareAmount No, ShareAmount Minted);

/// <summary>A vote to be signed off the chain and sent by somebody else.</summary>
public sealed record Ballot(ProposalId Proposal, Choice Choice, Address Voter, string Reason, DateTimeOffset Deadline);

/// <summary>A measured effect of a proposal's points on accuracy, in parts per million.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Proposal">The open proposal.</param>
/// <param name="AccuracyBefore">Trained without the points.</param>
/// <param name="AccuracyAfter">Trained with them.</param>
/// <param name="LowerEnd">The lower end of the gain's 95 % interval.</param>
/// <param name="Points">Points that were measured.</param>
/// <param name="Copies">Points that were left out because they are copies of others.</param>
/// <param name="Measurement">Hash of the dataset's terms, by which they were measured.</param>
/// <param name="Checkpoint">The checkpoint that was measured.</param>
/// <param name="Job">The evaluation job that measured it.</param>
/// <param name="Deadline">Until when the statement may be posted.</param>
public sealed record EvaluationStatement(
    DatasetId Dataset, ProposalId Proposal, int AccuracyBefore, int AccuracyAfter, int LowerEnd, int Points, int Copies, Digest Measurement,
    Digest Checkpoint, JobId Job, DateTimeOffset Deadline);

/// <summary>The evaluation that the ledger has of a proposal: of several the one in the middle by its lower end.</summary>
public sealed record PostedEvaluation(uint AccuracyBefore, uint AccuracyAfter, int LowerEnd, JobId Job, int Posted)
{
    public long GainPpm => (long)AccuracyAfter - AccuracyBefore;
}
