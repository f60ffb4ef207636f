using DataBright.Ethereum;
using DataBright.Market.Accounts;
using DataBright.Market.Generated;
using DataBright.Market.Index;

namespace DataBright.Market.Audit;

/// <summary>The money of one contract.</summary>
/// <param name="Contract">Its name; share tokens carry their symbol.</param>
/// <param name="Address">Where it is.</param>
/// <param name="In">All money that ever came in, by the money's own events.</param>
/// <param name="Out">All money that ever went out, by the same.</param>
/// <param name="Held">What it holds, by the money's own books.</param>
/// <param name="Owed">What it must be able to pay: bonds, escrow, credits, stakes, unclaimed dividends, by the market's events; null where
/// those contradict each other.</param>
public sealed record ContractBooks(string Contract, Address Address, Money In, Money Out, Money Held, Money? Owed)
{
    /// <summary>The part of it that the account of each creditor names; null where nobody asked for them.</summary>
    /// <remarks>What no account names is nobody's yet: what a deployment left, what rounding left, what contributors or shareholders of a
    /// model have yet to be told.</remarks>
    public Money? Named { get; init; }

    /// <summary>
    /// What came in is held or went out, and what is held is owed to somebody: to the last unit. Nobody is told of more than that.
    /// </summary>
    public bool Balanced => In == Out.Plus(Held) && Held == Owed && !(Named > Owed);
}

/// <summary>Money in equals money held plus money out, for every contract of the market, at one block.</summary>
/// <remarks>
/// Three sources that know nothing of each other are compared: the transfers that the money logged, the balances it keeps, and what the
/// market's own events say is owed. Money that somebody sends to a contract without being asked is held and owed to
/// nobody, so the books do not balance then, and they say by how much.
/// </remarks>
public sealed record MoneyAudit(ulong Block, IReadOnlyList<ContractBooks> Books)
{
    public bool Conserved => Books.All(books => books.Balanced);

    public Money Held => Money.Sum(Books.Select(books => books.Held));

    /// <summary>Reads the books at the newest block that the index has.</summary>
    /// <param name="ledger">The market.</param>
    /// <param name="index">Its index, which is caught up first.</param>
    /// <param name="clock">Paces the reading.</param>
    /// <param name="stop">Cancels.</param>
    public static async Task<MoneyAudit> TakeAsync(Ledger ledger, LedgerIndex index, TimeProvider clock, CancellationToken stop)
    {
        while (true)
        {
            await index.CatchUpAsync(ledger.Client, clock, stop);
            var debts = index.Debts();
            if (debts.Position.Block is not { } block) return new MoneyAudit(0, []);
            var books = await BooksAsync(ledger, debts.Contracts, block, stop);
            // Only if the block is still the one that the index has read are all three of the same chain.
            if (await ledger.Client.BlockHashAsync(block, stop) == debts.Position.Hash) return new MoneyAudit(block, books);
        }
    }

    /// <summary>The same, with what the accounts of all creditors name together.</summary>
    /// <param name="ledger">The market.</param>
    /// <param name="index">Its index, which is caught up first.</param>
    /// <param name="sheets">Where pay and usage sheets are; wages of a job without its sheet are named to nobody.</param>
    /// <param name="clock">Paces the reading.</param>
    /// <param name="stop">Cancels.</param>
    public static async Task<MoneyAudit> TakeAsync(Ledger ledger, LedgerIndex index, ISheets sheets, TimeProvider clock,
        CancellationToken stop)
    {
        while (true)
        {
            var audit = await TakeAsync(ledger, index, clock, stop);
            var named = await Creditors.NamedAsync(ledger, index, sheets, clock, stop);
            // Balances are as of the newest block, so it must still be the one of the books.
            if (await ledger.Client.BlockNumberAsync(stop) == audit.Block)
                return audit
                    with { Books = [.. audit.Books.Select(books => books with { Named = named.GetValueOrDefault(books.Address) })] };
        }
    }

    private static async Task<IReadOnlyList<ContractBooks>> BooksAsync(
        Ledger ledger, IReadOnlyList<ContractDebt> contracts, ulong block, CancellationToken stop)
    {
        var money = ledger.Addresses.Money;
        var parties = contracts.Select(contract => contract.Address.ToTopic()).ToList();
        Hash32[] transfer = [TestDollar.Events.Transfer.Topic];
        var came = await SumAsync(ledger, new LogFilter([money], transfer, [], parties), move => move.To, block, stop);
        var went = await SumAsync(ledger, new LogFilter([money], transfer, parties), move => move.From, block, stop);
        var held = await ledger.Client.CallAllAsync([.. contracts.Select(contract => TestDollar.BalanceOf(money, contract.Address))],
            block, stop);
        var owed = await Task.WhenAll(contracts.Select(contract => contract.SumAsync(ledger.Client, stop)));
        return [.. contracts.Select((contract, i) => new ContractBooks(
            contract.Name, contract.Address, came.GetValueOrDefault(contract.Address), went.GetValueOrDefault(contract.Address),
            (Money)held[i], owed[i]))];
    }

    private static async Task<Dictionary<Address, Money>> SumAsync(
        Ledger ledger, LogFilter filter, Func<TestDollar.Events.Transfer, Address> party, ulong last, CancellationToken stop)
    {
        var sums = new Dictionary<Address, Money>();
        foreach (var log in await ledger.Client.GetAllLogsAsync(filter, ledger.Addresses.FirstBlock, last, stop))
        {
            var move = TestDollar.Events.Transfer.Decode(log);
            sums[party(move)] = sums.GetValueOrDefault(party(move)).Plus((Money)move.Value);
        }
        return sums;
    }
}
