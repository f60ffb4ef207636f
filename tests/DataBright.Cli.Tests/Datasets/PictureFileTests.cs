using System.CommandLine;
using DataBright.Cli.Datasets;
using DataBright.Market.Datasets;
using DataBright.Terminal;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;

namespace DataBright.Cli.Tests.Datasets;

/// <summary>Pictures in JPEG and WebP beside PNG: decoded once, whole or refused, and brought to one form by one rule.</summary>
public sealed class PictureFileTests : IDisposable
{
    private static readonly WebpEncoder Lossless = new() { FileFormat = WebpFileFormatType.Lossless };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_lossless_picture_is_the_same_in_WebP_and_in_PNG()
    {
        using var picture = Picture(13, 7);
        var (webp, png) = (PictureFile.Read(Save(picture, "a.webp", Lossless)),
            PictureFile.Read(Save(picture, "a.png", new PngEncoder { ColorType = PngColorType.Rgb })));
        (webp.Width, webp.Height, webp.Channels, webp.Depth).ShouldBe((13, 7, 3, 8));
        webp.Samples.ShouldBe(png.Samples);
    }

    [Fact]
    public void A_JPEG_picture_has_its_colours_or_its_grey()
    {
        using var picture = Picture(16, 8);
        var colours = PictureFile.Read(Save(picture, "a.jpg", new JpegEncoder { Quality = 100, ColorType = JpegColorType.YCbCrRatio444 }));
        (colours.Width, colours.Height, colours.Channels).ShouldBe((16, 8, 3));
        picture.ProcessPixelRows(rows =>
        {
            for (var y = 0; y < 8; y++)
                for (var x = 0; x < 16; x++)
                    Math.Abs(colours.Samples[(y * 16 + x) * 3] - rows.GetRowSpan(y)[x].R).ShouldBeLessThanOrEqualTo(8);
        });
        PictureFile.Read(Save(picture, "g.jpeg", new JpegEncoder { ColorType = JpegColorType.Luminance })).Channels.ShouldBe(1);
    }

    [Fact]
    public void A_WebP_chunk_that_says_it_has_four_gigabytes_is_cut_off()
    {
        byte[] content = [.. "RIFF"u8, 12, 0, 0, 0, .. "WEBP"u8, .. "VP8L"u8, 0xFF, 0xFF, 0xFF, 0xFF];
        Should.Throw<MalformedInputException>(() => PictureWhole.Require(content, "a.webp")).Message.ShouldContain("ends too early");
    }

    [Fact]
    public void Opacity_is_a_channel_where_something_can_be_seen_through()
    {
        using var picture = new Image<Rgba32>(2, 2, new Rgba32(9, 8, 7, 255));
        PictureFile.Read(Save(picture, "a.webp", Lossless)).Channels.ShouldBe(3);
        picture[1, 1] = new Rgba32(9, 8, 7, 100);
        var read = PictureFile.Read(Save(picture, "b.webp", Lossless));
        read.Channels.ShouldBe(4);
        read.Samples[^4..].ShouldBe([(ushort)9, (ushort)8, (ushort)7, (ushort)100]);
    }

    [Fact]
    public void A_picture_of_a_camera_that_was_turned_is_turned_back()
    {
        using var picture = Picture(16, 8);
        picture.Metadata.ExifProfile = new ExifProfile();
        picture.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)6);
        var read = PictureFile.Read(Save(picture, "a.jpg", new JpegEncoder { Quality = 100 }));
        (read.Width, read.Height).ShouldBe((8, 16));
    }

    /// <summary>Decoders fill the rest with grey, as if it had been so.</summary>
    [Theory]
    [InlineData("a.jpg")]
    [InlineData("a.webp")]
    [InlineData("b.webp")]
    public void A_picture_that_is_cut_anywhere_is_refused(string name)
    {
        using var picture = Picture(40, 30);
        if (name[0] == 'a') picture.Metadata.ExifProfile = new ExifProfile();
        picture.Metadata.ExifProfile?.SetValue(ExifTag.Software, "a test");
        var whole = File.ReadAllBytes(Save(picture, name,
            name.EndsWith("jpg", StringComparison.Ordinal) ? new JpegEncoder() : name[0] == 'a' ? new WebpEncoder() : Lossless));
        for (var length = 12; length < whole.Length; length++)
        {
            File.WriteAllBytes(_folder[name], whole[..length]);
            Should.Throw<MalformedInputException>(() => PictureFile.Read(_folder[name])).Problem.ShouldContain("ends too early",
                customMessage: $"{length} of {whole.Length}");
        }
    }

    [Fact]
    public void What_is_damaged_moves_or_is_another_kind_is_said_to_be()
    {
        using var picture = Picture(16, 8);
        var jpeg = File.ReadAllBytes(Save(picture, "a.jpg", new JpegEncoder()));
        Fault([0xFF, 0xD8, 0xFF, 0xD9]).ShouldContain("the picture's head is damaged");
        Fault([.. jpeg[..2], 1, 2, .. jpeg[2..]]).ShouldContain("not a PNG file");
        Fault([.. jpeg[..20], .. jpeg[24..]]).ShouldContain("damaged");
        var webp = File.ReadAllBytes(Save(picture, "a.webp", Lossless));
        Fault([.. webp, 0]).ShouldContain("1 bytes follow the picture");
        byte[] moving = [.. "RIFF"u8, 30, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. "ANIM"u8, 0, 0, 0, 0];
        Fault(moving).ShouldContain("a picture that moves");
        Fault([.. "GIF89a"u8]).ShouldContain("a GIF picture");
        Fault([.. "%PDF-1.4"u8]).ShouldContain("a PDF document");
    }

    [Fact]
    public void A_folder_in_place_of_a_picture_is_said_to_be_one() =>
        Should.Throw<Failure>(() => PictureFile.Read(_folder.Path)).Message.ShouldBe($"{_folder.Path} is a folder; a file is expected.");

    [Fact]
    public async Task Pictures_of_all_kinds_and_sizes_become_points_of_one_form()
    {
        foreach (var name in new[] { "0", "1" }) Directory.CreateDirectory(Path.Combine(_folder.Path, "p", name));
        using (var wide = Picture(32, 20)) Save(wide, "p/0/a.jpg", new JpegEncoder());
        using (var high = Picture(9, 17)) Save(high, "p/1/b.webp", Lossless);
        using (var small = Picture(4, 4)) Save(small, "p/1/c.png", new PngEncoder());

        var shard = await ReadAsync("--folder", _folder["p"], "--size", "8x6", "--grey");
        shard.Schema.ToString().ShouldBe("u8 1×6×8, 2 classes");
        shard.Labels.ToArray().ShouldBe([0, 1, 1]);
        (await ReadAsync("--folder", _folder["p"], "--size", "8x6")).Schema.ToString().ShouldBe("u8 3×6×8, 2 classes");
        // What a model is asked about is brought to its form by the same rule.
        var asked = PictureFile.Read(_folder["p/0/a.jpg"], new(1, 6, 8));
        shard[0].Features.ToArray().Select(value => value / 255f).ShouldBe(asked);
        (await Should.ThrowAsync<MalformedInputException>(() => ReadAsync("--folder", _folder["p"]))).Message
            .ShouldContain("--size or --grey");
        File.WriteAllText(_folder["p/0/list.txt"], "");
        (await Should.ThrowAsync<MalformedInputException>(() => ReadAsync("--folder", _folder["p"]))).Message
            .ShouldContain("list.txt: not a .png, .jpg, .jpeg, .webp file");
    }

    private static Task<Shard> ReadAsync(params string[] words)
    {
        var command = new Command("read");
        var options = PointOptions.AddTo(command, "", "Points", use: PointUse.Ask);
        return options.ReadAsync(command.Parse(words), DataSchema.MaxClasses, TestContext.Current.CancellationToken);
    }

    private static Image<Rgb24> Picture(int width, int height)
    {
        var picture = new Image<Rgb24>(width, height);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                picture[x, y] = new Rgb24((byte)(x * 255 / width), (byte)(y * 255 / height), 128);
        return picture;
    }

    private string Save(Image picture, string name, IImageEncoder encoder)
    {
        using var file = File.Create(_folder[name]);
        picture.Save(file, encoder);
        return _folder[name];
    }

    private string Fault(byte[] content)
    {
        File.WriteAllBytes(_folder["fault"], content);
        return Should.Throw<MalformedInputException>(() => PictureFile.Read(_folder["fault"])).Problem;
    }
}
