using System.Text;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Compute.Founding;

/// <summary>
/// Makes a charter of what a founder wants, and keeps every file that it names: what the command line and a node's pages do alike.
/// </summary>
public static class DatasetFounding
{
    /// <param name="request">What is wanted.</param>
    /// <param name="keep">Keeps a file where whoever needs it finds it.</param>
    /// <param name="stop">Cancels.</param>
    public static async Task<FoundingDraft> KeepAsync(FoundingRequest request, Func<byte[], CancellationToken, Task<Cid>> keep,
        CancellationToken stop)
    {
        await keep(request.Description, stop);
        await keep(request.Schema.ToJson(), stop);
        await keep(Encoding.UTF8.GetBytes(request.First.Schema.ToJson()), stop);
        var listed = await keep(request.Terms.Sealed is null
            ? ShardFile.ToBytes(request.First)
            : await SealAsync(request, SealedShardFile.OfFounder(request.Founder, request.First), stop), stop);
        var measured = await keep(request.IsHeldOutPrivate
            ? await SealAsync(request, HeldOutFile.ToBytes(request.Founder, request.HeldOut), stop)
            : ShardFile.ToBytes(request.HeldOut), stop);
        var heldOut = new ShardReference(request.HeldOut.Root, request.HeldOut.Count, measured);
        // A charter never changes, so what it names is read once as everybody will read it.
        var terms = MeasurementTerms.Parse((request.Terms with { HeldOut = request.IsHeldOutPrivate ? heldOut : null }).ToJson());
        await keep(terms.ToJson(), stop);
        var charter = new DatasetCharter(
            Digest.Of(request.Description), request.First.Schema.Hash, measured.Hash, request.Name, request.Symbol, request.Policy,
            request.Holders,
            new OfferedShard(request.First.Root, request.First.Count, listed))
        { Curators = request.Curators, Measurement = terms.Hash };
        return new FoundingDraft(charter, terms, heldOut);
    }

    private static async Task<byte[]> SealAsync(FoundingRequest request, byte[] content, CancellationToken stop)
    {
        using MemoryStream plain = new(content, writable: false), target = new();
        await Envelope.SealAsync(plain, target, request.Readers, stop);
        return target.ToArray();
    }
}
