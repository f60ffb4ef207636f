using System.Buffers.Binary;

namespace DataBright.Learning.Examples;

/// <summary>
/// Turns stored samples into grey or colours, with opacity where there is any: looks up palettes, scales few bits up, marks the transparent
/// colour.
/// </summary>
internal static class PngColours
{
    public static PngImage Resolve(PngHeader header, ushort[] stored, PngChunks chunks, string document)
    {
        var pixels = header.Width * header.Height;
        if (header.Colour == PngHeader.Palette) return LookUp(header, stored, chunks, document);
        var depth = Math.Max(8, header.Depth);
        var clear = chunks.Transparency;
        var channels = header.Stored + (clear is null ? 0 : 1);
        if (clear is null && header.Depth >= 8) return new PngImage(header.Width, header.Height, channels, depth, stored);

        var scale = header.Depth < 8 ? 255 / ((1 << header.Depth) - 1) : 1;
        var samples = new ushort[pixels * channels];
        for (var p = 0; p < pixels; p++)
        {
            var pixel = stored.AsSpan(p * header.Stored, header.Stored);
            for (var s = 0; s < pixel.Length; s++) samples[p * channels + s] = (ushort)(pixel[s] * scale);
            if (clear is not null) samples[p * channels + header.Stored] = IsClear(pixel, clear) ? (ushort)0 : (ushort)((1 << depth) - 1);
        }

        return new PngImage(header.Width, header.Height, channels, depth, samples);
    }

    private static bool IsClear(ReadOnlySpan<ushort> pixel, ReadOnlySpan<byte> clear)
    {
        for (var s = 0; s < pixel.Length; s++)
            if (pixel[s] != BinaryPrimitives.ReadUInt16BigEndian(clear[(2 * s)..]))
                return false;
        return true;
    }

    private static PngImage LookUp(PngHeader header, ushort[] stored, PngChunks chunks, string document)
    {
        var (palette, opacity) = (chunks.Palette!, chunks.Transparency);
        var channels = opacity is null ? 3 : 4;
        var samples = new ushort[stored.Length * channels];
        for (var p = 0; p < stored.Length; p++)
        {
            int colour = stored[p];
            if (3 * colour >= palette.Length)
                throw new MalformedInputException(document, $"pixel {p} has colour {colour} of a palette of {palette.Length / 3}");
            for (var s = 0; s < 3; s++) samples[p * channels + s] = palette[3 * colour + s];
            if (opacity is not null) samples[p * channels + 3] = colour < opacity.Length ? opacity[colour] : (ushort)255;
        }

        return new PngImage(header.Width, header.Height, channels, 8, samples);
    }
}
