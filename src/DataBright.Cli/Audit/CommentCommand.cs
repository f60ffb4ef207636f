using System.CommandLine;
using System.Security.Cryptography;
using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Services.Discussion;
using DataBright.Storage;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Audit;

/// <summary>Says of a stored comment who signed it, and which votes rest on it.</summary>
internal sealed class CommentCommand : MarketVerb
{
    private readonly Argument<string> _file;

    public CommentCommand()
        : base("comment",
            "Check a stored comment: did its author sign these words for this market, and which votes on the ledger rest on them?",
            "audit comment bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy") =>
        _file = Expect<string>("FILE", "The signed comment: a file, or its CID in the data folder");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var signed = await ReadAsync(arguments.GetValue(_file)!, market.Blobs, stop);
        var comment = signed.Statement;
        var id = new DiscussionStatements(market.Ledger.Addresses).Digest(comment);
        bool isAuthors = SignerOf(id, signed.Signature) == comment.Author;
        var votes = isAuthors ? await VotesAsync(market, comment, id, stop) : [];
        var name = AccountNames.Names(market.Home);
        output.Show(new { comment = id, comment.Proposal, comment.Author, comment.Parent, comment.Replaces, comment.Text, comment.At,
            signed = isAuthors, votes }, console =>
        {
            console.Write(Sheet.Facts(
                ("Comment", id), ("Proposal", comment.Proposal), ("Author", name(comment.Author)), ("Answers", comment.Parent),
                ("Later wording of", comment.Replaces), ("Said", comment.At), ("Text", comment.Text),
                ("Finding", isAuthors ? "true: the author signed these words for this market"
                    : "nothing: that author did not sign this in this market")));
            foreach (var vote in votes)
                console.WriteLine(
                    $"The {TerminalWording.Of(vote.Choice)} of {name(vote.Voter)} rests on it, with {TerminalWording.Of(vote.Weight)} "
                    + $"shares, in block {vote.Block}.");
        });
        return isAuthors ? ExitCode.Done : ExitCode.CheckFailed;
    }

    /// <exception cref="Failure">It is no signed comment, or is not there.</exception>
    private static async Task<Signed<Comment>> ReadAsync(string file, IBlobStore blobs, CancellationToken stop)
    {
        byte[] bytes;
        if (Path.Exists(file))
            bytes = GivenFile.ReadJson(file, StatementBytes.Limit, "a signed comment");
        else
            bytes = Cid.TryParse(file, out var cid)
                ? await blobs.ReadAsync(cid, StatementBytes.Limit, stop)
                : throw new Failure(ExitCode.BadInput, $"{file} is neither a file nor a CID.");

        try
        {
            return StatementBytes.Read(bytes);
        }
        catch (CommentRefusedException malformed)
        {
            throw new Failure(ExitCode.BadInput, malformed.Message.ReplaceLineEndings(" "));
        }
    }

    private static Address? SignerOf(Hash32 digest, Signature signature)
    {
        try
        {
            return Signature.Recover(digest, signature);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static async Task<IReadOnlyList<IndexedVote>> VotesAsync(MarketAccess market, Comment comment, Hash32 id,
        CancellationToken stop)
    {
        using var reading = await IndexReading.OpenAsync(market, stop);
        return [.. ListOptions.Read(int.MaxValue, part => reading.Index.Proposals.Votes(comment.Proposal, part))
            .Where(vote => VoteAnchor.CommentIn(vote.Reason) == id)];
    }
}
