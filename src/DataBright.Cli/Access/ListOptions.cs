using System.CommandLine;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Terminal;

namespace DataBright.Cli.Access;

/// <summary>How lists are cut, and of which dataset they are.</summary>
internal static class ListOptions
{
    private const int Most = 100_000;
    private const int Page = 500;

    public static Option<int> Limit() => new("--limit")
    {
        Description = "The most lines to show (default 50)",
        HelpName = "N",
        DefaultValueFactory = _ => 50,
        CustomParser = Parsing.By(text => Parsing.Whole(text, 1, Most)),
    };

    public static Option<DatasetId?> OfDataset() => new("--dataset")
    {
        Description = "Of this dataset only",
        HelpName = "ID",
        CustomParser = Parsing.By<DatasetId?>(text => DatasetId.Parse(text)),
    };

    /// <summary>Reads on until the list ends or enough is there.</summary>
    public static IReadOnlyList<T> Read<T>(int limit, Func<SliceRequest, Slice<T>> read)
    {
        var all = new List<T>();
        string? after = null;
        do
        {
            var slice = read(new SliceRequest(Math.Min(Page, limit - all.Count), after));
            all.AddRange(slice.Items);
            after = slice.Next;
        }
        while (after is not null && all.Count < limit);
        return all;
    }
}
