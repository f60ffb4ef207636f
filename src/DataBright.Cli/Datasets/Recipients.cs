using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Cli.Datasets;

/// <summary>Who can open what is sealed for a dataset: a scheduler, a referee, and whoever seals it.</summary>
/// <param name="Keys">At least one.</param>
/// <param name="HasTrusted">Whether a scheduler's or a referee's is among them.</param>
internal sealed record Recipients(IReadOnlyCollection<PublicKey> Keys, bool HasTrusted)
{
    /// <summary>
    /// The keys of the nodes that are named, or else of those that run on the data folder, and the signer's where it is on this machine.
    /// </summary>
    /// <returns>Null where there is no key at all.</returns>
    public static async Task<Recipients?> FindAsync(MarketAccess market, Uri? scheduler, Uri? referee, Signer signer,
        CancellationToken stop)
    {
        var trusted = await TrustedRecipient.FindAsync(market, scheduler, referee, stop);
        List<PublicKey> keys = [.. trusted.Select(recipient => recipient.PublicKey)];
        if (signer.HasKey) keys.Add(signer.Key.PublicKey);
        return keys.Count == 0 ? null : new Recipients([.. keys.Distinct()], trusted.Count > 0);
    }

    /// <summary>Keeps a file that they alone can read.</summary>
    public async Task<Cid> SealAsync(IBlobStore blobs, byte[] content, CancellationToken stop)
    {
        using MemoryStream plain = new(content, writable: false), target = new();
        await Envelope.SealAsync(plain, target, Keys, stop);
        target.Position = 0;
        return await blobs.PutAsync(target, stop);
    }
}
