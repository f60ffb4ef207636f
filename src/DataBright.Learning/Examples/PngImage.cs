using System.Buffers.Binary;
using System.IO.Compression;
using DataBright.Learning.Archives;
using DataBright.Learning.Files;

namespace DataBright.Learning.Examples;

/// <summary>
/// An image in PNG (ISO/IEC 15948, W3C "Portable Network Graphics", second edition): every colour type and depth, interlaced or not.
/// Reading is strict: signature, order of chunks, their checksums and lengths are checked, dimensions are bounded before anything is taken,
/// and no more is unpacked than the header announces. Gamma and colour profiles are left alone.
/// </summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">1 grey, 2 grey and opacity, 3 colours, 4 colours and opacity. Palettes are looked up; a transparent colour
/// becomes opacity.</param>
/// <param name="Depth">Bits of a sample: 8 or 16. Fewer are scaled up to 8.</param>
/// <param name="Samples">Height × width × channels samples.</param>
public sealed record PngImage(int Width, int Height, int Channels, int Depth, ushort[] Samples)
{
    /// <summary>Wider or higher images are refused.</summary>
    public const int MaxSide = 1 << 14;

    /// <summary>Images of more pixels are refused.</summary>
    public const int MaxPixels = 1 << 26;

    /// <summary>Longer files are refused.</summary>
    public const int MaxBytes = 1 << 28;

    /// <summary>Reads a file.</summary>
    /// <exception cref="MalformedInputException">The file is missing or not what it should be.</exception>
    public static PngImage Read(string path) =>
        UnpackedFile.Read(path, PngChunks.Signature, file => Parse(InputFile.ReadAll(file, path, MaxBytes), path));

    /// <summary>
    /// Reads the content of a file; <paramref name="document"/> serves the error messages, and images of more than
    /// <paramref name="maxPixels"/> pixels are refused.
    /// </summary>
    /// <exception cref="MalformedInputException">The content is not what it should be.</exception>
    public static PngImage Parse(ReadOnlySpan<byte> content, string document, int maxPixels = MaxPixels)
    {
        var chunks = PngChunks.Read(content, document);
        var header = PngHeader.Parse(chunks.Header, document);
        if ((long)header.Width * header.Height > maxPixels)
            throw new MalformedInputException(document,
                $"an image of {header.Width}×{header.Height} pixels; at most {maxPixels} are expected");
        header.Require(chunks, document);
        // Deflate packs at most 1,032 bytes into one, so a small file cannot ask for much memory.
        if ((long)header.Width * header.Height * header.Stored * header.Depth / 8 > 1032L * chunks.Data.Length)
            throw new MalformedInputException(document,
                $"truncated: {chunks.Data.Length} bytes cannot hold {header.Width}×{header.Height} pixels");
        try
        {
            using var packed = new MemoryStream(chunks.Data);
            using var pixels = new ZLibStream(packed, CompressionMode.Decompress);
            var samples = PngPixels.Read(pixels, header, document);
            if (pixels.ReadByte() >= 0) throw new MalformedInputException(document, "more pixels are packed than the header announces");
            return PngColours.Resolve(header, samples, chunks, document);
        }
        catch (InvalidDataException fault)
        {
            throw new MalformedInputException(document,
                "the packed pixels are damaged: their checksum, or what they pack, is another than was written; save the picture again",
                fault);
        }
    }
}

/// <summary>What the first chunk says.</summary>
internal readonly record struct PngHeader(int Width, int Height, int Depth, int Colour, bool IsInterlaced)
{
    public const int Grey = 0, Rgb = 2, Palette = 3, GreyAlpha = 4, Rgba = 6;

    /// <summary>Samples of a pixel as stored.</summary>
    public int Stored => Colour switch { Rgb => 3, GreyAlpha => 2, Rgba => 4, _ => 1 };

    public static PngHeader Parse(ReadOnlySpan<byte> chunk, string document)
    {
        if (chunk.Length != 13) throw new MalformedInputException(document, $"a header of {chunk.Length} bytes; 13 are expected");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(chunk), height = BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]);
        if (width is 0 or > PngImage.MaxSide || height is 0 or > PngImage.MaxSide || (long)width * height > PngImage.MaxPixels)
            throw new MalformedInputException(document,
                $"an image of {width}×{height} pixels; 1×1 to {PngImage.MaxSide}×{PngImage.MaxSide} and at most {PngImage.MaxPixels} are "
                + "expected");
        int depth = chunk[8], colour = chunk[9];
        var isKnown = colour switch { Grey => depth is 1 or 2 or 4 or 8 or 16, Palette => depth is 1 or 2 or 4 or 8,
            Rgb or GreyAlpha or Rgba => depth is 8 or 16, _ => false };
        if (!isKnown) throw new MalformedInputException(document, $"colour type {colour} with {depth} bits does not exist");
        if (chunk[10] != 0 || chunk[11] != 0 || chunk[12] > 1)
            throw new MalformedInputException(document, $"compression {chunk[10]}, filter {chunk[11]}, interlace {chunk[12]} do not exist");
        return new PngHeader((int)width, (int)height, depth, colour, chunk[12] == 1);
    }

    /// <summary>Refuses palettes and transparent colours that do not go with the colour type.</summary>
    public void Require(PngChunks chunks, string document)
    {
        if (Colour == Palette && chunks.Palette is null) throw new MalformedInputException(document, "the palette is missing");
        if (Colour is Grey or GreyAlpha && chunks.Palette is not null)
            throw new MalformedInputException(document, "a grey image has a palette");
        if (chunks.Palette is { } palette
            && (palette.Length % 3 != 0 || palette.Length is 0 or > 768 || (Colour == Palette && palette.Length / 3 > 1 << Depth)))
            throw new MalformedInputException(document, $"a palette of {palette.Length} bytes");
        if (chunks.Transparency is not { } clear) return;
        var fits = Colour switch { Grey => clear.Length == 2, Rgb => clear.Length == 6,
            Palette => clear.Length >= 1 && clear.Length <= chunks.Palette!.Length / 3, _ => false };
        if (!fits)
            throw new MalformedInputException(document, $"a transparency of {clear.Length} bytes does not go with colour type {Colour}");
    }
}
