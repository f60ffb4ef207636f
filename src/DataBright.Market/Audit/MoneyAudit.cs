using DataBright.Ethereum;
using DataBright.Market.Generated;
using DataBright.Market.Index;

namespace DataBright.Market.Audit;

/// <summary>The money of one contract.</summary>
/// <param name="Contract">Its name; share tokens carry their symbol.</param>
/// <param name="Address">Where it is.</param>
/// <param name="In">All money that ever came in, by the money's own events.</param>
/// <param name="Out">All money that ever went out, by the same.</param>
/// <param name="Held">What it holds, by the money's own books.</param>
/// <param name="Owed">What it must be able to pay: bonds, escrow, credits, stakes, unclaimed dividends, by the market's events.</param>
public sealed record ContractBooks(string Contract, Address Address, Money In, Money Out, Money Held, Money Owed)
{
    /// <summary>What came in is held or went out, and what is held is owed to somebody: to the last unit.</summary>
    public bool Balanced => In == Out + Held && Held == Owed;
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

    public Money Held => Books.Aggregate(Money.Zero, (sum, books) => sum + books.Held);

    /// <summary>Reads the books at the newest block that the index has.</summary>
    /// <param name="ledger">The market.</param>
    /// <param name="index">Its index, which is caught up first.</param>
    /// <param name="clock">Paces the reading.</param>
    /// <param name="stop">Cancels.</param>
    public static async Task<MoneyAudit> TakeAsync(Ledger ledger, LedgerIndex index, TimeProvider clock, CancellationToken stop)
    {
        var usageBond = await ledger.Usage.BondAsync(stop);
        while (true)
        {
            await index.CatchUpAsync(ledger.Client, clock, stop);
            var debts = index.Debts(usageBond);
            if (debts.Position.Block is not { } block) return new MoneyAudit(0, []);
            var books = await BooksAsync(ledger, debts.Contracts, block, stop);
            // Only if the block is still the one that the index has read are all three of the same chain.
            if (await ledger.Client.BlockHashAsync(block, stop) == debts.Position.Hash) return new MoneyAudit(block, books);
        }
    }

    private static async Task<IReadOnlyList<ContractBooks>> BooksAsync(
        Ledger ledger, IReadOnlyList<(string Name, Address Address, Money Owed)> contracts, ulong block, CancellationToken stop)
    {
        var money = ledger.Addresses.Money;
        var parties = contracts.Select(contract => Topic(contract.Address)).ToList();
        Hash32[] transfer = [TestDollar.Events.Transfer.Topic];
        var came = await SumAsync(ledger, new LogFilter([money], transfer, [], parties), move => move.To, block, stop);
        var went = await SumAsync(ledger, new LogFilter([money], transfer, parties), move => move.From, block, stop);
        var held = await ledger.Client.CallAllAsync([.. contracts.Select(contract => TestDollar.BalanceOf(money, contract.Address))], block, stop);
        return [.. contracts.Zip(held, (contract, balance) => new ContractBooks(
            contract.Name, contract.Address, came.GetValueOrDefault(contract.Address), went.GetValueOrDefault(contract.Address), (Money)balance, contract.Owed))];
    }

    private static async Task<Dictionary<Address, Money>> SumAsync(
        Ledger ledger, LogFilter filter, Func<TestDollar.Events.Transfer, Address> party, ulong last, CancellationToken stop)
    {
        const ulong window = 2_000;
        var sums = new Dictionary<Address, Money>();
        for (ulong from = ledger.Addresses.FirstBlock; from <= last; from += window)
            foreach (var log in await ledger.Client.GetLogsAsync(filter, from, Math.Min(last, from + window - 1), stop))
            {
                var move = TestDollar.Events.Transfer.Decode(log);
                sums[party(move)] = sums.GetValueOrDefault(party(move)) + (Money)move.Value;
            }
        return sums;
    }

    private static Hash32 Topic(Address address)
    {
        Span<byte> topic = stackalloc byte[Hash32.Size];
        topic.Clear();
        address.CopyTo(topic[(Hash32.Size - Address.Size)..]);
        return new Hash32(topic);
    }
}
