namespace DataBright.Terminal.Tests;

/// <summary>Files that the command line names, and what is there instead of them.</summary>
public sealed class GivenFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_there_instead_of_a_file_is_said_in_one_sentence()
    {
        Fault(_folder.Path).ShouldBe($"{_folder.Path} is a folder; a file is expected.");
        Fault(_folder["none"]).ShouldBe($"{_folder["none"]} does not exist.");
        Fault(_folder["no/ne"]).ShouldBe($"{_folder["no/ne"]} does not exist.");
        File.WriteAllBytes(_folder["long"], new byte[11]);
        Fault(_folder["long"]).ShouldBe($"{_folder["long"]} has more than 10 bytes; a card has 10 at most.");
        File.WriteAllBytes(_folder["zip"], [.. "PK\x3\x4"u8]);
        Fault(_folder["zip"]).ShouldContain("a ZIP archive");
        File.WriteAllBytes(_folder["latin"], [(byte)'\n', 0xE9]);
        Should.Throw<MalformedInputException>(() => GivenFile.ReadText(_folder["latin"], 10, "a card")).Message
            .ShouldContain("line 2: not valid UTF-8");
        File.WriteAllText(_folder["good"], "<html>");
        GivenFile.ReadText(_folder["good"], 10, "a card").Length.ShouldBe(6);
    }

    /// <summary>The system calls both a denial; only one of them is about the data folder.</summary>
    [Fact]
    public void A_folder_that_was_opened_as_a_file_is_no_fault_of_the_data_folder()
    {
        var opened = Should.Throw<UnauthorizedAccessException>(() => File.ReadAllBytes(_folder.Path));
        Translation.Of(opened).ExitCode.ShouldBe(ExitCode.BadInput);
        Translation.Of(opened).Message.ShouldBe($"{_folder.Path} is a folder; a file is expected.");
        Translation.Of(new UnauthorizedAccessException($"Access to the path '{_folder["x"]}' is denied.")).ExitCode
            .ShouldBe(ExitCode.HomeUnusable);
    }

    private static string Fault(string path)
    {
        var fault = Should.Throw<Failure>(() => GivenFile.ReadText(path, 10, "a card"));
        fault.ExitCode.ShouldBe(ExitCode.BadInput);
        return fault.Message;
    }
}
