using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using DataBright.Learning.Archives;
using DataBright.Learning.Examples;

namespace DataBright.Learning.Tests.Archives;

public sealed class ArchiveTests : IDisposable
{
    private const string Table = "a,label\n1,0\n2,1\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("../x", "its path leads out of the archive")]
    [InlineData("a/../../x", "its path leads out of the archive")]
    [InlineData("/etc/x", "an absolute path")]
    [InlineData("C:/x", "an absolute path")]
    [InlineData("a\\x", "a backslash")]
    [InlineData("a//x", "a part of its path has no name")]
    [InlineData("a/./x", "a part of its path has no name")]
    [InlineData("a\u0001x", "its name is no text")]
    [InlineData("a/x.zip", "an archive inside of the archive: unpack it first")]
    [InlineData("x.tar.gz", "an archive inside of the archive")]
    [InlineData("X.TGZ", "an archive inside of the archive")]
    public void A_path_that_leads_elsewhere_is_refused(string path, string problem)
    {
        Fault(Packing.Zip((path, [1]))).ShouldContain(problem);
        Fault(Packing.Tar(TarEntryFormat.Pax, (path, [1]))).ShouldContain(problem);
    }

    [Fact]
    public void A_path_is_there_once_and_is_a_file_or_a_folder()
    {
        foreach (Func<(string, byte[])[], byte[]> pack in new Func<(string, byte[])[], byte[]>[] { Packing.Zip,
            files => Packing.Tar(TarEntryFormat.Ustar, files) })
        {
            Fault(pack([("x", [1]), ("x", [1])])).ShouldContain("'x': it is there twice");
            Fault(pack([("x", [1]), ("./x", [2])])).ShouldContain("it is there twice");
            Fault(pack([("x", [1]), ("x/y", [2])])).ShouldContain("'x/y': 'x' is a file and a folder");
            Fault(pack([("x/y", [1]), ("x", [2])])).ShouldContain("'x': it is a file and a folder");
            Fault(pack([("x", [1]), ("x/", [])])).ShouldContain("it is there twice");
            Names(pack([("x/", []), ("x/", []), ("x/y", [2])])).ShouldBe(["x/y"]);
        }
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink, "a link, not a file")]
    [InlineData(TarEntryType.HardLink, "a link, not a file")]
    [InlineData(TarEntryType.Fifo, "a device, not a file")]
    [InlineData(TarEntryType.CharacterDevice, "a device, not a file")]
    [InlineData(TarEntryType.BlockDevice, "a device, not a file")]
    public void Links_and_devices_in_a_tar_are_refused(TarEntryType type, string problem)
    {
        var entry = Packing.Entry(TarEntryFormat.Pax, type, "x");
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink) entry.LinkName = "/etc/passwd";
        Fault(Packing.Tar(TarEntryFormat.Pax, [entry])).ShouldContain(problem);
    }

    [Theory]
    [InlineData(0xA1FF, "a link or a device")]
    [InlineData(0x21FF, "a link or a device")]
    [InlineData(0x11FF, "a link or a device")]
    public void Links_and_devices_in_a_zip_are_refused(int mode, string problem)
    {
        var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create,
            leaveOpen: true)) zip.CreateEntry("x").ExternalAttributes = mode << 16;
        Fault(packed.ToArray()).ShouldContain(problem);
    }

    [Fact]
    public void An_encrypted_zip_is_refused_in_one_sentence()
    {
        var zip = Packing.Zip(("x", Packing.Text("secret")));
        foreach (var (mark, flags) in new[] { ("PK\x3\x4", 6), ("PK\x1\x2", 8) }) zip[Find(zip, mark) + flags] |= 1;
        Fault(zip).ShouldBe($"{_folder["packed"]}: encrypted: unpack it with its password first");
    }

    [Fact]
    public void A_zip_by_a_method_that_is_not_read_is_refused_with_what_to_do()
    {
        var zip = Packing.Zip(("x", Packing.Text("secret")));
        foreach (var (mark, method) in new[] { ("PK\x3\x4", 8), ("PK\x1\x2", 10) }) zip[Find(zip, mark) + method] = 93;
        Fault(zip).ShouldContain("pack the archive again with deflate");
    }

    /// <summary>The platform's reader looks at neither.</summary>
    [Theory]
    [InlineData(16, 1, "its checksum is another")]
    [InlineData(24, 1, "its checksum is another|more than the")]
    [InlineData(24, 0x80, "the archive ends too early|more than the|damaged")]
    public void Checksums_and_lengths_of_a_zip_are_held_against_what_it_unpacks_to(int at, byte change, string problem)
    {
        var zip = Packing.Zip(("x", Packing.Text("some text that is long enough")));
        zip[Find(zip, "PK\x1\x2") + at] ^= change;
        Fault(zip).ShouldMatch(problem);
    }

    [Fact]
    public void Limits_hold_before_and_while_it_is_unpacked()
    {
        var zeros = new byte[3 << 20];
        foreach (var packed in new[] { Packing.Zip(("x", zeros), ("y", [1])),
            Packing.Gzip(Packing.Tar(TarEntryFormat.Gnu, ("x", zeros), ("y", [1]))) })
        {
            Names(packed).ShouldBe(["x", "y"]);
            Fault(packed, new() { Entries = 1 }).ShouldContain("more than 1 files and folders");
            Fault(packed, new() { TotalBytes = zeros.Length }).ShouldContain($"it unpacks to more than {zeros.Length} bytes");
            Fault(packed, new() { EntryBytes = zeros.Length - 1 }).ShouldContain($"'x': it unpacks to more than {zeros.Length - 1} bytes");
            Fault(packed, new() { RatioFrom = 1 << 20 }).ShouldContain("packed more than 200 times smaller than it is");
            Fault(packed, new() { PathLength = 0 }).ShouldContain("a path of more than 0 characters");
        }

        Fault(Packing.Zip(("x", zeros)), new() { DirectoryBytes = 20 }).ShouldContain("a directory of more than 20 bytes");
        Fault(Packing.Zip(("a/b/c/d/e", [1])), new() { Entries = 3 }).ShouldContain("more than 3 files and folders");
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("tar")]
    [InlineData("tgz")]
    public void A_file_alone_in_an_archive_is_that_file(string kind)
    {
        byte[] Pack(params (string, byte[])[] files) =>
            kind == "zip" ? Packing.Zip(files)
                : kind == "tar" ? Packing.Tar(TarEntryFormat.Pax, files) : Packing.Gzip(Packing.Tar(TarEntryFormat.Pax, files));
        var (path, table) = (_folder["packed"], ("data/table.csv", Packing.Text(Table)));
        File.WriteAllBytes(path, Pack(table, (".DS_Store", [1]), ("__MACOSX/._table.csv", [1])));
        CsvFile.Read(path).Examples.Labels.ToArray().ShouldBe([0, 1]);
        File.WriteAllBytes(path, Pack(table, ("read.me", [1])));
        Should.Throw<MalformedInputException>(() => CsvFile.Read(path)).Problem.ShouldBe(
            "an archive, or a spreadsheet or .npz file, which are such archives, of 2 files (data/table.csv, read.me); one is expected: "
            + "unpack it and name the file");
        File.WriteAllBytes(path, Pack());
        Should.Throw<MalformedInputException>(() => CsvFile.Read(path));
        File.WriteAllBytes(path, Pack(("table.csv", Packing.Gzip(Packing.Text(Table)))));
        Should.Throw<MalformedInputException>(() => CsvFile.Read(path)).Message
            .ShouldBe($"{path}/table.csv: a file packed with gzip: unpack it with gunzip first");
        File.WriteAllBytes(path, Pack(("table", Packing.Zip(table))));
        Should.Throw<MalformedInputException>(() => CsvFile.Read(path)).Problem.ShouldContain("a ZIP archive");
        File.WriteAllBytes(path, Pack(("table.csv", Packing.Text("a,label\n1,x,\n"))));
        Should.Throw<MalformedInputException>(() => CsvFile.Read(path)).Message.ShouldStartWith($"{path}: line 2");
    }

    private static int Find(byte[] content, string mark) => content.AsSpan().IndexOf(Encoding.Latin1.GetBytes(mark));

    private string[] Names(byte[] packed, ArchiveLimits? limits = null)
    {
        File.WriteAllBytes(_folder["packed"], packed);
        using var archive = Archive.Find(_folder["packed"], limits).ShouldNotBeNull();
        return [.. archive.Entries().Select(entry => entry.Path)];
    }

    private string Fault(byte[] packed, ArchiveLimits? limits = null) =>
        Should.Throw<MalformedInputException>(() => Names(packed, limits)).Message;
}
