using System.Text.Json;
using System.Text.Json.Serialization;

namespace DataBright.Storage.Options;

/// <summary>
/// Where an installation keeps its files. Its node, workers and commands all read it from the data folder, so they share one store.
/// </summary>
public sealed record StorageOptions(StorePlace Blobs)
{
    /// <summary>In the data folder; an installation without it keeps its files in the folder <c>blobs</c> beside it.</summary>
    public const string FileName = "storage.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>What a data folder says.</summary>
    /// <exception cref="StorageOptionsException">It cannot be understood.</exception>
    public static StorageOptions Of(string home)
    {
        var file = Path.Combine(home, FileName);
        var options = File.Exists(file) ? Read(file) : new StorageOptions(new StorePlace(BlobStoreKinds.Folder, "blobs"));
        return new StorageOptions(options.Blobs.Below(home));
    }

    /// <exception cref="StorageOptionsException">There is no such kind of store.</exception>
    public IBlobStore OpenBlobs() => BlobStoreKinds.Open(Blobs);

    private static StorageOptions Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<StorageOptions>(File.ReadAllBytes(file), Json) ?? throw new JsonException("it is null");
        }
        catch (JsonException wrong)
        {
            throw new StorageOptionsException($"{file} does not say where files are kept: {wrong.Message.TrimEnd('.')}.", wrong);
        }
    }
}
