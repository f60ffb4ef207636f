using System.Buffers.Binary;
using DataBright.Market.Datasets;

namespace DataBright.Node.Proposals;

/// <summary>How a schema's features lie as pixels.</summary>
internal sealed record PointPicture(int Channels, int Width, int Height, ElementType Element)
{
    private const int MaxPixelsAcross = 64;

    /// <summary>Null where points are not pictures: one or three planes of at most 64 × 64.</summary>
    public static PointPicture? Of(DataSchema schema)
    {
        var (channels, height, width) = schema.Shape switch
        {
            [var h, var w] => (1, h, w),
            [var c, var h, var w] => (c, h, w),
            _ => (0, 0, 0),
        };
        return channels is 1 or 3 && width is > 1 and <= MaxPixelsAcross && height is > 1 and <= MaxPixelsAcross
            ? new PointPicture(channels, width, height, schema.Element)
            : null;
    }

    /// <param name="point">What to draw.</param>
    /// <param name="pixels">Of a larger picture with as many channels.</param>
    /// <param name="stride">Pixels of each of its rows.</param>
    /// <param name="left">Where in it.</param>
    /// <param name="top">Where in it.</param>
    public void Draw(DataPoint point, byte[] pixels, int stride, int left, int top = 0)
    {
        var features = point.Features.Span;
        var (low, high) = Element == ElementType.UInt8 ? (0f, 255f) : Range(features);
        for (int channel = 0; channel < Channels; channel++)
            for (int y = 0; y < Height; y++)
                for (int x = 0; x < Width; x++)
                {
                    float value = At(features, (channel * Height + y) * Width + x);
                    pixels[((top + y) * stride + left + x) * Channels + channel] = (byte)(high > low
                        ? (value - low) / (high - low) * 255 : 0);
                }
    }

    private float At(ReadOnlySpan<byte> features, int index) =>
        Element == ElementType.UInt8 ? features[index] : BinaryPrimitives.ReadSingleLittleEndian(features[(4 * index)..]);

    private (float Low, float High) Range(ReadOnlySpan<byte> features)
    {
        float low = float.MaxValue, high = float.MinValue;
        for (int i = 0; i < features.Length / 4; i++)
        {
            float value = At(features, i);
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }
        return (low, high);
    }
}
