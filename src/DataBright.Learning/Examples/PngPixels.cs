using DataBright.Learning.Files;

namespace DataBright.Learning.Examples;

/// <summary>Undoes the filters and the interlacing of PNG pixels.</summary>
internal static class PngPixels
{
    /// <summary>Start and step of the seven passes of an interlaced image.</summary>
    private static readonly (int X, int Y, int Right, int Down)[] Adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4),
        (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>
    /// Samples as stored: height × width × stored samples of a pixel. Rows are read one by one, so memory grows with what is really there.
    /// </summary>
    public static ushort[] Read(Stream pixels, PngHeader header, string document)
    {
        var passes = header.IsInterlaced ? Adam7 : [(0, 0, 1, 1)];
        ushort[]? whole = null;
        Span<byte> filter = stackalloc byte[1];
        foreach (var (x, y, right, down) in passes)
        {
            var (width, height) = ((header.Width - x + right - 1) / right, (header.Height - y + down - 1) / down);
            if (width <= 0 || height <= 0) continue;
            var bits = header.Stored * header.Depth;
            var line = new byte[(width * bits + 7) / 8];
            var above = new byte[line.Length];
            for (var row = 0; row < height; row++)
            {
                InputFile.Fill(pixels, filter, document, $"row {row} of {height}");
                InputFile.Fill(pixels, line, document, $"row {row} of {height}");
                Unfilter(filter[0], line, above, Math.Max(1, bits / 8), document);
                whole ??= new ushort[header.Width * header.Height * header.Stored];
                Unpack(line, header, whole.AsSpan(((y + row * down) * header.Width + x) * header.Stored), width, right);
                (line, above) = (above, line);
            }
        }

        return whole ?? throw new MalformedInputException(document, "there are no pixels");
    }

    private static void Unfilter(byte filter, byte[] line, byte[] above, int pixel, string document)
    {
        if (filter > 4) throw new MalformedInputException(document, $"filter {filter} does not exist");
        for (var i = 0; i < line.Length; i++)
        {
            int left = i >= pixel ? line[i - pixel] : 0, up = above[i], corner = i >= pixel ? above[i - pixel] : 0;
            line[i] += (byte)(filter switch
            {
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                4 => Paeth(left, up, corner),
                _ => 0,
            });
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        var estimate = left + up - corner;
        int a = Math.Abs(estimate - left), b = Math.Abs(estimate - up), c = Math.Abs(estimate - corner);
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    private static void Unpack(byte[] line, PngHeader header, Span<ushort> target, int width, int right)
    {
        var (stored, depth) = (header.Stored, header.Depth);
        for (var x = 0; x < width; x++)
            for (var s = 0; s < stored; s++)
            {
                var i = x * stored + s;
                target[x * right * stored + s] = depth switch
                {
                    16 => (ushort)(line[2 * i] << 8 | line[2 * i + 1]),
                    8 => line[i],
                    _ => (ushort)(line[i * depth / 8] >> (8 - depth - i * depth % 8) & ((1 << depth) - 1)),
                };
            }
    }
}
