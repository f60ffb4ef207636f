using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>A Markdown file that everybody will read: what a dataset, a request or a model is for.</summary>
internal static class DescriptionFile
{
    private const int MaxBytes = 64 * 1024;

    /// <exception cref="Failure">It cannot be read, is too long, no text in UTF-8, or has what cannot be seen.</exception>
    public static byte[] Read(string file)
    {
        var bytes = GivenFile.ReadText(file, MaxBytes, "a description or card");
        try
        {
            PlainText.Words(Utf8Text.Decode(bytes, file).ReplaceLineEndings("\n"));
            return bytes;
        }
        catch (FormatException odd)
        {
            throw new Failure(ExitCode.BadInput, $"{file}: {odd.Message}. Everybody reads it, so everything in it must be seen.");
        }
    }
}
