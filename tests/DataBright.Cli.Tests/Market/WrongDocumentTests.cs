using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>Another kind of file, or no such document, where a document in JSON is expected: told in words for people.</summary>
[Collection(nameof(RunningMarket))]
public sealed class WrongDocumentTests(RunningMarket market) : IDisposable
{
    private static readonly string[] Lines =
    [
        "dataset create --name N --symbol N --key ines --classes 2 --csv TABLE --held-out 50% --columns GIVEN",
        "dataset create --name N --symbol N --key ines --classes 2 --csv TABLE --held-out 50% --measurement GIVEN",
        "proposal relay GIVEN --key ada",
        "audit answer GIVEN",
        "audit comment GIVEN",
        "job create --dataset 1 --price 1 --key ada --architecture GIVEN",
    ];

    private readonly TemporaryFolder _folder = new();

    /// <summary>Every document with every other kind of file; null where only the kind of document is said.</summary>
    public static TheoryData<string, string, string?> Others =>
    [
        .. from line in Lines
           from other in new (string Content, string? Saying)[]
           {
               ("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "git lfs pull"), ("PK\u0003\u0004", "a ZIP archive"),
               ("\u0089PNG\r\n", "a PNG picture"), ("%PDF-1.7", "a PDF document"), ("{\"a\":", null), ("{\"a\":1}", null), ("", null),
               ("[]", null),
           }
           select (line, other.Content, other.Saying),
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Others))]
    public async Task What_is_no_such_document_is_told_in_words_for_people(string line, string content, string? saying)
    {
        File.WriteAllText(_folder["TABLE"], "a,b,l\n1,2,0\n3,4,1\n");
        File.WriteAllBytes(_folder["GIVEN"], System.Text.Encoding.Latin1.GetBytes(content));

        var refused = await market.RunAsync([.. line.Split(' ').Select(word => word is "TABLE" or "GIVEN" ? _folder[word] : word)]);

        refused.ExitCode.ShouldBe(ExitCode.BadInput, refused.Error);
        if (saying is not null) refused.Error.ShouldContain(saying);
        foreach (var word in new[] { "Path: $", ".NET", "DataBright.", "System." }) refused.Error.ShouldNotContain(word);
    }
}
