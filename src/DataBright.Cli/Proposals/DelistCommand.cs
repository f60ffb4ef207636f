using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Proposals;

/// <summary>Asks the shareholders to take a shard off the list, for which more of them have to agree than for listing one.</summary>
internal sealed class DelistCommand : SigningVerb
{
    private readonly Option<DatasetId> _dataset;
    private readonly Option<int> _shard;
    private readonly Option<string> _reason;

    public DelistCommand()
        : base("delist", "Ask the shareholders to take a shard off a dataset's list, by the larger majority of its rules",
            "proposal delist --dataset 1 --number 3 --reason 'the licence was not his to give'")
    {
        _dataset = Require("--dataset", DatasetId.Parse, "The dataset", "ID");
        _shard = Require("--number", text => Parsing.Whole(text, 1, int.MaxValue), "The shard's number, as dataset show counts them", "N");
        _reason = Require<string>("--reason", PlainText.Words, "Why; everybody reads it", "TEXT");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var (id, number) = (arguments.GetValue(_dataset), arguments.GetValue(_shard));
        var shard = await FindAsync(market, id, number, stop);
        var proposal = await output.WaitAsync("Proposing",
            _ => market.Ledger.Proposals.ProposeDelistingAsync(id, shard.Root, arguments.GetValue(_reason)!, signer, stop));
        var found = (await market.Ledger.Proposals.FindAsync(proposal, stop))!;
        var policy = await market.Ledger.Datasets.PolicyAsync(id, stop);
        output.Show(new { id = proposal, dataset = id, shard = shard.Root, points = shard.Count, bond = policy.ProposalBond,
            deadline = found.Deadline }, console =>
        {
            console.Write(Sheet.Facts(
                ("Proposal", proposal), ("Dataset", id), ("Shard", $"{number}, {shard.Count} points"),
                ("Needs", $"more than {TerminalWording.Bps(policy.DelistThresholdBps)} yes"),
                ("Bond", policy.ProposalBond), ("Votes until", found.Deadline)));
            console.MarkupLine($"[grey]databright proposal show {proposal}[/]");
        });
        return ExitCode.Done;
    }

    private static async Task<IndexedShard> FindAsync(MarketAccess market, DatasetId id, int number, CancellationToken stop)
    {
        using var reading = await IndexReading.OpenAsync(market, stop);
        _ = reading.Index.Datasets.Find(id) ?? throw MissingThings.Of(id);
        var shards = ListOptions.Read(int.MaxValue, request => reading.Index.Datasets.Shards(id, request)).ToArray();
        return number <= shards.Length ? shards[number - 1]
            : throw new Failure(ExitCode.NotFound, $"Dataset {id} has {shards.Length} shards. See: databright dataset show {id}");
    }
}
