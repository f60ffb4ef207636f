using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Engine;

/// <summary>
/// C = A·B for matrices of any size, under the rule of reproducibility: each C[i, j] is one chain of fused multiply-adds over
/// ascending k from zero, in blocks of k that continue the chain. Operands may be given transposed. Copies of blocks are kept
/// between calls. Not safe for use by several threads at once.
/// </summary>
public sealed class MatrixProduct : IDisposable
{
    private readonly Team _team;
    private readonly MatrixProductCore _core;

    /// <summary>A product that works with that many threads; they start with the first large product and end with this object.</summary>
    public MatrixProduct(int threads = 1)
        : this(threads, VectorWidths.Widest)
    {
    }

    internal MatrixProduct(int threads, VectorWidth width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _team = new Team(threads);
        _core = width switch
        {
            VectorWidth.Bits512 => new MatrixProductCore<Lanes512, Vector512<float>>(_team),
            VectorWidth.Bits256 => new MatrixProductCore<Lanes256, Vector256<float>>(_team),
            VectorWidth.Bits128 => new MatrixProductCore<Lanes128, Vector128<float>>(_team),
            _ => new MatrixProductCore<LanesScalar, float>(_team),
        };
    }

    /// <summary>Writes the product over <paramref name="c"/>.</summary>
    /// <param name="a">rows × inner values, row-major; inner × rows when transposed.</param>
    /// <param name="b">inner × columns values, row-major; columns × inner when transposed.</param>
    /// <param name="c">rows × columns values, row-major; must not overlap the operands.</param>
    /// <param name="rows">Rows of C, at least 1.</param>
    /// <param name="columns">Columns of C, at least 1.</param>
    /// <param name="inner">Length of the chains; 0 gives zeros.</param>
    /// <param name="transposedA">A is stored column by column.</param>
    /// <param name="transposedB">B is stored column by column.</param>
    /// <exception cref="ArgumentException">A span does not have the size that the dimensions ask for.</exception>
    public unsafe void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int rows, int columns, int inner,
        bool transposedA = false, bool transposedB = false)
    {
        if (rows < 1 || columns < 1 || inner < 0)
            throw new ArgumentException($"A product of {rows}×{inner} and {inner}×{columns} is not defined.");
        if (a.Length != (long)rows * inner || b.Length != (long)inner * columns || c.Length != (long)rows * columns)
            throw new ArgumentException(
                $"A product of {rows}×{inner} and {inner}×{columns} does not fit spans of {a.Length}, {b.Length} and {c.Length} values.");
        if (inner == 0)
        {
            c.Clear();
            return;
        }

        fixed (float* pa = a, pb = b, pc = c)
            _core.Multiply(
                new Operand(pa, transposedA ? 1 : inner, transposedA ? rows : 1),
                new Operand(pb, transposedB ? 1 : columns, transposedB ? inner : 1),
                pc, rows, columns, inner);
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose() => _team.Dispose();
}

/// <summary>A matrix in memory: the distances from one row, and from one column, to the next.</summary>
internal readonly unsafe struct Operand(float* values, nint row, nint column)
{
    public float* Values => values;

    public nint Row => row;

    public nint Column => column;
}

internal abstract unsafe class MatrixProductCore
{
    public abstract void Multiply(Operand a, Operand b, float* c, int rows, int columns, int inner);
}

/// <summary>
/// For each block of k: rows of A are copied to a pitch that spreads them over the cache, columns of B to panels; then
/// blocks of C, a few tiles high and some panels wide, are made wherever a thread is free.
/// </summary>
internal sealed unsafe class MatrixProductCore<L, V> : MatrixProductCore
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private const int Depth = 512;
    private const int RowPitch = Depth + 16;
    private const int PanelPitch = Depth * Weights.Panel;
    private const int TilesPerBlock = 12;
    private const int PanelsPerBlock = 8;
    private readonly Team _team;
    private readonly Action<int> _pack;
    private readonly Action<int> _multiply;
    private Operand _a;
    private Operand _b;
    private float* _c;
    private int _rows;
    private int _columns;
    private int _first;
    private int _depth;
    private RowGroup[] _tiles = [];
    private ColumnGroup[] _groups = [];
    private Arena _arena = new();
    private float* _packedA;
    private float* _packedB;
    private long _capacityA;
    private long _capacityB;

    public MatrixProductCore(Team team)
    {
        _team = team;
        _pack = Pack;
        _multiply = MultiplyBlock;
    }

    private int RowBlocks => (_tiles.Length + TilesPerBlock - 1) / TilesPerBlock;

    private int Panels => (_columns + Weights.Panel - 1) / Weights.Panel;

    private int PanelBlocks => (Panels + PanelsPerBlock - 1) / PanelsPerBlock;

    public override void Multiply(Operand a, Operand b, float* c, int rows, int columns, int inner)
    {
        _a = a;
        _b = b;
        _c = c;
        if (rows != _rows || columns != _columns) Plan(rows, columns);
        for (_first = 0; _first < inner; _first += Depth)
        {
            _depth = Math.Min(Depth, inner - _first);
            _team.Run(RowBlocks + Panels, _pack);
            _team.Run(RowBlocks * PanelBlocks, _multiply);
        }
    }

    private void Plan(int rows, int columns)
    {
        (_rows, _columns) = (rows, columns);
        _tiles = RowGroup.Cut(rows, ProductTable<L, V>.MaxRows);
        _groups = ColumnGroup.Cut(columns, L.Count);
        var (needA, needB) = ((long)rows * RowPitch, (long)Panels * PanelPitch);
        if (needA <= _capacityA && needB <= _capacityB) return;
        _arena = new Arena();
        _packedA = _arena.Floats(_capacityA = Math.Max(needA, _capacityA));
        _packedB = _arena.Floats(_capacityB = Math.Max(needB, _capacityB));
    }

    private void Pack(int piece)
    {
        if (piece >= RowBlocks)
        {
            var panel = piece - RowBlocks;
            PackPanel(_b.Values + _first * _b.Row + panel * Weights.Panel * _b.Column, _packedB + (nint)panel * PanelPitch,
                Math.Min(Weights.Panel, _columns - panel * Weights.Panel));
            return;
        }

        var last = _tiles[Math.Min(_tiles.Length, (piece + 1) * TilesPerBlock) - 1];
        for (var row = _tiles[piece * TilesPerBlock].First; row < last.First + last.Rows; row++)
        {
            var from = _a.Values + row * _a.Row + _first * _a.Column;
            var to = _packedA + (nint)row * RowPitch;
            if (_a.Column == 1) new ReadOnlySpan<float>(from, _depth).CopyTo(new Span<float>(to, _depth));
            else for (var k = 0; k < _depth; k++) to[k] = from[k * _a.Column];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackPanel(float* from, float* to, int columns)
    {
        // Columns beyond the matrix are left as they are: their lanes are computed and never stored.
        var (row, column, depth) = (_b.Row, _b.Column, _depth);
        if (column == 1)
            for (var k = 0; k < depth; k++, from += row, to += Weights.Panel)
                new ReadOnlySpan<float>(from, columns).CopyTo(new Span<float>(to, columns));
        else
            for (var j = 0; j < columns; j++)
                for (var k = 0; k < depth; k++)
                    to[k * Weights.Panel + j] = from[k * row + j * column];
    }

    private void MultiplyBlock(int piece)
    {
        var (panelBlock, rowBlock) = Math.DivRem(piece, RowBlocks);
        var task = new ProductTask
        {
            ARow = RowPitch,
            AStep = 1,
            BStep = Weights.Panel,
            CRow = _columns,
            Segments = 1,
            Length = _depth,
            Continues = _first > 0,
        };
        var lastTile = Math.Min(_tiles.Length, (rowBlock + 1) * TilesPerBlock);
        foreach (ref readonly var columns in _groups.AsSpan())
        {
            if (columns.Panel / PanelsPerBlock != panelBlock) continue;
            task.B = _packedB + (nint)columns.Panel * PanelPitch + columns.Offset;
            task.Columns = columns.Columns;
            for (var t = rowBlock * TilesPerBlock; t < lastTile; t++)
            {
                ref readonly var tile = ref _tiles[t];
                task.A = _packedA + (nint)tile.First * RowPitch;
                task.C = _c + (nint)tile.First * _columns + columns.First;
                ProductTable<L, V>.Rows(tile.Rows, columns.Vectors)(&task);
            }
        }
    }
}
