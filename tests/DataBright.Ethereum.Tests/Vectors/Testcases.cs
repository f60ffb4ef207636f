using System.IO.Compression;
using System.Text.Json;

namespace DataBright.Ethereum.Tests.Vectors;

/// <summary>The vectors of the npm package @ethersproject/testcases, read from where npm put them.</summary>
internal static class Testcases
{
    public static JsonElement[] Read(string name)
    {
        var path = Path.Combine(Repository.Root, "node_modules", "@ethersproject", "testcases", "testcases", name + ".json.gz");
        using var file = File.OpenRead(path);
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        using var document = JsonDocument.Parse(unpacked);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    public static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString()!;

    public static byte[] Bytes(this JsonElement element, string property) => Hex.Decode(element.Text(property));

    public static bool Has(this JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) && value.ValueKind != JsonValueKind.Null;
}

internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DataBright.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run from inside the repository.");
    }
}
