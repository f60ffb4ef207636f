using System.CommandLine;
using System.Text;
using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Requests;
using DataBright.Storage;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Requests;

/// <summary>Everything about one request.</summary>
internal sealed class ShowCommand : MarketVerb
{
    private const int Most = 200;
    private const int MaxDescription = 64 * 1024;

    private readonly Argument<RequestId> _id;

    public ShowCommand()
        : base("show", "Show a request: what is wanted, who answered, who was paid, what is in the pot", "request show 1") =>
        _id = Expect("ID", RequestId.Parse, "Its number");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        using var reading = await IndexReading.OpenAsync(market, stop);
        var requests = reading.Index.Requests;
        var request = requests.Find(id) ?? throw MissingThings.Of(id);
        var description = await DescribeAsync(market.Blobs, request.Description, stop);
        var schema = (await SchemaFile.FindAsync(market.Blobs, request.Request.Schema, stop))?.ToString();
        var answers = ListOptions.Read(Most, part => requests.Answers(id, part));
        var rewards = ListOptions.Read(Most, part => requests.Rewards(id, part));
        var votes = ListOptions.Read(Most, part => requests.Votes(id, part));
        var sponsors = requests.Sponsors(id, Most);
        var standing = RequestStateNow.Of(request, await market.NowAsync(stop));
        output.Show(new { request, description, schema, answers, rewards, sponsors, votes },
            console => Draw(console, request, standing, description, schema, answers, rewards, sponsors, votes,
                AccountNames.Names(market.Home)));
        return ExitCode.Done;
    }

    /// <summary>What a digest on the ledger stands for; null where it is not in the data folder.</summary>
    private static async Task<string?> DescribeAsync(IBlobStore blobs, Digest digest, CancellationToken stop)
    {
        try
        {
            return PlainText.ShownLines(Encoding.UTF8.GetString(await blobs.ReadAsync(Cid.Raw(digest), MaxDescription, stop)));
        }
        catch (BlobException)
        {
            return null;
        }
    }

    private static void Draw(
        IAnsiConsole console, IndexedRequest row, object standing, string? description, string? schema,
        IReadOnlyList<IndexedAnswer> answers, IReadOnlyList<IndexedReward> rewards,
        IReadOnlyList<IndexedSponsor> sponsors, IReadOnlyList<IndexedRequestVote> votes, Func<Address, string> name)
    {
        var request = row.Request;
        console.Heading($"Request {request.Id} of {name(request.Initiator)}");
        console.Write(Sheet.Facts(
            ("State", standing), ("Wanted", description?.ReplaceLineEndings(" ").Trim()),
            ("Each point", schema ?? request.Schema.ToString()), ("Reward", $"{TerminalWording.Of(request.RewardPerPoint)} a point"),
            ("Pot",
                $"{TerminalWording.Of(request.Pot)}, {TerminalWording.Of(request.Paid)} "
                + $"paid{(row.Refunded == Money.Zero ? "" : $", {TerminalWording.Of(row.Refunded)} given back")}"),
            ("Collected by", request.Dataset is { } dataset ? $"dataset {dataset}" : "no dataset yet"), ("Open until", request.Deadline),
            ("Voted on by", row.Association is { } association
                ? $"the shareholders of dataset {association}, until {TerminalWording.Of(row.VotingEnds!)}: {TerminalWording.Of(row.Yes)} "
                    + $"yes, {TerminalWording.Of(row.No)} no" : null)));
        Table(console, "Answers", ["Dataset", "By", "Note"],
            answers.Select(answer => new object?[] { answer.Dataset, name(answer.By), answer.Note }));
        Table(console, "Paid", ["Contributor", "Shard", ">Amount"],
            rewards.Select(reward => new object?[] { name(reward.Contributor), reward.Shard, reward.Amount }));
        Table(console, "Sponsors", ["Sponsor", ">Amount", ">Given back"],
            sponsors.Select(sponsor => new object?[] { name(sponsor.Sponsor), sponsor.Amount, sponsor.Refunded }));
        Table(console, "Votes", ["Voter", "Vote", ">Weight", "Reason"],
            votes.Select(vote => new object?[] { name(vote.Voter), vote.Choice, vote.Weight, vote.Reason }));
    }

    private static void Table(IAnsiConsole console, string heading, string[] columns, IEnumerable<object?[]> rows)
    {
        var table = Sheet.Of(columns);
        foreach (var cells in rows)
            table.Row(cells);
        if (table.Rows.Count == 0)
            return;
        console.WriteLine();
        console.Heading(heading);
        console.Write(table);
    }
}
