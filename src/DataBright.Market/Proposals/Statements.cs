using System.Text.Json.Nodes;
using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.Proposals;

namespace DataBright.Market.Proposals;

/// <summary>What people and referees sign off the chain about proposals (EIP-712). Bound to one chain and one contract.</summary>
public sealed class Statements(MarketAddresses addresses)
{
    private static readonly TypedStruct BallotType =
        TypedStruct.Define("Ballot(uint256 proposalId,uint8 choice,address voter,string reason,uint256 deadline)");

    private static readonly TypedStruct EvaluationType = TypedStruct.Define(
        "Evaluation(uint256 datasetId,uint256 proposalId,uint32 accuracyBefore,uint32 accuracyAfter,int32 lowerEnd,uint32 points,uint32 "
        + "copies,bytes32 measurementHash,bytes32 checkpointHash,uint64 jobId,uint256 deadline)");

    private readonly TypedDomain _domain = TypedDomain.Of("DataBright Proposals", "1", addresses.ChainId, addresses.Proposals);

    /// <summary>What a voter's wallet signs.</summary>
    public Hash32 Digest(Ballot ballot) => Message(ballot).Digest;

    /// <summary>The ballot as a wallet takes it (<c>eth_signTypedData_v4</c>).</summary>
    public JsonObject ForWallet(Ballot ballot) => Message(ballot).ToJson();

    /// <summary>What a referee signs.</summary>
    public Hash32 Digest(EvaluationStatement evaluation) => Message(evaluation).Digest;

    /// <summary>The ballot as it is signed.</summary>
    public TypedMessage Message(Ballot ballot) =>
        new(_domain, BallotType, (Uint256)ballot.Proposal, (Uint256)(ulong)ballot.Choice, ballot.Voter, ballot.Reason,
            Seconds(ballot.Deadline));

    /// <summary>The evaluation as it is signed.</summary>
    public TypedMessage Message(EvaluationStatement evaluation) => new(_domain, EvaluationType,
        (Uint256)evaluation.Dataset, (Uint256)evaluation.Proposal, (Uint256)(ulong)evaluation.AccuracyBefore,
        (Uint256)(ulong)evaluation.AccuracyAfter, (long)evaluation.LowerEnd, (Uint256)(ulong)evaluation.Points,
        (Uint256)(ulong)evaluation.Copies,
        evaluation.Measurement.ToHash32(), evaluation.Checkpoint.ToHash32(), (Uint256)evaluation.Job, Seconds(evaluation.Deadline));

    /// <exception cref="ArgumentException">The key is not the voter's.</exception>
    public Signed<Ballot> Sign(Ballot ballot, EthereumKey voter)
    {
        if (voter.Address != ballot.Voter)
            throw new ArgumentException($"The ballot is for {ballot.Voter}; the key is {voter.Address}'s.", nameof(voter));
        return new Signed<Ballot>(ballot, voter.Sign(Digest(ballot)));
    }

    /// <exception cref="ArgumentException">The signer is not the voter.</exception>
    /// <exception cref="SignerException">A signer elsewhere did not sign.</exception>
    public async Task<Signed<Ballot>> SignAsync(Ballot ballot, IMessageSigner voter, CancellationToken stop) =>
        voter.Address == ballot.Voter ? new Signed<Ballot>(ballot, await voter.SignAsync(Message(ballot), stop))
            : throw new ArgumentException($"The ballot is for {ballot.Voter}; {voter.Address} cannot sign it.", nameof(voter));

    public Signed<EvaluationStatement> Sign(EvaluationStatement evaluation, EthereumKey referee) =>
        new(evaluation, referee.Sign(Digest(evaluation)));

    public static Contract.Ballot ToContract(Ballot ballot) =>
        new(ballot.Proposal, (Contract.Choice)ballot.Choice, ballot.Voter, ballot.Reason, Seconds(ballot.Deadline));

    internal static Contract.Evaluation ToContract(EvaluationStatement evaluation) => new(
        evaluation.Dataset, evaluation.Proposal, (uint)evaluation.AccuracyBefore, (uint)evaluation.AccuracyAfter,
        evaluation.LowerEnd, (uint)evaluation.Points, (uint)evaluation.Copies, evaluation.Measurement.ToHash32(),
        evaluation.Checkpoint.ToHash32(), evaluation.Job.Value, Seconds(evaluation.Deadline));

    private static Uint256 Seconds(DateTimeOffset time) => (ulong)time.ToUnixTimeSeconds();
}
