using System.Text.Json;
using DataBright.Learning.Examples;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Tests.Examples;

public sealed class PngTests
{
    private static readonly byte[] Good = PngWriter.Write(5, 4, 2, 8, interlaced: false, isClear: false, seed: 1);

    /// <summary>Every colour type, depth and size, interlaced and not, as pngjs reads them.</summary>
    [Fact]
    public async Task Images_are_those_of_pngjs()
    {
        using var folder = new TemporaryFolder();
        var names = new List<string>();
        var seed = 1UL;
        foreach (var (colour, depth) in PngWriter.Kinds)
            foreach (var (width, height) in new[] { (1, 1), (3, 2), (8, 8), (13, 9), (5, 17) })
                foreach (var interlaced in new[] { false, true })
                    foreach (var isClear in new[] { false, true })
                    {
                        if (isClear && colour is 4 or 6) continue;
                        names.Add($"{colour}-{depth}-{width}x{height}-{(interlaced ? "i" : "p")}{(isClear ? "t" : "o")}.png");
                        await File.WriteAllBytesAsync(folder[names[^1]],
                            PngWriter.Write(width, height, colour, depth, interlaced, isClear, seed++),
                            TestContext.Current.CancellationToken);
                    }

        const string Reader = """
            const { PNG } = require('pngjs'); const fs = require('fs'); const found = {};
            for (const name of fs.readdirSync(process.argv[1])) {
              const png = PNG.sync.read(fs.readFileSync(process.argv[1] + '/' + name));
              found[name] = { width: png.width, height: png.height, data: Array.from(png.data) };
            }
            console.log(JSON.stringify(found));
            """;
        var found =
            JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(await PeerProgram.RunAsync("node", "-e", Reader, folder.Path))!;
        found.Count.ShouldBe(names.Count);
        foreach (var name in names)
        {
            var image = PngImage.Read(folder[name]);
            image.Width.ShouldBe(found[name].GetProperty("width").GetInt32());
            image.Height.ShouldBe(found[name].GetProperty("height").GetInt32());
            // pngjs blackens the transparent colour; the standard leaves it what it is.
            Rgba(image, blackened: name.EndsWith("t.png", StringComparison.Ordinal) && name[0] != '3')
                .ShouldBe(found[name].GetProperty("data").EnumerateArray().Select(b => b.GetInt32()), name);
        }
    }

    /// <summary>pngjs writes what it can write: eight and sixteen bits, with and without opacity.</summary>
    [Fact]
    public async Task What_pngjs_writes_is_read()
    {
        const string Writer = """
            const { PNG } = require('pngjs'); const fs = require('fs'); const found = {};
            for (const colorType of [0, 2, 4, 6]) for (const bitDepth of [8, 16]) {
              const channels = { 0: 1, 2: 3, 4: 2, 6: 4 }[colorType], size = 7 * 5 * channels;
              const data = bitDepth === 8 ? Buffer.from(Array.from({ length: size }, (_, i) => i * 37 % 256)) : Buffer.from(new Uint16Array(Array.from({ length: size }, (_, i) => i * 7919 % 65536)).buffer);
              const png = new PNG({ width: 7, height: 5, colorType, inputColorType: colorType, bitDepth, inputHasAlpha: colorType > 3 });
              png.data = data;
              const name = colorType + '-' + bitDepth + '.png';
              fs.writeFileSync(process.argv[1] + '/' + name, PNG.sync.write(png, { colorType, inputColorType: colorType, bitDepth, inputHasAlpha: colorType > 3 }));
              found[name] = bitDepth === 8 ? Array.from(data) : Array.from(new Uint16Array(data.buffer, data.byteOffset, size));
            }
            console.log(JSON.stringify(found));
            """;
        using var folder = new TemporaryFolder();
        var written =
            JsonSerializer.Deserialize<Dictionary<string, ushort[]>>(await PeerProgram.RunAsync("node", "-e", Writer, folder.Path))!;
        written.Count.ShouldBe(8);
        foreach (var (name, samples) in written)
        {
            var image = PngImage.Read(folder[name]);
            image.Samples.ShouldBe(samples, name);
            image.Depth.ToString().ShouldBe(name[2..^4]);
        }
    }

    [Fact]
    public void Every_truncation_every_extra_byte_and_every_flipped_bit_is_refused()
    {
        for (var length = 0; length < Good.Length; length++)
            Should.Throw<MalformedInputException>(() => PngImage.Parse(Good.AsSpan(0, length), "p"));
        Fault([.. Good, 0]).ShouldBe("p: 1 bytes follow the end chunk");
        for (var bit = 0; bit < Good.Length * 8; bit++)
        {
            var damaged = Good.ToArray();
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            Should.Throw<MalformedInputException>(() => PngImage.Parse(damaged, "p"));
        }
    }

    [Fact]
    public void Every_other_fault_has_one_clear_error()
    {
        Fault([.. "GIF89a  "u8]).ShouldContain("a GIF picture");
        Fault([.. "anything"u8]).ShouldContain("not a PNG file");
        Fault([0x89, .. "PNG\n\x1A\n"u8, 0]).ShouldContain("sent as a text");
        Fault([0x09, .. "PNG\r\n\x1A\n"u8, 0]).ShouldContain("sent as a text");
        Fault([0xFF, 0xD8, 0xFF, 0xE0]).ShouldContain("a JPEG picture");
        Fault(With(("CgBI", new byte[4]), Header(5, 4, 8, 0), Pixels)).ShouldContain("a PNG of Apple's own kind");
        var sum = PngWriter.Pack(new byte[24]);
        sum[^1] ^= 1;
        Fault(With(Header(5, 4, 8, 0), ("IDAT", sum))).ShouldContain("their checksum");
        Fault(With(Header(5, 4, 8, 5), Pixels)).ShouldContain("colour type 5 with 8 bits does not exist");
        Fault(With(Header(5, 4, 16, 3), Pixels)).ShouldContain("colour type 3 with 16 bits does not exist");
        Fault(With(Header(0, 4, 8, 0), Pixels)).ShouldContain("an image of 0×4 pixels");
        Fault(With(Header(20_000, 4, 8, 0), Pixels)).ShouldContain("20000×4");
        Fault(With(Header(16_384, 16_384, 8, 0), Pixels)).ShouldContain("16384×16384");
        Fault(With(Header(8000, 8000, 16, 6), Pixels)).ShouldContain("cannot hold 8000×8000 pixels");
        Fault(With(Header(5, 5, 8, 0), Pixels)).ShouldContain("truncated: row 4 of 5");
        Fault(With(Header(5, 3, 8, 0), Pixels)).ShouldContain("more pixels are packed");
        Fault(With(Header(5, 4, 8, 0), ("IDAT", PngWriter.Pack([9, .. new byte[23]])))).ShouldContain("filter 9 does not exist");
        Fault(With(Header(5, 4, 8, 0), ("IDAT", [1, 2, 3, 4]))).ShouldContain("damaged");
        Fault(With(Header(5, 4, 8, 3), Pixels)).ShouldContain("the palette is missing");
        Fault(With(Header(5, 4, 8, 0), ("PLTE", new byte[3]), Pixels)).ShouldContain("a grey image has a palette");
        Fault(With(Header(5, 4, 8, 3), ("PLTE", new byte[4]), Pixels)).ShouldContain("a palette of 4 bytes");
        Fault(With(Header(5, 4, 8, 3), ("PLTE", new byte[3]), ("IDAT", PngWriter.Pack([0, 0, 0, 1, .. new byte[20]]))))
            .ShouldContain("pixel 2 has colour 1 of a palette of 1");
        Fault(With(Header(5, 4, 8, 0), Pixels, ("PLTE", new byte[3]))).ShouldContain("'PLTE' is misplaced");
        Fault(With(Header(5, 4, 8, 0), ("tRNS", new byte[3]), Pixels)).ShouldContain("a transparency of 3 bytes");
        Fault(With(Header(5, 4, 8, 0), Pixels, ("tEXt", []), Pixels)).ShouldContain("'IDAT' is misplaced");
        Fault(With(Header(5, 4, 8, 0), Header(5, 4, 8, 0), Pixels)).ShouldContain("'IHDR' is misplaced");
        Fault(With(("tEXt", []), Header(5, 4, 8, 0), Pixels)).ShouldContain("'tEXt' is misplaced");
        Fault(With(Header(5, 4, 8, 0), ("ABCD", []), Pixels)).ShouldContain("'ABCD' is needed");
        Fault(With(Header(5, 4, 8, 0))).ShouldContain("there are no pixels");
        Fault(With(("IHDR", new byte[12]), Pixels)).ShouldContain("a header of 12 bytes");
        Should.NotThrow(() => PngImage.Parse(With(Header(5, 4, 8, 0), Pixels), "p"));
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_and_nothing_else()
    {
        foreach (var (colour, depth) in new[] { (0, 2), (3, 4), (6, 16) })
        {
            var packed = PngWriter.Write(9, 7, colour, depth, interlaced: true, isClear: false, seed: 4);
            Fuzz.Refuses(packed, bytes => PngImage.Parse(bytes, "fuzz"), 1000);
            // Checksums set right again let the damage through to what is behind them.
            Fuzz.Refuses(packed, bytes => PngImage.Parse(Mended(bytes), "fuzz"), 3000, seed: 2);
        }
    }

    /// <summary>Files of a few bytes that announce much: what is taken stays near what is there.</summary>
    [Fact]
    public void What_a_file_announces_takes_no_memory()
    {
        var bomb = With(Header(8000, 8000, 16, 6), ("IDAT", PngWriter.Pack(new byte[100_000])));
        byte[] header = [.. "{'descr': '<f8', 'fortran_order': False, 'shape': (200000000,), }\n"u8];
        byte[] array = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. new byte[100]];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<MalformedInputException>(() => PngImage.Parse(bomb, "p"));
        Should.Throw<MalformedInputException>(() => NpyArray.Parse(new MemoryStream(array), "a"));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(8_000_000);
    }

    [Fact]
    public void A_folder_of_folders_is_labelled_images_in_the_order_of_names()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "dog", "cat" })
        {
            Directory.CreateDirectory(folder[name]);
            for (var i = 0; i < 3; i++)
                File.WriteAllBytes(folder[$"{name}/{2 - i}.png"],
                    PngWriter.Write(4, 3, 2, 8, i == 1, isClear: false, seed: (ulong)(name[0] * 10 + i)));
        }

        File.WriteAllText(folder["cat/.hidden"], "");
        var (examples, classes) = PictureFolder.Read(folder.Path, stop: TestContext.Current.CancellationToken);
        classes.ShouldBe(["cat", "dog"]);
        examples.Shape.ShouldBe(new(3, 3, 4));
        examples.Labels.ToArray().ShouldBe([0, 0, 0, 1, 1, 1]);
        var first = PngImage.Read(folder["cat/0.png"]);
        for (var c = 0; c < 3; c++)
            for (var p = 0; p < 12; p++)
                examples[0][c * 12 + p].ShouldBe(first.Samples[p * 3 + c] / 255f);

        string Fault() =>
            Should.Throw<MalformedInputException>(
                () => PictureFolder.Read(folder.Path, stop: TestContext.Current.CancellationToken)).Message;
        File.WriteAllBytes(folder["dog/9.png"], PngWriter.Write(4, 4, 2, 8, false, false, 1));
        Fault()
            .ShouldBe(
                $"{folder["dog/9.png"]}: an image of 3×4×4; 0.png has 3×3×4, and all must be alike: bring them to one form with --size or "
                + "--grey");
        File.WriteAllText(folder["dog/9.png"], "no image");
        Fault().ShouldContain("dog/9.png: not a PNG file");
        File.Move(folder["dog/9.png"], folder["dog/9.txt"]);
        Fault().ShouldContain("9.txt: not a .png file");
        File.Delete(folder["dog/9.txt"]);
        Directory.CreateDirectory(folder["dog/more"]);
        File.WriteAllBytes(folder["dog/more/3.png"], PngWriter.Write(4, 3, 2, 8, false, false, 1));
        Fault()
            .ShouldBe(
                $"{folder["dog/more"]}: a folder inside the folder of a class; pictures lie in their class's folder itself: move them "
                + "there");
        Directory.Delete(folder["dog/more"], recursive: true);
        Directory.CreateDirectory(folder["dog/empty"]);
        Fault().ShouldContain("dog/empty: a folder inside");
        Directory.Delete(folder["dog/empty"]);
        Directory.CreateDirectory(folder["ape/chimp"]);
        Fault().ShouldContain("ape/chimp: a folder inside");
        Directory.Delete(folder["ape/chimp"]);
        Directory.CreateDirectory(folder["ape"]);
        Fault().ShouldContain("there is no image of this class");
        File.WriteAllText(folder["stray"], "");
        Fault().ShouldContain("stray: a file beside the subfolders has no class");
        Should.Throw<MalformedInputException>(() => PictureFolder.Read("/nowhere", stop: TestContext.Current.CancellationToken)).Message
            .ShouldBe("/nowhere: the folder does not exist");
    }

    /// <summary>What a model was trained on and what it is asked about go through one rule.</summary>
    [Fact]
    public void Pictures_of_a_folder_are_brought_to_a_form_as_those_of_predictions_are()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["a"]);
        foreach (var (name, width, height, colour) in new[] { ("0.png", 8, 6, 2), ("1.png", 5, 9, 6), ("2.png", 4, 3, 3) })
            File.WriteAllBytes(folder["a/" + name], PngWriter.Write(width, height, colour, 8, interlaced: false, isClear: false, seed: 3));
        foreach (var (options, shape) in new (PictureOptions, ExampleShape)[] { (new() { Size = (4, 3) }, new(3, 3, 4)),
            (new() { Size = (7, 5), IsGrey = true }, new(1, 5, 7)) })
        {
            var examples = PictureFolder.Read(folder.Path, options, TestContext.Current.CancellationToken).Examples;
            examples.Shape.ShouldBe(shape);
            for (var i = 0; i < 3; i++) examples[i].ToArray().ShouldBe(ImageFit.Read(File.ReadAllBytes(folder[$"a/{i}.png"]), shape, "p"));
        }

        File.WriteAllBytes(folder["a/3.png"], PngWriter.Write(4, 3, 0, 8, interlaced: false, isClear: false, seed: 3));
        Should.Throw<MalformedInputException>(() => PictureFolder.Read(folder.Path, new() { Size = (4, 3) },
            TestContext.Current.CancellationToken)).Message.ShouldContain("--grey");
        PictureFolder.Read(folder.Path, new() { Size = (4, 3), IsGrey = true }, TestContext.Current.CancellationToken).Examples.Count
            .ShouldBe(4);
    }

    private static (string, byte[]) Pixels => ("IDAT", PngWriter.Pack(new byte[24]));

    private static (string, byte[]) Header(int width, int height, int depth, int colour) =>
        ("IHDR", [.. PngWriter.Big(width), .. PngWriter.Big(height), (byte)depth, (byte)colour, 0, 0, 0]);

    private static byte[] With(params (string, byte[])[] chunks) => PngWriter.File([.. chunks, ("IEND", [])]);

    private static string Fault(byte[] file) => Should.Throw<MalformedInputException>(() => PngImage.Parse(file, "p")).Message;

    private static byte[] Mended(byte[] file)
    {
        for (var at = 8; at + 12 <= file.Length;)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - 12) break;
            PngWriter.Big((int)PngChunks.Checksum(file.AsSpan(at + 4, 4 + (int)length))).CopyTo(file, at + 8 + (int)length);
            at += 12 + (int)length;
        }

        return file;
    }

    private static IEnumerable<int> Rgba(PngImage image, bool blackened)
    {
        int Eight(int sample) => image.Depth == 8 ? sample : (int)Math.Floor(sample * 255.0 / 65535 + 0.5);
        for (var p = 0; p < image.Width * image.Height; p++)
        {
            var pixel = image.Samples.AsSpan(p * image.Channels, image.Channels).ToArray().Select(sample => Eight(sample)).ToArray();
            int[] rgba = image.Channels switch
            {
                1 => [pixel[0], pixel[0], pixel[0], 255],
                2 => [pixel[0], pixel[0], pixel[0], pixel[1]],
                3 => [.. pixel, 255],
                _ => pixel,
            };
            foreach (var value in rgba) yield return blackened && rgba[3] == 0 ? 0 : value;
        }
    }
}
