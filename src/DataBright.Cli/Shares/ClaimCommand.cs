using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Accounts;
using DataBright.Cli.Usage;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Accounts;
using DataBright.Market.Owed;
using DataBright.Node.Relays;
using DataBright.Node.Rest;
using DataBright.Terminal;
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
        : base("claim",
            "Collect the dividends of your shares, and what the use of your points earned; or somebody else's: the money goes to them",
            "share claim --key ada")
    {
        Options.Add(_dataset);
        _for = Take<string?>("--for", AccountNames.Check, "Whose dividends: a name or an address (default: yours)", "WHO");
        Options.Add(_relay);
        _key = KeyOptions.AddTo(this, spends: true);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var named = arguments.GetValue(_for) is { } who ? AccountNames.Resolve(who, market.Home) : (Address?)null;
        using var reading = await IndexReading.OpenAsync(market, stop);
        if (arguments.GetResult(_relay) is not null)
        {
            if (_key.IsDryRun(arguments))
                throw new Failure(ExitCode.Usage, "A node that pays the gas sends at once: leave --relay out of a dry run.");
            using var node = PublicNode.Require(arguments.GetValue(_relay), market.Home);
            var relay = new RelayClient(node);
            var holder = named ?? await OwnAsync(arguments, market, output, stop);
            var carried = await ClaimAsync(arguments, market, holder,
                dataset => RelayAsync(relay, dataset, holder, arguments.GetValue(_dataset) is null, stop), stop);
            return Tell(output, holder, carried, [], await WaitingAsync(arguments, market, reading, holder, stop), []);
        }

        using var acting = await _key.ActAsync(arguments, market, output, stop);
        return await CollectAsync(arguments, market, reading, named ?? acting.Signer.Address, acting.Signer, output, stop);
    }

    private async Task<int> CollectAsync(ParseResult arguments, MarketAccess market, IndexReading reading, Address holder, Signer signer,
        Output output, CancellationToken stop)
    {
        using var sheets = LocalSheets.Open(market, null);
        var all = await new OwedQuery(market.Ledger, reading.Index, sheets, TimeProvider.System).ReadAsync(holder, stop);
        var only = arguments.GetValue(_dataset);
        var owed = all.Only(debt =>
            (debt.Kind == DebtKind.Dividend && (only is null || debt.Source == DebtSource.Of(only.Value)))
            || (debt.Kind == DebtKind.UsageDividend
                && (only is null || reading.Index.Jobs.Find(new JobId(debt.Source.Number!.Value))?.Dataset == only)));
        var payments = await Collecting.PayAsync(market, owed, signer, output, stop);
        var done = owed.Debts.Where(debt => Collecting.WasDone(debt, payments)).ToList();
        if (done.Count == 0)
            Collecting.RequireDone(payments);
        return Tell(output, holder,
            [.. done.Where(debt => debt.Kind == DebtKind.Dividend)
                .Select(debt => new Dividend(new DatasetId(debt.Source.Number!.Value), debt.Amount))],
            [.. done.Where(debt => debt.Kind == DebtKind.UsageDividend)
                .Select(debt => new UsePaid(new JobId(debt.Source.Number!.Value), debt.Amount))],
            [.. (await WaitingAsync(arguments, market, reading, holder, stop)).Where(use => !use.Claimable)], payments, signer.Rehearses);
    }

    private async Task<IReadOnlyList<UsageWaiting>> WaitingAsync(ParseResult arguments, MarketAccess market, IndexReading reading,
        Address holder, CancellationToken stop) =>
        [.. (await UsageBook.WaitingAsync(market, reading.Index, holder, stop))
            .Where(use => arguments.GetValue(_dataset) is not { } only || use.Dataset == only)];

    /// <summary>Where all datasets are asked, one whose dividend is too little to be carried is left for another time.</summary>
    private static async Task<Money> RelayAsync(RelayClient relay, DatasetId dataset, Address holder, bool leavesCrumbs,
        CancellationToken stop)
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

    private async Task<IReadOnlyList<Dividend>> ClaimAsync(ParseResult arguments, MarketAccess market, Address holder,
        Func<DatasetId, Task<Money>> claim, CancellationToken stop)
    {
        var paid = new List<Dividend>();
        foreach (var dataset in await DatasetsAsync(arguments, market, stop))
            if (await market.Ledger.Shares.ClaimableAsync(dataset, holder, stop) > Money.Zero && await claim(dataset) is var amount
                && amount > Money.Zero)
                paid.Add(new Dividend(dataset, amount));
        return paid;
    }

    private static int Tell(Output output, Address holder, IReadOnlyList<Dividend> paid, IReadOnlyList<UsePaid> used,
        IReadOnlyList<UsageWaiting> waiting, IReadOnlyList<OwedPayment> payments, bool dryRun = false)
    {
        if (paid.Count + used.Count == 0)
            throw new Failure(ExitCode.Refused,
                $"The shares of {holder} have earned nothing since the last "
                + $"claim{(waiting.Count > 0 ? "; what the use of points earned waits, see: databright usage list" : ".")}");
        var total = paid.Select(one => one.Amount).Concat(used.Select(one => one.Amount))
            .Aggregate(Money.Zero, (sum, amount) => sum + amount);
        output.Show(new { holder, total, dryRun, dividends = paid, usage = used,
            waiting = waiting.Select(use => new { use.Job, use.Amount, use.Until }), failed = Collecting.FailuresOf(payments) }, console =>
        {
            var table = Sheet.Of("For", dryRun ? ">Would pay" : ">Paid");
            foreach (var dividend in paid)
                table.Row($"shares of dataset {dividend.Dataset}", dividend.Amount);
            foreach (var use in used)
                table.Row($"use of points in job {use.Job}", use.Amount);
            table.Row("Together", total);
            console.Write(table);
            console.DrawFailures(payments);
            if (waiting.Count > 0)
                console.MarkupLine("[grey]More was earned by the use of points: databright usage list[/]");
        });
        return Collecting.CodeOf(payments);
    }

    private async Task<IReadOnlyList<DatasetId>> DatasetsAsync(ParseResult arguments, MarketAccess market, CancellationToken stop)
    {
        if (arguments.GetValue(_dataset) is { } one)
            return [one];
        // Shares that were given away since may have earned something before: every dataset is asked.
        return [.. Enumerable.Range(1, checked((int)await market.Ledger.Datasets.CountAsync(stop)))
            .Select(number => new DatasetId((ulong)number))];
    }
}

internal sealed record Dividend(DatasetId Dataset, Money Amount);

internal sealed record UsePaid(JobId Job, Money Amount);
