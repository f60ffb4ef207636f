using System.Text.Json;
using System.Text.Json.Serialization;
using DataBright.Node.Rest;
using DataBright.Storage;

namespace DataBright.Node.Uploads;

/// <summary>The folder of uploads: for each a file of facts, its bytes, and the mark up to which they are safe.</summary>
internal sealed class UploadFiles(string folder)
{
    private static readonly JsonSerializerOptions Json = Form();

    public string Folder => folder;

    public string PathOf(UploadId id) => Path.Combine(folder, $"{id}.bytes");

    public void Write(UploadId id, UploadFacts facts)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.Write(FactsOf(id), JsonSerializer.SerializeToUtf8Bytes(facts, Json));
    }

    public void Remove(UploadId id)
    {
        // The facts go first: bytes without facts are swept up by the next start, facts without bytes would look like an empty upload.
        foreach (var path in new[] { FactsOf(id), PathOf(id), UploadFile.MarkOf(PathOf(id)) }) File.Delete(path);
    }

    /// <summary>Everything that was begun before, as a killed process left it; what belongs to nothing is removed.</summary>
    /// <param name="failed">Told of an upload that cannot be read or removed now; the others are read all the same.</param>
    public IReadOnlyList<(UploadId Id, UploadFacts Facts)> ReadAll(Action<UploadId, Exception> failed)
    {
        if (!Directory.Exists(folder)) return [];
        var found = new List<(UploadId, UploadFacts)>();
        foreach (var path in Directory.GetFiles(folder))
        {
            _ = UploadId.TryParse(Path.GetFileName(path).Split('.')[0], out var id);
            try
            {
                if (id == default || !File.Exists(FactsOf(id))) File.Delete(path);
                else if (path == FactsOf(id) && Read(path) is { } facts) found.Add((id, facts));
                else if (path == FactsOf(id)) Remove(id);
            }
            catch (Exception fault) when (fault.IsOfFile())
            {
                failed(id, fault);
            }
        }
        return found;
    }

    private static UploadFacts? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<UploadFacts>(File.ReadAllBytes(path), Json);
        }
        catch (Exception damaged) when (damaged.IsUnreadable())
        {
            return null;
        }
    }

    private string FactsOf(UploadId id) => Path.Combine(folder, $"{id}.json");

    private static JsonSerializerOptions Form()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = false,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };
        JsonForms.Apply(options);
        return options;
    }
}
