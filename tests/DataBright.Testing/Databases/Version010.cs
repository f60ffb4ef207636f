using System.IO.Compression;

namespace DataBright.Testing.Databases;

/// <summary>Database files that databright 0.1.0 wrote; Version010/README.md says how.</summary>
public static class Version010
{
    /// <summary>Puts such a file where a test wants it.</summary>
    /// <param name="name">discussion.db, for example.</param>
    /// <param name="path">Where to.</param>
    public static void Write(string name, string path)
    {
        using var resource = typeof(Version010).Assembly.GetManifestResourceStream($"Version010.{name}.gz").ShouldNotBeNull();
        using var content = new GZipStream(resource, CompressionMode.Decompress);
        using var file = File.Create(path);
        content.CopyTo(file);
    }
}
