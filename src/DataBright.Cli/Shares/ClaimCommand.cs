using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Accounts;
using DataBright.Cli.Terminal;
using DataBright.Cli.Usage;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Relays;
using DataBright.Node.Rest;
using Spectre.Console;

namespace DataBright.Cli.Shares;

/// <summary>Collects what shares have earned, for oneself or for somebody else; the gas may be a node's.</summary>
internal sealed class ClaimCommand : MarketVerb
{
    private readonly Option<DatasetId?> _dataset = ListOptions.OfDataset();
    private readonly Option<string?> _for;
    private readonly Option<Uri?> _relay = PublicNode.Relay("Let a node pay the gas; needs no key");
    private readonly KeyOptions _key;

    public ClaimCommand()
        : base("claim", "Collect the dividends of your shares, and what the use of your points earned; or somebody else's: the money goes to them", "share claim --key ada")
    {
        Options.Add(_dataset);
        _for = Take<string?>("--for", Party.Check, "Whose dividends: a name or an address (default: yours)", "WHO");
        Options.Add(_relay);
        _key = KeyOptions.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var named = arguments.GetValue(_for) is { } who ? Party.Resolve(who, market.Home) : (Address?)null;
        using var reading = await IndexReading.OpenAsync(market, stop);
        if (arguments.GetResult(_relay) is not null)
        {
            using var node = PublicNode.Require(arguments.GetValue(_relay), market.Home);
            var relay = new RelayClient(node);
            var holder = named ?? await OwnAsync(arguments, market, output, stop);
            var carried = await ClaimAsync(arguments, market, holder, dataset => RelayAsync(relay, dataset, holder, arguments.GetValue(_dataset) is null, stop), stop);
            return Tell(output, holder, carried, [], await WaitingAsync(arguments, market, reading, holder, stop));
        }

        using var acting = await _key.ActAsync(arguments, market, output, stop);
        var signer = acting.Signer;
        var account = named ?? signer.Address;
        var claimed = await ClaimAsync(arguments, market, account, dataset => output.WaitAsync($"Claiming of dataset {dataset}", _ => market.Ledger.Shares.ClaimAsync(dataset, account, signer, stop)), stop);
        var waiting = await WaitingAsync(arguments, market, reading, account, stop);
        var used = new List<UsePaid>();
        foreach (var use in waiting.Where(use => use.Claimable))
            used.Add(new UsePaid(use.Job, await output.WaitAsync(
                $"Claiming of job {use.Job}", async _ => await UsageBook.PayAsync(market, await UsageBook.RequireAsync(market, use.Job, stop), account, signer, stop))));
        return Tell(output, account, claimed, used, [.. waiting.Where(use => !use.Claimable)]);
    }

    private async Task<IReadOnlyList<UsageWaiting>> WaitingAsync(ParseResult arguments, MarketAccess market, IndexReading reading, Address holder, CancellationToken stop) =>
        [.. (await UsageBook.WaitingAsync(market, reading.Index, holder, stop)).Where(use => arguments.GetValue(_dataset) is not { } only || use.Dataset == only)];

    /// <summary>Where all datasets are asked, one whose dividend is too little to be carried is left for another time.</summary>
    private static async Task<Money> RelayAsync(RelayClient relay, DatasetId dataset, Address holder, bool leavesCrumbs, CancellationToken stop)
    {
        try
        {
            return (await relay.ClaimAsync(dataset, holder, stop)).Amount;
        }
        catch (NodeRefusedException crumbs) when (leavesCrumbs && crumbs.Rule == "tooLittle")
        {
            return Money.Zero;
        }
    }

    private async Task<Address> OwnAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        if (_key.Named(arguments, market.Home) is { } account)
            return account.Address;
        using var acting = await _key.ActAsync(arguments, market, output, stop);
        return acting.Signer.Address;
    }

    private async Task<IReadOnlyList<Dividend>> ClaimAsync(ParseResult arguments, MarketAccess market, Address holder, Func<DatasetId, Task<Money>> claim, CancellationToken stop)
    {
        var paid = new List<Dividend>();
        foreach (var dataset in await DatasetsAsync(arguments, market, stop))
            if (await market.Ledger.Shares.ClaimableAsync(dataset, holder, stop) > Money.Zero && await claim(dataset) is var amount && amount > Money.Zero)
                paid.Add(new Dividend(dataset, amount));
        return paid;
    }

    private static int Tell(Output output, Address holder, IReadOnlyList<Dividend> paid, List<UsePaid> used, IReadOnlyList<UsageWaiting> waiting)
    {
        if (paid.Count + used.Count == 0)
            throw new Failure(ExitCode.Refused, $"The shares of {holder} have earned nothing since the last claim{(waiting.Count > 0 ? "; what the use of points earned waits, see: databright usage list" : ".")}");
        var total = paid.Select(one => one.Amount).Concat(used.Select(one => one.Amount)).Aggregate(Money.Zero, (sum, amount) => sum + amount);
        output.Show(new { holder, total, dividends = paid, usage = used, waiting = waiting.Select(use => new { use.Job, use.Amount, use.Until }) }, console =>
        {
            var table = Sheet.Of("For", ">Paid");
            foreach (var dividend in paid)
                table.Row($"shares of dataset {dividend.Dataset}", dividend.Amount);
            foreach (var use in used)
                table.Row($"use of points in job {use.Job}", use.Amount);
            table.Row("Together", total);
            console.Write(table);
            if (waiting.Count > 0)
                console.MarkupLine("[grey]More was earned by the use of points: databright usage list[/]");
        });
        return ExitCode.Done;
    }

    private async Task<IReadOnlyList<DatasetId>> DatasetsAsync(ParseResult arguments, MarketAccess market, CancellationToken stop)
    {
        if (arguments.GetValue(_dataset) is { } one)
            return [one];
        // Shares that were given away since may have earned something before: every dataset is asked.
        return [.. Enumerable.Range(1, checked((int)await market.Ledger.Datasets.CountAsync(stop))).Select(number => new DatasetId((ulong)number))];
    }
}

internal sealed record Dividend(DatasetId Dataset, Money Amount);

internal sealed record UsePaid(JobId Job, Money Amount);
