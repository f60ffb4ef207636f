using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage;
using DataBright.Storage.Sql;

namespace DataBright.Market.Usage;

/// <summary>Who gets what of a job's part by usage, with its record.</summary>
/// <param name="Posting">As the ledger has it.</param>
/// <param name="Evidence">Where the valuation's evidence is; null where what was posted is no CID.</param>
/// <param name="Reason">Why it was challenged; empty where it was not.</param>
/// <param name="Upheld">What the referee found; null where it was not asked.</param>
public sealed record IndexedUsage(UsagePosting Posting, Cid? Evidence, string Reason, bool? Upheld, ulong Block, DateTimeOffset PostedAt);

/// <summary>What a contributor was paid for the use of its points in a job.</summary>
public sealed record IndexedUsageClaim(JobId Job, Address Contributor, Money Amount, ulong Block, uint Log, DateTimeOffset At);

/// <summary>Usage dividends in the index.</summary>
public sealed class UsageIndex
{
    private const string Columns =
        """
        SELECT job, state, poster, challenger, until, root, unclaimed, evidence, coalesce(reason, ''), upheld, block, at,
            EXISTS (SELECT 1 FROM trusted_keys WHERE key = poster AND role = 1 AND revoked = 0) FROM usage_postings
        """;

    private readonly IndexFile _file;

    internal UsageIndex(IndexFile file) => _file = file;

    /// <summary>Null while nobody has posted.</summary>
    public IndexedUsage? Find(JobId job) => _file.Read(index => index.First($"{Columns} WHERE job = $1", Read, job));

    /// <summary>
    /// What may give a contributor something that it was not paid yet, newest first: it has points in the job's dataset. What exactly, the
    /// evidence says; it may be nothing.
    /// </summary>
    public IReadOnlyList<IndexedUsage> OpenTo(Address contributor, int most) => _file.Read(index => index.List(
        $"""
        {Columns}
        WHERE state IN ($2, $3, $4) AND unclaimed > zeroblob(16)
            AND job IN (SELECT id FROM jobs WHERE dataset IN (SELECT dataset FROM shards WHERE contributor = $1))
            AND NOT EXISTS (SELECT 1 FROM usage_claims WHERE usage_claims.contributor = $1 AND usage_claims.job = usage_postings.job)
        ORDER BY job DESC LIMIT $5
        """,
        Read, contributor, UsageState.Posted, UsageState.Challenged, UsageState.Final, most));

    /// <summary>What a contributor was paid for use, newest first.</summary>
    public Slice<IndexedUsageClaim> ClaimsOf(Address contributor, SliceRequest request)
    {
        var (block, log) = request.NumbersOr(long.MaxValue, long.MaxValue);
        var read = _file.Read(index => index.List(
            """
            SELECT job, contributor, amount, block, log, at FROM usage_claims
            WHERE contributor = $1 AND (block, log) < ($2, $3) ORDER BY block DESC, log DESC LIMIT $4
            """,
            row => new IndexedUsageClaim(row.Id<JobId>(), row.Address(), row.Money(), row.Block(), (uint)row.Long(), row.Time()),
            contributor, block, log, request.Limit + 1));
        return request.Cut(read, claim => $"{claim.Block}.{claim.Log}");
    }

    /// <summary>Postings that are not final and that an account put a bond up for: as the poster, or as the challenger.</summary>
    public IReadOnlyList<UsagePosting> BondsOf(Address account) => [.. _file.Read(index => index.List(
        $"{Columns} WHERE (poster = $1 OR challenger = $1) AND state IN ($2, $3) ORDER BY job", Read, account, UsageState.Posted,
        UsageState.Challenged))
        .Select(one => one.Posting)];

    private static IndexedUsage Read(SqlRow row)
    {
        var read = new IndexedUsage(
            new UsagePosting(row.Id<JobId>(), (UsageState)row.Int(), row.Address(), row.OrNone(row.Address), row.Time(), row.Hash(),
                row.Money()),
            row.Cid(), row.Words(), row.OrNone(row.Bool), row.Block(), row.Time());
        // Only what is posted and not final yet needs its poster.
        return read with { Posting = read.Posting with { IsPosterTrusted = row.Bool() || read.Posting.State != UsageState.Posted } };
    }
}
