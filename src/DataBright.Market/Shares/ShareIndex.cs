using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage.Sql;

namespace DataBright.Market.Shares;

/// <summary>What one account has of one dataset.</summary>
/// <param name="Claimed">Dividends it has claimed.</param>
public sealed record IndexedHolding(DatasetId Dataset, Address Holder, ShareAmount Shares, Money Claimed);

/// <summary>Money that came in for a dataset's shareholders.</summary>
/// <param name="Supply">The shares it was spread over.</param>
public sealed record IndexedDeposit(DatasetId Dataset, ulong Block, uint Log, DateTimeOffset At, Address Payer, Money Amount,
    ShareAmount Supply);

/// <summary>A dividend that was claimed.</summary>
public sealed record IndexedClaim(DatasetId Dataset, ulong Block, uint Log, DateTimeOffset At, Address Holder, Money Amount);

/// <summary>What jobs owe an account, and what it has withdrawn.</summary>
public sealed record IndexedCredit(Address Account, Money Owed, Money Withdrawn);

/// <summary>Shares, dividends and credits in the index.</summary>
public sealed class ShareIndex
{
    private readonly IndexFile _file;

    internal ShareIndex(IndexFile file) => _file = file;

    /// <summary>Those who hold shares now, the largest first.</summary>
    public Slice<IndexedHolding> Holders(DatasetId id, SliceRequest request)
    {
        var (shares, holder) = request.Pair() is { } pair
            ? (UInt128.TryParse(pair.Item1, out var amount) ? amount : throw request.NotHere(), pair.Item2)
            : (UInt128.MaxValue, "~");
        var read = _file.Read(index => index.List(
            """
            SELECT dataset, holder, shares, claimed FROM holdings
            WHERE dataset = $1 AND shares > zeroblob(16) AND (shares, holder) < ($2, $3) ORDER BY shares DESC, holder DESC LIMIT $4
            """,
            ReadHolding, id, shares, holder, request.Limit + 1));
        return request.Cut(read, holding => $"{holding.Shares.Units}.{holding.Holder}");
    }

    /// <summary>Everything that an account holds or has claimed.</summary>
    public IReadOnlyList<IndexedHolding> HoldingsOf(Address holder) => _file.Read(index => index.List(
        "SELECT dataset, holder, shares, claimed FROM holdings WHERE holder = $1 ORDER BY dataset", ReadHolding, holder));

    /// <summary>Newest first.</summary>
    public Slice<IndexedDeposit> Deposits(DatasetId id, SliceRequest request)
    {
        var (block, log) = request.NumbersOr(long.MaxValue, long.MaxValue);
        var read = _file.Read(index => index.List(
            """
            SELECT dataset, block, log, at, payer, amount, supply FROM deposits
            WHERE dataset = $1 AND (block, log) < ($2, $3) ORDER BY block DESC, log DESC LIMIT $4
            """,
            row => new IndexedDeposit(row.Id<DatasetId>(), row.Block(), (uint)row.Long(), row.Time(), row.Address(), row.Money(),
                row.Shares()),
            id, block, log, request.Limit + 1));
        return request.Cut(read, deposit => $"{deposit.Block}.{deposit.Log}");
    }

    /// <summary>Newest first.</summary>
    public Slice<IndexedClaim> Claims(DatasetId id, SliceRequest request)
    {
        var (block, log) = request.NumbersOr(long.MaxValue, long.MaxValue);
        var read = _file.Read(index => index.List(
            """
            SELECT dataset, block, log, at, holder, amount FROM claims
            WHERE dataset = $1 AND (block, log) < ($2, $3) ORDER BY block DESC, log DESC LIMIT $4
            """,
            row => new IndexedClaim(row.Id<DatasetId>(), row.Block(), (uint)row.Long(), row.Time(), row.Address(), row.Money()),
            id, block, log, request.Limit + 1));
        return request.Cut(read, claim => $"{claim.Block}.{claim.Log}");
    }

    public IndexedCredit CreditOf(Address account) => _file.Read(index => index.First(
        "SELECT account, owed, withdrawn FROM credits WHERE account = $1",
        row => new IndexedCredit(row.Address(), row.Money(), row.Money()), account))
        ?? new IndexedCredit(account, Money.Zero, Money.Zero);

    private static IndexedHolding ReadHolding(SqlRow row) => new(row.Id<DatasetId>(), row.Address(), row.Shares(), row.Money());
}
