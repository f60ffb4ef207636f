using DataBright.Learning.Shapes;

namespace DataBright.Learning.Examples;

/// <summary>
/// Brings an image of any size and colours to what a network takes, in whole numbers, so that everybody who has the image has the same
/// input to the bit.
/// An image that fits already is taken as it is, exactly as <see cref="PictureFolder"/> takes it for training.
/// </summary>
/// <remarks>
/// Opacity is laid over white, as viewers do. Grey from colours is luma after ITU-R BT.601: (299 R + 587 G + 114 B) ÷ 1000. The largest
/// centred part of the network's proportions is kept; a pixel of the result is the mean of the area it covers, rounded half up, whether the
/// image shrinks or grows.
/// </remarks>
public static class ImageFit
{
    /// <summary>Images of more pixels are not taken as single inputs.</summary>
    public const int MaxPixels = 1 << 22;

    /// <summary>Whether a network of this input takes pictures at all: one or three channels, more than one row and column.</summary>
    public static bool Takes(ExampleShape shape) => shape is { Channels: 1 or 3, Height: > 1, Width: > 1 };

    /// <summary>Reads a PNG file's content as one example.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <param name="shape">Channels × height × width that the network takes.</param>
    /// <param name="document">What error messages call the file.</param>
    /// <returns>Channels × height × width values from 0 to 1.</returns>
    /// <exception cref="MalformedInputException">It is no PNG image, has more than <see cref="MaxPixels"/> pixels, or the network takes no
    /// pictures.</exception>
    public static float[] Read(ReadOnlySpan<byte> content, ExampleShape shape, string document)
    {
        var pixels = MaxPixels;
        return Read(content, shape, document, ref pixels);
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, ExampleShape, string)"/>
    /// <param name="content">The file's bytes.</param>
    /// <param name="shape">Channels × height × width that the network takes.</param>
    /// <param name="document">What error messages call the file.</param>
    /// <param name="pixels">Pixels that may still be unpacked; those of this image are taken off.</param>
    public static float[] Read(ReadOnlySpan<byte> content, ExampleShape shape, string document, ref int pixels)
    {
        if (!Takes(shape)) throw new MalformedInputException(document, $"the model takes {shape.Size} values, not a picture");
        var image = PngImage.Parse(content, document, pixels);
        pixels -= image.Width * image.Height;
        return Fit(image, shape);
    }

    /// <summary>Brings an image to a shape.</summary>
    /// <param name="image">Of any size and colours.</param>
    /// <param name="shape">One or three channels × height × width.</param>
    /// <returns>Channels × height × width values from 0 to 1.</returns>
    public static float[] Fit(PngImage image, ExampleShape shape)
    {
        if (!Takes(shape)) throw new ArgumentException($"A picture cannot become an input of {shape}.", nameof(shape));
        var planes = Planes(image, shape.Channels);
        if (image.Height != shape.Height || image.Width != shape.Width)
            planes = [.. planes.Select(plane => Scale(plane, image.Height, image.Width, shape.Height, shape.Width))];
        float largest = Largest(image);
        return [.. planes.SelectMany(plane => plane).Select(sample => sample / largest)];
    }

    private static int Largest(PngImage image) => (1 << image.Depth) - 1;

    /// <summary>Height × width samples of each channel, without opacity.</summary>
    private static ushort[][] Planes(PngImage image, int channels)
    {
        var largest = Largest(image);
        var (isColoured, isOpaque) = (image.Channels >= 3, image.Channels is 1 or 3);
        var planes = new ushort[channels][];
        for (var c = 0; c < channels; c++) planes[c] = new ushort[image.Width * image.Height];
        for (var p = 0; p < planes[0].Length; p++)
        {
            var pixel = image.Samples.AsSpan(p * image.Channels, image.Channels);
            int opacity = isOpaque ? largest : pixel[^1];
            for (var c = 0; c < channels; c++)
            {
                int sample = !isColoured ? pixel[0]
                    : channels == 3 ? pixel[c] : (299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2] + 500) / 1000;
                planes[c][p] = (ushort)(((long)sample * opacity + (long)largest * (largest - opacity) + largest / 2) / largest);
            }
        }

        return planes;
    }

    /// <summary>
    /// The mean over areas. Along a side of n samples that becomes m, sample i reaches from i·m to (i + 1)·m and result j from j·n to (j +
    /// 1)·n.
    /// </summary>
    private static ushort[] Scale(ushort[] plane, int height, int width, int toHeight, int toWidth)
    {
        var (rows, columns) = Centre(height, width, toHeight, toWidth);
        var (top, left) = ((height - rows) / 2, (width - columns) / 2);
        var area = (ulong)rows * (ulong)columns;
        var result = new ushort[toHeight * toWidth];
        for (var y = 0; y < toHeight; y++)
            for (var x = 0; x < toWidth; x++)
            {
                var sum = 0ul;
                foreach (var (row, tall) in Covered(y, rows, toHeight))
                    foreach (var (column, wide) in Covered(x, columns, toWidth))
                        sum += (ulong)plane[(top + row) * width + left + column] * (ulong)tall * (ulong)wide;
                result[y * toWidth + x] = (ushort)((sum + area / 2) / area);
            }

        return result;
    }

    /// <summary>The largest part with the proportions of the result.</summary>
    private static (int Rows, int Columns) Centre(int height, int width, int toHeight, int toWidth)
    {
        var columns = (int)Math.Min(width, Math.Max(1, (long)height * toWidth / toHeight));
        var rows = (int)Math.Min(height, Math.Max(1, (long)width * toHeight / toWidth));
        return (rows, columns);
    }

    /// <summary>The samples that one result covers, and how far.</summary>
    private static IEnumerable<(int Sample, int Length)> Covered(int result, int from, int to)
    {
        var (begin, end) = (result * from, (result + 1) * from);
        for (var sample = begin / to; sample * to < end; sample++)
            yield return (sample, Math.Min(end, (sample + 1) * to) - Math.Max(begin, sample * to));
    }
}
