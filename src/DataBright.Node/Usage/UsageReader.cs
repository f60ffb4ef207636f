using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Accounts;
using DataBright.Market.Jobs;
using DataBright.Market.Usage;
using DataBright.Node.Ledger;
using DataBright.Storage;

namespace DataBright.Node.Usage;

/// <summary>Usage dividends as the index has them, divided by their evidence from the blob store.</summary>
/// <param name="owedSheets">What is owed by whom, where claims are still open.</param>
internal sealed class UsageReader(
    LedgerIndex index, Market.Ledger ledger, ListedShards listed, DatasetNames names, UsageSheets sheets, ISheets owedSheets,
    ChainQueries chain, MarketClock clock) : IUsageReader
{
    private const int MaxUsage = 100;

    /// <summary>Null where nobody has posted what a job’s points are owed.</summary>
    public async Task<UsageFacts?> FindAsync(IndexedJob job, CancellationToken stop)
    {
        if (index.Usage.Find(job.Id) is not { } row) return null;
        var posting = row.Posting;
        var evidence = row.Upheld == false ? await RuledEvidenceAsync(job.Id, stop) : row.Evidence;
        return new UsageFacts(
            posting.State, posting.Poster, posting.Challenger, row.Reason, row.Upheld, row.PostedAt, posting.Until, evidence, posting.Root,
            posting.Left,
            evidence is { } cid ? await LinesAsync(job, posting, cid, stop) : null,
            posting.State == UsageState.Posted && clock.Now <= posting.Until ? await BondAsync(stop) : null);
    }

    private async Task<Money?> BondAsync(CancellationToken stop) =>
        await chain.AskAsync<Money[]>(async timeout => [await ledger.Usage.BondAsync(timeout)], stop) is [var bond] ? bond : null;

    private async Task<IReadOnlyList<UsageLine>?> LinesAsync(IndexedJob job, Market.Usage.UsagePosting posting, Cid evidence,
        CancellationToken stop)
    {
        var shards = listed.Of(job.Dataset);
        if (index.Datasets.Find(job.Dataset) is not { } dataset || await sheets.FindAsync(posting, evidence, shards, stop) is not { } sheet)
            return null;
        var numbers = ListedShards.Contributors(dataset, shards);
        return [.. sheet.Lines.OrderByDescending(line => line.Amount)
            .Select(line => new UsageLine(line.Contributor, numbers.GetValueOrDefault(line.Contributor, numbers.Count), line.Amount))];
    }

    public async Task<UsageDue?> DueAsync(JobId id, Address contributor, CancellationToken stop)
    {
        if (index.Jobs.Find(id) is not { } job || index.Usage.Find(id) is not { } row || !row.Posting.IsPayable(clock.Now)) return null;
        if (await ClaimOfAsync(row, job, contributor, stop) is not { } claim) return null;
        var claimed = await chain.AskAsync<bool[]>(async timeout => [await ledger.Usage.IsClaimedAsync(id, contributor, timeout)], stop);
        return claimed is [false] ? new UsageDue(claim.Amount, [.. claim.Proof], row.Posting.NeedsConfirming(clock.Now)) : null;
    }

    /// <summary>What the use of somebody's points earned and was not paid yet.</summary>
    public async Task<IReadOnlyList<PortfolioUsage>> WaitingAsync(Address contributor, CancellationToken stop)
    {
        var name = names.ForList();
        var waiting = new List<PortfolioUsage>();
        foreach (var claim in (await UsageClaims.OpenToAsync(index, owedSheets, contributor, MaxUsage, stop)).Claims)
            if (claim is { Amount: { } amount, Posting: var posting } && index.Jobs.Find(posting.Job) is { } job)
                waiting.Add(new PortfolioUsage(job.Id, job.Dataset, name(job.Dataset), amount, posting.State, posting.Until,
                    posting.IsPayable(clock.Now)));
        return waiting;
    }

    private async Task<(Money Amount, IReadOnlyList<Hash32> Proof)?> ClaimOfAsync(IndexedUsage row, IndexedJob job, Address contributor,
        CancellationToken stop)
    {
        var evidence = row.Upheld == false ? await RuledEvidenceAsync(job.Id, stop) : row.Evidence;
        return evidence is { } cid && await sheets.FindAsync(row.Posting, cid, listed.Of(job.Dataset), stop) is { } sheet
            ? sheet.ClaimOf(contributor) : null;
    }

    /// <summary>Where the referee's own valuation is. The index has the scheduler's alone.</summary>
    private async Task<Cid?> RuledEvidenceAsync(JobId job, CancellationToken stop)
    {
        var found = await chain.AskAsync<Cid[]>(async timeout => await new UsageHistory(ledger).EvidenceAsync(job, timeout) is { } cid
            ? [cid] : [], stop);
        return found is [var evidence] ? evidence : null;
    }
}
