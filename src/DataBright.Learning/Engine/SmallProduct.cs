using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Engine;

/// <summary>
/// C = A·B for one small shape of C, straight from where the operands lie: each value one chain from zero. Rows of B are read a little
/// beyond their end.
/// </summary>
internal sealed unsafe class SmallProduct<L, V>
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private readonly RowGroup[] _tiles;
    private readonly ColumnGroup[] _groups;

    public SmallProduct(int rows, int columns)
    {
        _tiles = RowGroup.Cut(rows, ProductTable<L, V>.MaxRows);
        _groups = ColumnGroup.Cut(columns, L.Count);
    }

    /// <summary>C[r, c] = Σ A[r, k]·B[k, c].</summary>
    public void Rows(float* a, nint aPitch, float* b, nint bPitch, float* c, nint cPitch, int inner)
    {
        var task = new ProductTask { ARow = aPitch, AStep = 1, BStep = bPitch, CRow = cPitch, Segments = 1, Length = inner };
        foreach (ref readonly var columns in _groups.AsSpan())
            foreach (ref readonly var tile in _tiles.AsSpan())
            {
                Place(ref task, a + tile.First * aPitch, b, c + tile.First * cPitch, columns);
                ProductTable<L, V>.Rows(tile.Rows, columns.Vectors)(&task);
            }
    }

    private static void Place(ref ProductTask task, float* a, float* b, float* c, in ColumnGroup columns)
    {
        task.A = a;
        task.B = b + columns.First;
        task.C = c + columns.First;
        task.Columns = columns.Columns;
    }
}
