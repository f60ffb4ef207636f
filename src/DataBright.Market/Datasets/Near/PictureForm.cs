using System.Buffers.Binary;

namespace DataBright.Market.Datasets.Near;

/// <summary>Pictures of a schema as grey levels of at most 32 × 32: what is left is what the eye takes for the picture.</summary>
internal sealed record PictureForm(int Channels, int Height, int Width, int Step, ElementType Element)
{
    private const int MaxAcross = 32;
    private const int MinAcross = 8;

    public int Rows => Height / Step;

    public int Columns => Width / Step;

    public int Levels => Rows * Columns;

    /// <summary>Null where the points are no pictures: one or three planes of at least 8 × 8.</summary>
    public static PictureForm? Of(DataSchema schema)
    {
        var (channels, height, width) = schema.Shape switch
        {
            [var h, var w] => (1, h, w),
            [var c, var h, var w] => (c, h, w),
            _ => (0, 0, 0),
        };
        if (channels is not (1 or 3) || Math.Min(height, width) < MinAcross || Math.Max(height, width) > 64 * Math.Min(height, width))
            return null;
        int step = (Math.Max(height, width) + MaxAcross - 1) / MaxAcross;
        return Math.Min(height, width) / step < MinAcross ? null : new PictureForm(channels, height, width, step, schema.Element);
    }

    /// <summary>The mean over channels and over squares of pixels, in whole numbers from 0 to 255.</summary>
    public void Read(ReadOnlySpan<byte> features, Span<byte> levels)
    {
        var (low, scale) = Element == ElementType.UInt8 ? (0f, 1f) : Range(features);
        int area = Channels * Step * Step;
        for (int row = 0; row < Rows; row++)
            for (int column = 0; column < Columns; column++)
            {
                int sum = 0;
                for (int channel = 0; channel < Channels; channel++)
                    for (int y = row * Step; y < (row + 1) * Step; y++)
                        for (int x = column * Step; x < (column + 1) * Step; x++)
                        {
                            int at = (channel * Height + y) * Width + x;
                            sum += Element == ElementType.UInt8 ? features[at] : (int)MathF.Round((Number(features, at) - low) * scale);
                        }
                levels[row * Columns + column] = (byte)((sum + area / 2) / area);
            }
    }

    private static float Number(ReadOnlySpan<byte> features, int index) => BinaryPrimitives.ReadSingleLittleEndian(features[(4 * index)..]);

    private static (float Low, float Scale) Range(ReadOnlySpan<byte> features)
    {
        float low = float.MaxValue, high = float.MinValue;
        for (int i = 0; i < features.Length / 4; i++)
        {
            float value = Number(features, i);
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }
        float range = high - low;
        return (low, range > 0 && float.IsFinite(range) ? 255 / range : 0);
    }
}
