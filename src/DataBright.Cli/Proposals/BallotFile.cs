using System.Text.Json;
using System.Text.Json.Serialization;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Storage;
using DataBright.Terminal;

namespace DataBright.Cli.Proposals;

/// <summary>
/// A signed ballot as a file. It names the chain and the contract it is for, so that it is not carried elsewhere by mistake.
/// </summary>
internal sealed record BallotFile(
    string Format, ulong ChainId, Address Proposals, ProposalId Proposal, string Choice, Address Voter, string Reason, long Deadline,
    string Signature)
{
    private const string CurrentFormat = "databright.ballot/1";
    private const int MaxBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(string path, Signed<Ballot> signed, MarketAddresses market)
    {
        var ballot = signed.Statement;
        var file = new BallotFile(
            CurrentFormat, market.ChainId, market.Proposals, ballot.Proposal, ballot.Choice.ToString().ToLowerInvariant(), ballot.Voter,
            ballot.Reason,
            ballot.Deadline.ToUnixTimeSeconds(), Hex.Encode(signed.Signature.ToBytes()));
        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(file, Json));
    }

    /// <exception cref="Failure">The file is no ballot, or one of another market.</exception>
    public static Signed<Ballot> Read(string path, MarketAddresses market)
    {
        var content = GivenFile.ReadJson(path, MaxBytes, "a ballot");
        try
        {
            var file = JsonSerializer.Deserialize<BallotFile>(content, Json) ?? throw new JsonException("it says null");
            if (file.Format != CurrentFormat)
                throw new JsonException($"its format is '{file.Format}'");
            if (file.ChainId != market.ChainId || file.Proposals != market.Proposals)
                throw new Failure(ExitCode.Refused,
                    $"{path} is a ballot for chain {file.ChainId}, contract {file.Proposals}; this market is on chain {market.ChainId}, "
                    + $"contract {market.Proposals}.");
            var ballot = new Ballot(file.Proposal, Parsing.OneOf<Choice>(file.Choice), file.Voter, file.Reason,
                ChainTime.From(file.Deadline));
            return new Signed<Ballot>(ballot, Ethereum.Signature.FromBytes(Hex.Decode(file.Signature)));
        }
        catch (Exception damaged) when (damaged.IsUnreadable())
        {
            throw new Failure(ExitCode.BadInput,
                $"{path} is no ballot: {LibraryWords.OfDocument(damaged)}. Ask the voter to sign it again with --sign-only.");
        }
    }
}
