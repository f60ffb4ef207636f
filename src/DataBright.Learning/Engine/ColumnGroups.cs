namespace DataBright.Learning.Engine;

/// <summary>Neighbouring outputs that one tile makes: two whole vectors, one, or the start of one.</summary>
/// <param name="Panel">The panel they are in.</param>
/// <param name="Offset">The first of them within the panel.</param>
/// <param name="Columns">How many there are.</param>
/// <param name="Vectors">Vectors that hold them.</param>
internal readonly record struct ColumnGroup(int Panel, int Offset, int Columns, int Vectors)
{
    public int First => Panel * Weights.Panel + Offset;

    /// <summary>Cuts outputs so that only single vectors are ever partly filled, and no group crosses a panel.</summary>
    public static ColumnGroup[] Cut(int outputs, int lanes)
    {
        var groups = new List<ColumnGroup>();
        for (var first = 0; first < outputs;)
        {
            var (panel, offset) = Math.DivRem(first, Weights.Panel);
            var left = Math.Min(outputs - first, Weights.Panel - offset);
            var columns = left >= 2 * lanes ? 2 * lanes : Math.Min(left, lanes);
            groups.Add(new ColumnGroup(panel, offset, columns, columns == 2 * lanes ? 2 : 1));
            first += columns;
        }

        return [.. groups];
    }
}

/// <summary>Neighbouring rows that one tile makes.</summary>
internal readonly record struct RowGroup(int First, int Rows)
{
    /// <summary>Cuts rows into the fewest tiles, of nearly equal height.</summary>
    public static RowGroup[] Cut(int rows, int most)
    {
        var tiles = (rows + most - 1) / most;
        return [.. Enumerable.Range(0, tiles).Select(i => (First: (int)((long)rows * i / tiles), Next: (int)((long)rows * (i + 1) / tiles)))
            .Select(t => new RowGroup(t.First, t.Next - t.First))];
    }
}
