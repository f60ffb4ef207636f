using System.Text;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Files;

public sealed class FileKindTests : IDisposable
{
    private const string Pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize "
        + "12345\n";
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<byte[], string> Others => new()
    {
        { Encoding.ASCII.GetBytes(Pointer), "git lfs pull" },
        { [.. "<!DOCTYPE html>\n<html><body>Sign in</body></html>"u8], "a web page" },
        { [.. "\n  <HTML>"u8], "a web page" },
        { [.. "PK\x3\x4"u8, 20, 0], "a ZIP archive" },
        { [.. "%PDF-1.7\n"u8], "a PDF document" },
        { [.. "BZh91AY&SY"u8], "bunzip2" },
        { [0xFD, .. "7zXZ"u8, 0], "unxz" },
        { [0x28, 0xB5, 0x2F, 0xFD, 0], "unzstd" },
        { [0xFF, 0xFE, (byte)'a', 0, (byte)',', 0], "UTF-16" },
        { [.. new byte[257], .. "ustar"u8, .. new byte[200]], "a tar archive" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Whoever_has_another_kind_of_file_is_told_which_one(byte[] content, string words)
    {
        var path = _folder["file"];
        await File.WriteAllBytesAsync(path, content, TestContext.Current.CancellationToken);
        Fault(() => CsvFile.Read(path)).ShouldContain(words);
        Fault(() => JsonLinesFile.ReadFeatures(path)).ShouldContain(words);
        Fault(() => NpyArray.Read(path)).ShouldContain(words);
        Fault(() => PngImage.Read(path)).ShouldContain(words);
        (await Should.ThrowAsync<MalformedInputException>(() => IdxFile.ReadAsync(path, path))).Problem.ShouldContain(words);
        (await Should.ThrowAsync<MalformedInputException>(() => Checkpoint.LoadAsync(path))).Problem.ShouldContain(words);
        (await Should.ThrowAsync<MalformedInputException>(() => TrainingState.LoadAsync(path))).Problem.ShouldContain(words);
    }

    [Fact]
    public async Task A_folder_in_place_of_a_file_is_said_to_be_one()
    {
        Fault(() => CsvFile.Read(_folder.Path)).ShouldBe("a folder; a file is expected");
        Fault(() => NpyArray.Read(_folder.Path)).ShouldBe("a folder; a file is expected");
        (await Should.ThrowAsync<MalformedInputException>(() => IdxFile.ReadAsync(_folder.Path, _folder.Path))).Problem
            .ShouldBe("a folder; a file is expected");
        (await Should.ThrowAsync<MalformedInputException>(() => Checkpoint.LoadAsync(_folder.Path))).Problem
            .ShouldBe("a folder; a file is expected");
        (await Should.ThrowAsync<MalformedInputException>(() => Checkpoint.LoadAsync(_folder["none"]))).Problem
            .ShouldBe("the file does not exist");
    }

    [Theory]
    [InlineData("PAR1,PAR2,label\n1,2,0\n")]
    [InlineData("PK,label\n1,0\n")]
    [InlineData("BZhigh,label\n1,0\n")]
    [InlineData("version,label\n1,0\n")]
    [InlineData("<a>,label\n1,0\n")]
    public void A_table_whose_names_look_like_another_kind_is_a_table(string table)
    {
        File.WriteAllText(_folder["t.csv"], table);
        CsvFile.Read(_folder["t.csv"]).Examples.Count.ShouldBe(1);
    }

    private static string Fault(Action read) => Should.Throw<MalformedInputException>(read).Problem;
}
