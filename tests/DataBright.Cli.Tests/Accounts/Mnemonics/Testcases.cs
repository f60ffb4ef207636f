using System.IO.Compression;
using System.Text.Json;

namespace DataBright.Cli.Tests.Accounts.Mnemonics;

/// <summary>The vectors of the npm package @ethersproject/testcases, read from where npm put them.</summary>
internal static class Testcases
{
    public static JsonElement[] Read(string name)
    {
        using var file =
            File.OpenRead(Path.Combine(Repository.Root, "node_modules", "@ethersproject", "testcases", "testcases", name + ".json.gz"));
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        using var document = JsonDocument.Parse(unpacked);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    public static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString()!;

    /// <summary>Null where the vector has none.</summary>
    public static string? Find(this JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) ? value.GetString() : null;
}
