using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Market.Owed;
using DataBright.Node.Datasets;
using DataBright.Node.Jobs;
using DataBright.Node.Proposals;
using DataBright.Node.Rest;
using DataBright.Node.Shares;
using DataBright.Node.Usage;

namespace DataBright.Node.Ledger;

/// <summary>The market as the index has it, joined with what lies in the blob store. Each word of the market has a file of its own.</summary>
internal sealed partial class IndexedMarket(
    LedgerIndex index,
    MarketAddresses market,
    Market.Ledger ledger,
    ChainHead head,
    DescriptionCache descriptions,
    DuplicateCounts duplicates,
    OfferedFiles offered,
    Measurements measurements,
    PlannedShards planned,
    JobPlans plans,
    UsageSheets sheets,
    ISheets owedSheets,
    TimeProvider clock) : IMarketView
{
    public Task<LedgerState> StateAsync(CancellationToken stop)
    {
        var position = index.Position;
        return Task.FromResult(new LedgerState(market.ChainId, head.Number, position.Block ?? 0, position.Hash, position.At) { Unreadable = index.UnreadableCount });
    }

    /// <summary>Reads a part of a list. A place that the list does not know is the reader's mistake.</summary>
    private static async Task<Page<TFacts>> PageAsync<TRow, TFacts>(PageRequest page, Func<SliceRequest, Slice<TRow>> read, Func<TRow, Task<TFacts>> tell)
    {
        Slice<TRow> slice;
        try
        {
            slice = read(new SliceRequest(page.Limit, page.After));
        }
        catch (FormatException)
        {
            throw Cursor.NotHere();
        }
        var facts = new List<TFacts>(slice.Items.Count);
        foreach (var row in slice.Items) facts.Add(await tell(row));
        return new Page<TFacts>(facts, slice.Next);
    }

    private static Task<Page<TFacts>> PageAsync<TRow, TFacts>(PageRequest page, Func<SliceRequest, Slice<TRow>> read, Func<TRow, TFacts> tell) =>
        PageAsync(page, read, row => Task.FromResult(tell(row)));

    private string NameOf(DatasetId dataset) => index.Datasets.Find(dataset)?.Name ?? $"Dataset {dataset}";

    /// <summary>Names of datasets, each looked up once for a whole list.</summary>
    private Func<DatasetId, string> Names()
    {
        var known = new Dictionary<DatasetId, string>();
        return dataset => known.TryGetValue(dataset, out var name) ? name : known[dataset] = NameOf(dataset);
    }
}
