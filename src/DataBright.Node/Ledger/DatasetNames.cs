using DataBright.Market;

namespace DataBright.Node.Ledger;

/// <summary>How datasets are called.</summary>
internal sealed class DatasetNames(LedgerIndex index)
{
    /// <summary>By its number where the index has no such dataset.</summary>
    public string Of(DatasetId dataset) => index.Datasets.Find(dataset)?.Name ?? $"Dataset {dataset}";

    /// <summary>For a whole list: each name is looked up once.</summary>
    public Func<DatasetId, string> ForList()
    {
        var known = new Dictionary<DatasetId, string>();
        return dataset => known.TryGetValue(dataset, out var name) ? name : known[dataset] = Of(dataset);
    }
}
