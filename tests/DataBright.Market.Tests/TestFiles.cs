namespace DataBright.Market.Tests;

internal static class TestFiles
{
    /// <summary>Byte i of every test file, as the peers compute it too.</summary>
    public static byte[] Content(int size)
    {
        var content = new byte[size];
        for (int i = 0; i < size; i++) content[i] = (byte)(i * 31 + (i >> 8) * 17);
        return content;
    }

    public static MemoryStream Stream(int size) => new(Content(size), writable: false);
}

/// <summary>A folder that goes away with the test.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("databright-market-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
