using DataBright.Learning.Examples;
using DataBright.Learning.Shapes;
using DataBright.Terminal;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace DataBright.Cli.Datasets;

/// <summary>
/// Pictures as people have them. Whoever brings them decodes them, once: what is hashed, stored and trained on is the decoded picture, so
/// that nobody else needs the same decoder.
/// </summary>
/// <remarks>PNG is read by our own reader. JPEG and WebP have no checksums, so that they are whole is seen before they are
/// decoded.</remarks>
internal static class PictureFile
{
    public static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".webp"];

    private static readonly Configuration Decoders = new(new JpegConfigurationModule(), new WebpConfigurationModule());

    /// <summary>Reads a picture, by its first bytes and not by its name.</summary>
    /// <exception cref="MalformedInputException">It is none, is cut or damaged, or moves.</exception>
    /// <exception cref="Failure">The file cannot be read.</exception>
    public static PngImage Read(string path) => Parse(GivenFile.ReadBytes(path, PngImage.MaxBytes, "a picture"), path);

    /// <summary>Reads the content of a picture, by its first bytes.</summary>
    /// <exception cref="MalformedInputException">It is none, is cut or damaged, or moves.</exception>
    public static PngImage Parse(byte[] content, string path)
    {
        if (!PictureWhole.IsJpeg(content) && !PictureWhole.IsWebP(content)) return PngImage.Parse(content, path);
        PictureWhole.Require(content, path);
        try
        {
            return Decode(content, path);
        }
        catch (Exception fault) when (fault is not (MalformedInputException or OutOfMemoryException))
        {
            throw new MalformedInputException(path, $"the picture cannot be decoded: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }
    }

    /// <summary>A picture as a model takes it, by the rule that brings pictures to a form for training.</summary>
    /// <exception cref="MalformedInputException">It is none, or the model takes no pictures.</exception>
    public static float[] Read(string path, ExampleShape shape) => ImageFit.Takes(shape)
        ? ImageFit.Fit(Read(path), shape)
        : throw new MalformedInputException(path, $"the model takes {shape.Size} values, not a picture");

    private static PngImage Decode(byte[] content, string path)
    {
        var found = Image.Identify(Decoders, content, out _) ?? throw new MalformedInputException(path, "the picture's head is damaged");
        if (found.Width > PngImage.MaxSide || found.Height > PngImage.MaxSide || (long)found.Width * found.Height > PngImage.MaxPixels)
            throw new MalformedInputException(path,
                $"an image of {found.Width}×{found.Height} pixels; at most {PngImage.MaxSide} a side and {PngImage.MaxPixels} are "
                + "expected");
        using var image = Image.Load<Rgba32>(Decoders, content);
        var isGrey = PictureWhole.IsJpeg(content) && image.Metadata.GetJpegMetadata().ColorType == JpegColorType.Luminance;
        // A camera that was held upright says so; people see the picture turned.
        image.Mutate(turn => turn.AutoOrient());
        var pixels = new Rgba32[image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        var channels = isGrey ? 1 : pixels.All(pixel => pixel.A == byte.MaxValue) ? 3 : 4;
        var samples = new ushort[pixels.Length * channels];
        for (var p = 0; p < pixels.Length; p++)
            for (var c = 0; c < channels; c++)
                samples[p * channels + c] = c switch { 0 => pixels[p].R, 1 => pixels[p].G, 2 => pixels[p].B, _ => pixels[p].A };
        return new PngImage(image.Width, image.Height, channels, 8, samples);
    }
}
