using System.Text;
using DataBright.Storage;

namespace DataBright.Market.Datasets;

/// <summary>
/// A dataset's schema lies beside its description, whose last line names the schema's address. The ledger has the description's digest, so
/// it binds the schema too; descriptions of before have no such line, and nothing about them changes.
/// </summary>
public static class SchemaLink
{
    private const string Mark = "Schema: ";
    private const int MaxDescription = 64 * 1024;

    /// <summary>A description, or a model's card, with the address of a schema.</summary>
    /// <exception cref="FormatException">It would be longer than anybody reads.</exception>
    public static byte[] Write(byte[] description, Cid schema)
    {
        var text = Encoding.UTF8.GetString(description).TrimEnd();
        var linked = Encoding.UTF8.GetBytes($"{text}{(text.Length == 0 ? "" : "\n\n")}{Mark}{schema}\n");
        return linked.Length <= MaxDescription
            ? linked
            : throw new FormatException(
                $"With the address of the schema it has {linked.Length} bytes; {MaxDescription} are read. Shorten it.");
    }

    /// <summary>The address in the last line; null where there is none.</summary>
    public static Cid? Find(string description) =>
        LastLine(description) is var line && line.StartsWith(Mark, StringComparison.Ordinal)
            && Cid.TryParse(line[Mark.Length..].Trim(), out var cid)
            ? cid
            : null;

    /// <summary>What people wrote, without the line that programs read.</summary>
    public static string Without(string description) =>
        Find(description) is null ? description : description.TrimEnd()[..^LastLine(description).Length].TrimEnd();

    /// <summary>The schema of a dataset; null where it has none, or it is not here.</summary>
    public static Task<DatasetSchema?> ReadAsync(IBlobStore blobs, Dataset dataset, CancellationToken stop) =>
        ReadAsync(blobs, dataset.Description, dataset.Schema, stop);

    /// <summary>
    /// The address of a dataset's schema, as its description names it; null where it names none, or the description is not here.
    /// </summary>
    public static async Task<Cid?> FindAsync(IBlobStore blobs, Dataset dataset, CancellationToken stop)
    {
        try
        {
            return Find(Encoding.UTF8.GetString(await blobs.ReadAsync(Cid.Raw(dataset.Description), MaxDescription, stop)));
        }
        catch (BlobException)
        {
            return null;
        }
    }

    /// <param name="blobs">Where descriptions and schemas are.</param>
    /// <param name="description">The dataset's.</param>
    /// <param name="points">The form of its points on the ledger: a schema of others is none of this dataset's.</param>
    /// <param name="stop">Cancels.</param>
    public static async Task<DatasetSchema?> ReadAsync(IBlobStore blobs, Digest description, Digest points, CancellationToken stop)
    {
        try
        {
            var text = Encoding.UTF8.GetString(await blobs.ReadAsync(Cid.Raw(description), MaxDescription, stop));
            return Find(text) is { } cid ? await ReadAsync(blobs, cid, points, stop) : null;
        }
        catch (BlobException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="ReadAsync(IBlobStore, Digest, Digest, CancellationToken)"/>
    public static async Task<DatasetSchema?> ReadAsync(IBlobStore blobs, Cid schema, Digest points, CancellationToken stop)
    {
        try
        {
            var read = DatasetSchema.Parse(await blobs.ReadAsync(schema, DatasetSchema.MaxBytes, stop));
            return read.Points == points ? read : null;
        }
        catch (Exception none) when (none is BlobException || none.IsUnreadable())
        {
            return null;
        }
    }

    private static string LastLine(string text)
    {
        var trimmed = text.TrimEnd();
        return trimmed[(trimmed.LastIndexOf('\n') + 1)..];
    }
}
