using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using DataBright.Node.Web;

namespace DataBright.Node.Tests.Web;

public sealed class PngWriterTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 3, 1)]
    [InlineData(28, 28, 3)]
    [InlineData(463, 28, 1)]
    public void Pixels_come_back_as_they_were(int width, int height, int channels)
    {
        var pixels = Enumerable.Range(0, width * height * channels).Select(i => (byte)(i * 31 + i / 7)).ToArray();
        var (header, data) = Read(PngWriter.Encode(pixels, width, height, channels));
        header.ShouldBe([.. Big(width), .. Big(height), 8, (byte)(channels == 1 ? 0 : 2), 0, 0, 0]);
        using var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
        using var rows = new MemoryStream();
        zlib.CopyTo(rows);
        var expected = pixels.Chunk(width * channels).SelectMany(row => row.Prepend((byte)0));
        rows.ToArray().ShouldBe(expected);
    }

    [Fact]
    public void The_end_has_the_checksum_that_every_png_ends_with() =>
        PngWriter.Encode([1], 1, 1, 1)[^12..].ShouldBe([0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82]);

    [Theory]
    [InlineData(2, 2, 2)]
    [InlineData(0, 2, 1)]
    [InlineData(3, 2, 1)]
    public void Pixels_that_do_not_fit_are_refused(int width, int height, int channels) =>
        Should.Throw<ArgumentException>(() => PngWriter.Encode(new byte[4], width, height, channels));

    private static byte[] Big(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    private static (byte[] Header, byte[] Data) Read(byte[] png)
    {
        png[..8].ShouldBe([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var chunks = new Dictionary<string, byte[]>();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            chunks.Add(Encoding.ASCII.GetString(png, at + 4, 4), png[(at + 8)..(at + 8 + length)]);
            at += 12 + length;
        }
        chunks.Keys.ShouldBe(["IHDR", "IDAT", "IEND"]);
        return (chunks["IHDR"], chunks["IDAT"]);
    }
}
