namespace DataBright.Market.Datasets.Near;

/// <summary>Moves of a picture by a pixel at most, and what is left of it then.</summary>
internal static class PictureShift
{
    private static readonly (int X, int Y)[] AllMoves = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)];

    public const int Count = 9;

    /// <summary>The same move the other way.</summary>
    public static int Opposite(int shift) => shift == 0 ? 0 : shift % 2 == 1 ? shift + 1 : shift - 1;

    /// <summary>
    /// The part of a moved picture that lies over one that stands still; of that one it is the part of the opposite move.
    /// </summary>
    public static Crop Of(int shift, int columns, int rows)
    {
        var (x, y) = AllMoves[shift];
        return new Crop(Math.Max(0, x), Math.Max(0, y), columns - Math.Abs(x), rows - Math.Abs(y));
    }

    public readonly record struct Crop(int X, int Y, int Columns, int Rows)
    {
        public long Pixels => (long)Columns * Rows;
    }
}
