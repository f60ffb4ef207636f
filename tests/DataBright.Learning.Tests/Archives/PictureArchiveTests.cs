using System.Formats.Tar;
using DataBright.Learning.Examples;

namespace DataBright.Learning.Tests.Archives;

/// <summary>An archive of pictures is the examples that its unpacked folder is, to the bit.</summary>
public sealed class PictureArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PictureArchiveTests() => Packing.Unpack(Packing.Pets(), _folder["pets"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public void Archives_are_the_examples_of_the_unpacked_folder_whatever_order_they_lie_in(TarEntryFormat format)
    {
        foreach (var top in new[] { "", "pets/", "./" })
        {
            var pets = Packing.Pets(top);
            if (top != "./") Same(Packing.Zip(pets));
            Same(Packing.Tar(format, pets));
            Same(Packing.Tar(format, [.. pets.Reverse()]));
            Same(Packing.Gzip(Packing.Tar(format, pets)));
        }

        Same(Packing.Tar(format, [("./", []), ("./pets/", []), ("./pets/cat/", []), .. Packing.Pets("./pets/")]));
    }

    [Theory]
    [InlineData("zip", "-rq", "../pets.zip", ".")]
    [InlineData("zip", "-rqD", "../pets.zip", ".")]
    [InlineData("zip", "-rq0", "../pets.zip", ".")]
    [InlineData("tar", "-cf", "../pets.zip", ".")]
    [InlineData("tar", "-czf", "../pets.zip", ".")]
    [InlineData("tar", "--format=v7", "-cf", "../pets.zip", "cat", "dog")]
    [InlineData("tar", "--format=gnu", "-cf", "../pets.zip", ".")]
    [InlineData("tar", "--format=posix", "-cf", "../pets.zip", ".")]
    [InlineData("tar", "--format=ustar", "-cf", "../pets.zip", ".")]
    [InlineData("python3", "-m", "zipfile", "-c", "../pets.zip", "cat", "dog")]
    [InlineData("python3", "-m", "tarfile", "-c", "../pets.zip", "cat", "dog")]
    [InlineData("bsdtar", "-cf", "../pets.zip", ".")]
    public void Archives_of_other_programs_are_read(string program, params string[] arguments)
    {
        Packing.Run(_folder["pets"], program, arguments);
        Same(File.ReadAllBytes(_folder["pets.zip"]));
    }

    [Fact]
    public void Long_names_are_read_in_every_form_that_has_them()
    {
        var name = new string('x', 180);
        Packing.Unpack([($"dog/{name}.png", Packing.Pets()[0].Content)], _folder["pets"]);
        (string, byte[])[] pets = [.. Packing.Pets(), ($"dog/{name}.png", Packing.Pets()[0].Content)];
        Same(Packing.Tar(TarEntryFormat.Pax, pets));
        Same(Packing.Tar(TarEntryFormat.Gnu, pets));
        Same(Packing.Zip(pets));
    }

    [Fact]
    public void What_is_passed_over_in_a_folder_is_passed_over_in_an_archive()
    {
        (string, byte[])[] others = [("__MACOSX/cat/._0.png", [1]), (".DS_Store", [1]), ("cat/.DS_Store", [1]), (".git/config", [1]),
            ("cat/.old.zip", [1])];
        Packing.Unpack(others, _folder["pets"]);
        Same(Packing.Zip([.. Packing.Pets(), .. others]));
        Same(Packing.Tar(TarEntryFormat.Pax, [.. others, .. Packing.Pets()]));
        Same(Packing.Tar(TarEntryFormat.Pax, [("__MACOSX/", []), ("__MACOSX/cat/", []), .. Packing.Pets("pets/")]));
    }

    [Theory]
    [InlineData("stray.png", "stray.png: a file beside the subfolders has no class")]
    [InlineData("cat/notes.txt", "cat/notes.txt: not a .png file")]
    [InlineData("cat/more/3.png",
        "cat/more: a folder inside the folder of a class; pictures lie in their class's folder itself: move them there")]
    [InlineData("cat/a/b/3.png", "cat/a/b/3.png: a folder inside")]
    [InlineData("ape/", "ape: there is no image of this class")]
    [InlineData("cat/empty/", "cat/empty: a folder inside")]
    [InlineData("cat/9.png", "cat/9.png: not a PNG file")]
    public void What_is_refused_in_a_folder_is_refused_in_an_archive(string path, string problem)
    {
        (string, byte[])[] more = [.. Packing.Pets(), (path, path.EndsWith('/') ? [] : Packing.Text("no picture"))];
        if (path == "cat/more/3.png") more[^1].Item2 = Packing.Pets()[0].Content;
        foreach (var packed in new[] { Packing.Zip(more), Packing.Tar(TarEntryFormat.Ustar, more) }) Fault(packed).ShouldContain(problem);
    }

    [Fact]
    public void Pictures_must_be_alike_in_the_order_of_the_folder()
    {
        (string, byte[])[] more = [("dog/0.png", Examples.PngWriter.Write(4, 4, 2, 8, false, false, 1)), .. Packing.Pets()];
        Packing.Unpack(more, _folder["pets"]);
        var fault = Should.Throw<MalformedInputException>(
            () => PictureFolder.Read(_folder["pets"], stop: TestContext.Current.CancellationToken)).Problem;
        Fault(Packing.Tar(TarEntryFormat.Pax, more)).ShouldEndWith(fault);
        fault.ShouldContain("0.png has 3×3×4");
    }

    [Fact]
    public void Nothing_is_made_of_an_archive_that_is_cut_anywhere()
    {
        var pets = Packing.Pets();
        foreach (var packed in new[] { Packing.Zip(pets), Packing.Gzip(Packing.Tar(TarEntryFormat.Ustar, pets)) })
            for (var length = 1; length < packed.Length; length += 7) Fault(packed[..length]);
        var tar = Packing.Tar(TarEntryFormat.Ustar, pets);
        var end = Array.FindLastIndex(tar, value => value != 0) / 512 * 512 + 512 + 1024;
        end.ShouldBeLessThanOrEqualTo(tar.Length);
        for (var length = 512; length < end; length += 64) Fault(tar[..length]).ShouldNotBeEmpty($"{length} of {end}");
        Fault(tar[..(end - 1)]).ShouldContain("the archive ends too early");
        Fault([.. tar[..end], 1]).ShouldContain("something follows");
        Same(tar[..end]);
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("tar")]
    [InlineData("tgz")]
    public void Damaged_archives_are_read_or_refused_and_nothing_else(string kind)
    {
        (string, byte[])[] pets = [.. Packing.Pets()[..3]];
        var tar = Packing.Tar(TarEntryFormat.Pax, pets);
        Fuzz.Refuses(kind == "zip" ? Packing.Zip(pets) : kind == "tar" ? tar : Packing.Gzip(tar), bytes => Read(bytes), rounds: 400);
    }

    [Fact]
    public void Pictures_hold_as_many_values_as_are_allowed_and_none_is_made_of_more()
    {
        File.WriteAllBytes(_folder["packed"], Packing.Zip(Packing.Pets()));
        foreach (var path in new[] { _folder["pets"], _folder["packed"] })
        {
            LabelledExamples Within(int values, (int, int)? size = null) => PictureFolder.Read(path,
                new() { MaxValues = values, Size = size }, TestContext.Current.CancellationToken);
            var all = PictureFolder.Read(path, stop: TestContext.Current.CancellationToken).Examples;
            var values = all.Count * all.Shape.Size;
            Within(values).Examples.Count.ShouldBe(all.Count);
            Should.Throw<MalformedInputException>(() => Within(values - 1)).Message.ShouldContain($"more than {values - 1} values");
            var before = GC.GetAllocatedBytesForCurrentThread();
            Should.Throw<MalformedInputException>(() => Within(1 << 20, (4096, 4096)));
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 24);
        }
    }

    private LabelledExamples Read(byte[] packed)
    {
        File.WriteAllBytes(_folder["packed"], packed);
        return PictureFolder.Read(_folder["packed"], stop: TestContext.Current.CancellationToken);
    }

    private void Same(byte[] packed)
    {
        var (unpacked, read) = (PictureFolder.Read(_folder["pets"], stop: TestContext.Current.CancellationToken), Read(packed));
        read.Classes.ShouldBe(unpacked.Classes);
        read.Examples.Shape.ShouldBe(unpacked.Examples.Shape);
        read.Examples.Labels.ToArray().ShouldBe(unpacked.Examples.Labels.ToArray());
        read.Examples.Features.ToArray().ShouldBe(unpacked.Examples.Features.ToArray());
    }

    private string Fault(byte[] packed) => Should.Throw<MalformedInputException>(() => Read(packed)).Message;
}
