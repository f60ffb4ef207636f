using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Examples;

namespace DataBright.Learning.Tests.Examples;

/// <summary>
/// Writes PNG files of every kind, with a filter drawn for every row, for a third party to confirm and for our reader to read.
/// </summary>
internal static class PngWriter
{
    public static readonly (int Colour, int Depth)[] Kinds =
    [
        (0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16), (6, 8), (6, 16),
    ];

    public static byte[] Write(int width, int height, int colour, int depth, bool interlaced, bool isClear, ulong seed)
    {
        var chance = new Chance(seed, Purpose.Resample, 77);
        var stored = colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        var samples = Enumerable.Range(0, width * height * stored).Select(i => chance.Below(1 << depth, (ulong)i)).ToArray();
        var chunks = new List<(string, byte[])> { ("IHDR",
            [.. Big(width), .. Big(height), (byte)depth, (byte)colour, 0, 0, (byte)(interlaced ? 1 : 0)]) };
        if (colour == 3)
            chunks.Add(("PLTE", [.. Enumerable.Range(0, 3 << depth).Select(i => (byte)chance.Below(256, (ulong)(1_000_000 + i)))]));
        if (isClear)
            chunks.Add(("tRNS", colour == 3
                ? [0, 100] : [.. samples[..stored].SelectMany(sample => new[] { (byte)(sample >> 8), (byte)sample })]));
        chunks.Add(("tEXt", Encoding.ASCII.GetBytes("Comment\0made by a test")));
        var packed = Pack(Rows(samples, width, height, stored, depth, interlaced, chance));
        chunks.Add(("IDAT", packed[..(packed.Length / 2)]));
        chunks.Add(("IDAT", packed[(packed.Length / 2)..]));
        chunks.Add(("IEND", []));
        return File(chunks);
    }

    public static byte[] File(IEnumerable<(string Type, byte[] Body)> chunks) =>
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. chunks.SelectMany(chunk => Chunk(chunk.Type, chunk.Body))];

    public static byte[] Pack(byte[] rows)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(rows);
        return packed.ToArray();
    }

    public static byte[] Big(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Chunk(string type, byte[] body)
    {
        byte[] content = [.. Encoding.ASCII.GetBytes(type), .. body];
        return [.. Big(body.Length), .. content, .. Big((int)PngChunks.Checksum(content))];
    }

    private static byte[] Rows(int[] samples, int width, int height, int stored, int depth, bool interlaced, Chance chance)
    {
        var output = new List<byte>();
        var rows = 0UL;
        for (var pass = interlaced ? 1 : 0; pass <= (interlaced ? 7 : 0); pass++)
        {
            // The pass of a pixel, as the standard draws it for a square of eight.
            int[] Of(int count, Func<int, bool> isIn) => [.. Enumerable.Range(0, count).Where(isIn)];
            var ys = Of(height, y => pass == 0 || Enumerable.Range(0, 8).Any(x => PassOf(x, y) == pass));
            byte[]? above = null;
            foreach (var y in ys)
            {
                var xs = Of(width, x => pass == 0 || PassOf(x, y) == pass);
                if (xs.Length == 0) continue;
                var bits = string.Concat(xs.SelectMany(x => samples.AsSpan((y * width + x) * stored, stored).ToArray())
                    .Select(sample => Convert.ToString(sample, 2).PadLeft(depth, '0')));
                var line = Enumerable.Range(0, (bits.Length + 7) / 8)
                    .Select(i => Convert.ToByte(bits.Substring(i * 8, Math.Min(8, bits.Length - i * 8)).PadRight(8, '0'), 2)).ToArray();
                above ??= new byte[line.Length];
                var filter = chance.Below(5, 2_000_000 + rows++);
                output.Add((byte)filter);
                output.AddRange(Filtered(line, above, filter, Math.Max(1, stored * depth / 8)));
                above = line;
            }
        }

        return [.. output];
    }

    private static int PassOf(int x, int y) =>
        "1646264677777777565656567777777736463646777777775656565677777777"[(y % 8) * 8 + x % 8] - '0';

    private static IEnumerable<byte> Filtered(byte[] line, byte[] above, int filter, int pixel) => line.Select((value, i) =>
    {
        int a = i >= pixel ? line[i - pixel] : 0, b = above[i], c = i >= pixel ? above[i - pixel] : 0;
        var p = a + b - c;
        var nearest = new[] { a, b, c }.MinBy(candidate => Math.Abs(p - candidate));
        return (byte)(value - (filter switch { 1 => a, 2 => b, 3 => (a + b) / 2, 4 => nearest, _ => 0 }));
    });
}
