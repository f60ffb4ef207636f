using System.Collections.Frozen;
using System.Security.Cryptography;

namespace DataBright.Node.Web;

/// <summary>The few files that pages load, packed into this assembly. All of them share one version in their address.</summary>
public sealed class PageAssets
{
    private const string Prefix = "asset/";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".js"] = "text/javascript; charset=utf-8",
        [".woff2"] = "font/woff2",
    }.ToFrozenDictionary();

    private readonly FrozenDictionary<string, byte[]> _files;

    public PageAssets()
    {
        var assembly = typeof(PageAssets).Assembly;
        _files = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name => Read(assembly.GetManifestResourceStream(name)!));
        Version = VersionOf(_files);
    }

    /// <summary>Changes whenever a file does, so that browsers may keep what they have for ever.</summary>
    public string Version { get; }

    /// <summary>Whether the scripts for live parts are here.</summary>
    public bool Live => _files.ContainsKey("htmx.js") && _files.ContainsKey("sse.js");

    public IEnumerable<string> Fonts =>
        _files.Keys.Where(name => name.EndsWith(".woff2", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public string Url(string name) => $"/assets/{Version}/{name}";

    public (byte[] Content, string Type)? Find(string name) =>
        _files.TryGetValue(name, out var content) ? (content, Types[Path.GetExtension(name)]) : null;

    private static byte[] Read(Stream stream)
    {
        using (stream)
        {
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        }
    }

    private static string VersionOf(IEnumerable<KeyValuePair<string, byte[]>> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, content) in files.OrderBy(file => file.Key, StringComparer.Ordinal)) hash.AppendData(SHA256.HashData(content));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 6));
    }
}
