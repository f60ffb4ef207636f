using System.Collections.Concurrent;
using System.Text;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Node.Descriptions;

/// <summary>Reads descriptions and schemas, whose digests on the ledger are also their addresses in the blob store.</summary>
internal sealed class DescriptionCache(IBlobStore blobs, ILogger<DescriptionCache> log)
{
    private const int MaxBytes = 64 * 1024;
    private const int MaxRemembered = 1_000;

    private readonly ConcurrentDictionary<Digest, string> _known = [];

    /// <summary>Null where this node does not have it.</summary>
    public async Task<Description?> FindAsync(Digest digest, CancellationToken stop) =>
        await ReadAsync(digest, stop) is { } text ? Parse(text) : null;

    /// <summary>A schema in words, such as <c>u8 1×28×28, 10 classes</c>; null where it is not here or says something else.</summary>
    public async Task<string?> FindSchemaAsync(Digest digest, CancellationToken stop)
    {
        if (await ReadAsync(digest, stop) is not { } text) return null;
        try
        {
            return DataSchema.Parse(text).ToString();
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>How a dataset measures; null where its terms are not here or say something else.</summary>
    public async Task<MeasurementFacts?> FindMeasurementAsync(Digest digest, CancellationToken stop)
    {
        var terms = MeasurementTerms.Usual;
        if (digest != default)
        {
            if (await ReadAsync(digest, stop) is not { } text) return null;
            try
            {
                terms = MeasurementTerms.Parse(Encoding.UTF8.GetBytes(text));
            }
            catch (BadPlanException)
            {
                return null;
            }
        }

        return new MeasurementFacts(terms.HeldOut is not null, terms.Architecture?.Name, terms.Pairs, terms.Steps, terms.Redundancy,
            terms.SpotChecks, terms.Sealed?.Samples);
    }

    /// <summary>What the dataset's numbers mean; null where nobody said, or it is not here.</summary>
    public async Task<DatasetMeaning?> FindMeaningAsync(Digest description, Digest points, CancellationToken stop)
    {
        if (await ReadAsync(description, stop) is not { } text || SchemaLink.Find(text) is not { } cid) return null;
        return await SchemaLink.ReadAsync(blobs, cid, points, stop) is { } schema ? DatasetMeaning.Of(schema) : null;
    }

    internal static Description Parse(string text)
    {
        text = SchemaLink.Without(text);
        const string Mark = "Licence:";
        var lines = text.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim())
            .Where(line => line.Length > 0 && !line.StartsWith('#'));
        var body = PlainText.Shown(string.Join(' ', lines));
        int at = body.IndexOf(Mark, StringComparison.OrdinalIgnoreCase);
        return at < 0
            ? new Description(body, null)
            : new Description(body[..at].Trim(), body[(at + Mark.Length)..].Trim().TrimEnd('.'));
    }

    private async Task<string?> ReadAsync(Digest digest, CancellationToken stop)
    {
        if (_known.TryGetValue(digest, out var known)) return known;
        try
        {
            var text = Encoding.UTF8.GetString(await blobs.ReadAsync(Cid.Raw(digest), MaxBytes, stop));
            if (_known.Count < MaxRemembered) _known.TryAdd(digest, text);
            return text;
        }
        catch (BlobMissingException)
        {
            return null;
        }
        catch (BlobException e)
        {
            log.LogWarning(e, "The description {Digest} cannot be shown", digest);
            return null;
        }
    }
}
