namespace DataBright.Learning.Arithmetic;

/// <summary>The compiled tiles of one width, by number of rows and vectors.</summary>
internal static unsafe class ProductTable<L, V>
    where L : struct, ILanes<V>
    where V : unmanaged
{
    /// <summary>Rows of the largest tile: two vectors of accumulators for each, two of B and one of A must stay in registers.</summary>
    public static int MaxRows => L.Registers >= 32 ? 14 : 6;

    public static delegate*<ProductTask*, void> Rows(int rows, int vectors) => vectors == 2 ? Rows<Number.N2>(rows) : Rows<Number.N1>(rows);

    public static delegate*<ProductTask*, void> Columns(int rows, int vectors) =>
        vectors == 2 ? Columns<Number.N2>(rows) : Columns<Number.N1>(rows);

    private static delegate*<ProductTask*, void> Rows<N>(int rows) where N : struct, IConstant => rows switch
    {
        1 => &ProductTile<L, V>.Rows<Number.N1, N>,
        2 => &ProductTile<L, V>.Rows<Number.N2, N>,
        3 => &ProductTile<L, V>.Rows<Number.N3, N>,
        4 => &ProductTile<L, V>.Rows<Number.N4, N>,
        5 => &ProductTile<L, V>.Rows<Number.N5, N>,
        6 => &ProductTile<L, V>.Rows<Number.N6, N>,
        7 => &ProductTile<L, V>.Rows<Number.N7, N>,
        8 => &ProductTile<L, V>.Rows<Number.N8, N>,
        9 => &ProductTile<L, V>.Rows<Number.N9, N>,
        10 => &ProductTile<L, V>.Rows<Number.N10, N>,
        11 => &ProductTile<L, V>.Rows<Number.N11, N>,
        12 => &ProductTile<L, V>.Rows<Number.N12, N>,
        13 => &ProductTile<L, V>.Rows<Number.N13, N>,
        14 => &ProductTile<L, V>.Rows<Number.N14, N>,
        _ => throw new ArgumentOutOfRangeException(nameof(rows), rows, "A tile has 1 to 14 rows."),
    };

    private static delegate*<ProductTask*, void> Columns<N>(int rows) where N : struct, IConstant => rows switch
    {
        1 => &ProductTile<L, V>.Columns<Number.N1, N>,
        2 => &ProductTile<L, V>.Columns<Number.N2, N>,
        3 => &ProductTile<L, V>.Columns<Number.N3, N>,
        4 => &ProductTile<L, V>.Columns<Number.N4, N>,
        5 => &ProductTile<L, V>.Columns<Number.N5, N>,
        6 => &ProductTile<L, V>.Columns<Number.N6, N>,
        7 => &ProductTile<L, V>.Columns<Number.N7, N>,
        8 => &ProductTile<L, V>.Columns<Number.N8, N>,
        9 => &ProductTile<L, V>.Columns<Number.N9, N>,
        10 => &ProductTile<L, V>.Columns<Number.N10, N>,
        11 => &ProductTile<L, V>.Columns<Number.N11, N>,
        12 => &ProductTile<L, V>.Columns<Number.N12, N>,
        13 => &ProductTile<L, V>.Columns<Number.N13, N>,
        14 => &ProductTile<L, V>.Columns<Number.N14, N>,
        _ => throw new ArgumentOutOfRangeException(nameof(rows), rows, "A tile has 1 to 14 rows."),
    };
}

/// <summary>The numbers that tiles are compiled for.</summary>
internal static class Number
{
    public readonly struct N1 : IConstant { public static int Value => 1; }

    public readonly struct N2 : IConstant { public static int Value => 2; }

    public readonly struct N3 : IConstant { public static int Value => 3; }

    public readonly struct N4 : IConstant { public static int Value => 4; }

    public readonly struct N5 : IConstant { public static int Value => 5; }

    public readonly struct N6 : IConstant { public static int Value => 6; }

    public readonly struct N7 : IConstant { public static int Value => 7; }

    public readonly struct N8 : IConstant { public static int Value => 8; }

    public readonly struct N9 : IConstant { public static int Value => 9; }

    public readonly struct N10 : IConstant { public static int Value => 10; }

    public readonly struct N11 : IConstant { public static int Value => 11; }

    public readonly struct N12 : IConstant { public static int Value => 12; }

    public readonly struct N13 : IConstant { public static int Value => 13; }

    public readonly struct N14 : IConstant { public static int Value => 14; }
}
