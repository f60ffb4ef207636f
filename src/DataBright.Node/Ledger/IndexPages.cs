using DataBright.Market.Index;
using DataBright.Node.Rest;

namespace DataBright.Node.Ledger;

/// <summary>Turns slices of the index into pages of facts.</summary>
internal static class IndexPages
{
    /// <exception cref="InvalidRequestException">The list does not know the place where the page shall begin.</exception>
    public static async Task<Page<TFacts>> ReadAsync<TRow, TFacts>(
        PageRequest page, Func<SliceRequest, Slice<TRow>> read, Func<TRow, Task<TFacts>> tell)
    {
        var slice = Read(page, read);
        var facts = new List<TFacts>(slice.Items.Count);
        foreach (var row in slice.Items) facts.Add(await tell(row));
        return new Page<TFacts>(facts, slice.Next);
    }

    /// <exception cref="InvalidRequestException">The list does not know the place where the page shall begin.</exception>
    public static Page<TFacts> Read<TRow, TFacts>(PageRequest page, Func<SliceRequest, Slice<TRow>> read, Func<TRow, TFacts> tell)
    {
        var slice = Read(page, read);
        return new Page<TFacts>([.. slice.Items.Select(tell)], slice.Next);
    }

    private static Slice<TRow> Read<TRow>(PageRequest page, Func<SliceRequest, Slice<TRow>> read)
    {
        try
        {
            return read(new SliceRequest(page.Limit, page.After));
        }
        catch (FormatException)
        {
            throw Cursor.NotHere();
        }
    }
}
