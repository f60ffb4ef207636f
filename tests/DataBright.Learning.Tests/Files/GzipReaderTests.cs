using System.IO.Compression;
using System.Text;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Examples;
using DataBright.Learning.Files;

namespace DataBright.Learning.Tests.Files;

public sealed class GzipReaderTests : IDisposable
{
    private const string Table = "a,label\n1,0\n2,1\n3,19\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("t.csv.gz")]
    [InlineData("T.CSV.GZ")]
    [InlineData("packed.csv")]
    [InlineData("no-ending")]
    public void A_packed_file_is_known_by_its_first_bytes_not_by_its_name(string name) =>
        Read(name, Gzip(Table)).Examples.Labels.ToArray().ShouldBe([0, 1, 19]);

    [Fact]
    public void Files_packed_one_after_the_other_are_one_text()
    {
        var table = Read("t.csv.gz", [.. Gzip("a,label\n1,0\n"), .. Gzip("2,1\n"), .. Gzip("")]);
        table.Examples.Labels.ToArray().ShouldBe([0, 1]);
    }

    /// <summary>
    /// A cut may fall behind the last row, inside a number, or into the checksum: none gives a table that is shorter or another.
    /// </summary>
    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void A_packed_file_that_is_cut_anywhere_is_refused(CompressionLevel level)
    {
        byte[] packed = [.. Gzip("a,label\n5,7\n", level), .. Gzip("1,0\n2,1\n3,19\n", level)];
        var member = Gzip("a,label\n5,7\n", level).Length;
        Read("t.csv.gz", packed).Examples.Count.ShouldBe(4);
        for (var length = 2; length < packed.Length; length++)
            if (length != member)
                Fault("t.csv.gz", packed[..length]).ShouldBe("the packed file ends too early: fetch it again", $"after {length} bytes");
    }

    [Fact]
    public void Large_files_are_whole_or_refused()
    {
        var content = new byte[300_000];
        var chance = new Chance(1, Purpose.Resample, 5);
        for (var i = 0; i < content.Length; i++) content[i] = (byte)chance.Below(40, (ulong)i);
        var packed = Gzip(content, CompressionLevel.Fastest);
        packed.Length.ShouldBeGreaterThan(1 << 15);
        Unpacked(packed).ShouldBe(content);
        foreach (var cut in new[] { 1, 4, 8, 9, 100, 8192, 8193, 16_384 })
            Should.Throw<MalformedInputException>(() => Unpacked(packed[..^cut])).Problem.ShouldContain("ends too early",
                customMessage: $"{cut} bytes less");
    }

    /// <summary>The few bits that fill up the last byte of what is packed mean nothing.</summary>
    [Fact]
    public void Every_flipped_bit_of_what_is_packed_and_of_its_checksum_is_seen()
    {
        var (packed, unseen) = (Gzip(Table), 0);
        for (var bit = 10 * 8; bit < packed.Length * 8; bit++)
        {
            var damaged = packed.ToArray();
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            try
            {
                Unpacked(damaged).ShouldBe(Encoding.UTF8.GetBytes(Table));
                unseen++;
            }
            catch (MalformedInputException fault)
            {
                fault.Problem.ShouldMatch("checksum|ends too early|something follows");
            }
        }

        unseen.ShouldBeLessThan(8);
    }

    [Fact]
    public void What_is_not_packed_or_more_than_packed_is_said_to_be()
    {
        Fault("t.csv.gz", Encoding.UTF8.GetBytes(Table)).ShouldContain("not packed with gzip, although its name ends in .gz");
        Fault("T.CSV.GZ", Encoding.UTF8.GetBytes(Table)).ShouldContain("not packed with gzip");
        Fault("t.csv.gz", [.. Gzip(Table), 0]).ShouldContain("something follows");
        Fault("t.csv.gz", [.. Gzip(Table), .. Encoding.UTF8.GetBytes("4,1\n")]).ShouldContain("something follows");
        var other = Gzip(Table);
        other[^8] ^= 1;
        Fault("t.csv.gz", other).ShouldContain("its checksum");
        Fault("t.csv.gz", [0x1F, 0x8B, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).ShouldContain("damaged");
        Fault("t.csv.gz", Gzip(Encoding.UTF8.GetString([0x50, 0x4B, 3, 4]))).ShouldContain("a ZIP archive");
    }

    private static byte[] Gzip(string content, CompressionLevel level = CompressionLevel.Optimal) =>
        Gzip(Encoding.UTF8.GetBytes(content), level);

    private static byte[] Gzip(byte[] content, CompressionLevel level)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level)) gzip.Write(content);
        // The platform writes nothing at all for nothing.
        return packed.ToArray() is { Length: > 0 } some ? some : [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    }

    private static byte[] Unpacked(byte[] packed)
    {
        using var reader = new GzipReader([new MemoryStream(packed)], "p");
        return InputFile.ReadAll(reader, "p", 1 << 20);
    }

    private CsvTable Read(string name, byte[] content)
    {
        File.WriteAllBytes(_folder[name], content);
        return CsvFile.Read(_folder[name]);
    }

    private string Fault(string name, byte[] content) => Should.Throw<MalformedInputException>(() => Read(name, content)).Problem;
}
