using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Storage;
using DataBright.Terminal;
using DataBright.Terminal.Home;

namespace DataBright.Cli.Proposals;

/// <summary>
/// What a voter committed to, with the salt that opens it: kept in the data folder before it is sent, because nobody can recover it.
/// </summary>
internal sealed record KeptBallot(
    string Format, ulong ChainId, Address Proposals, ProposalId Proposal, Address Voter, string Choice, Hash32 Salt, string Reason)
{
    private const string CurrentFormat = "databright.kept-ballot/1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public Choice Vote => Parsing.OneOf<Choice>(Choice);

    public Hash32 Commitment => ProposalLedger.Commitment(Proposal, Voter, Vote, Salt);

    public static KeptBallot Fresh(MarketAddresses market, ProposalId proposal, Address voter, Choice choice, string reason) => new(
        CurrentFormat, market.ChainId, market.Proposals, proposal, voter, choice.ToString().ToLowerInvariant(),
        new Hash32(RandomNumberGenerator.GetBytes(Hash32.Size)), reason);

    /// <exception cref="Failure">The file is damaged.</exception>
    public static KeptBallot? Find(HomeFolder home, MarketAddresses market, ProposalId proposal, Address voter)
    {
        var path = PathOf(home, market, proposal, voter);
        if (!File.Exists(path))
            return null;
        try
        {
            var kept = JsonSerializer.Deserialize<KeptBallot>(Utf8Text.WithoutMark(File.ReadAllBytes(path)), Json)
                ?? throw new JsonException("it says null");
            if (kept.Format != CurrentFormat || kept.ChainId != market.ChainId || kept.Proposals != market.Proposals
                || kept.Proposal != proposal || kept.Voter != voter)
                throw new JsonException("it is of another vote");
            _ = kept.Vote;
            return kept;
        }
        catch (Exception damaged) when (damaged.IsUnreadable())
        {
            throw new Failure(ExitCode.BadInput,
                $"{path} is no kept ballot: {damaged.Message.ReplaceLineEndings(" ").TrimEnd('.')}. Restore it from a backup: nothing else "
                + "opens the vote.");
        }
    }

    public void Keep(HomeFolder home, MarketAddresses market)
    {
        var path = PathOf(home, market, Proposal, Voter);
        Directory.CreateDirectory(home.Ballots);
        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(this, Json));
        // Whoever reads it before the deadline knows the vote.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static string PathOf(HomeFolder home, MarketAddresses market, ProposalId proposal, Address voter) =>
        Path.Combine(home.Ballots, $"{market.ChainId}-{market.Proposals}-{proposal}-{voter}.json".ToLowerInvariant());
}
