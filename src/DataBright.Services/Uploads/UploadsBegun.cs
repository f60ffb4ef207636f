using System.Text.Json;
using DataBright.Storage;

namespace DataBright.Services.Uploads;

/// <summary>Uploads that a program began and has not seen the end of, in a file: another run of it goes on with them.</summary>
public sealed class UploadsBegun(string path)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Where an upload of this file to this node goes on; null where none was begun.</summary>
    public Uri? Find(Uri node, Cid cid) =>
        Read().TryGetValue(Key(node, cid), out var text) && Uri.TryCreate(text, UriKind.Absolute, out var url)
            && url.Authority == node.Authority ? url : null;

    public void Remember(Uri node, Cid cid, Uri upload) => Change(known => known[Key(node, cid)] = upload.AbsoluteUri);

    public void Forget(Uri node, Cid cid) => Change(known => known.Remove(Key(node, cid)));

    private void Change(Action<Dictionary<string, string>> change)
    {
        var known = Read();
        int before = known.Count;
        change(known);
        if (known.Count > 0 || before > 0) AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(known, Json));
    }

    /// <summary>A lost or damaged file costs only that an upload begins again.</summary>
    private Dictionary<string, string> Read()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(path), Json) ?? [] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string Key(Uri node, Cid cid) => $"{node.GetLeftPart(UriPartial.Authority)} {cid.ToVersion1()}";
}
