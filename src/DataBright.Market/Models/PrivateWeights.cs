using System.Security.Cryptography;
using DataBright.Ethereum;
using DataBright.Storage;

namespace DataBright.Market.Models;

/// <summary>Somebody may not read a model's private parameters. The message says what to do.</summary>
public sealed class WeightsSealedException(string message) : DataBrightException(FailureKind.Denied, message);

/// <summary>
/// Parameters that only chosen workers can read: an envelope, whose address the ledger has. Whoever can open it lets others in with a
/// <see cref="WeightsGrant"/>, without the envelope or the ledger changing.
/// </summary>
public static class PrivateWeights
{
    /// <summary>Seals parameters to some readers; the owner is one of them, or loses them.</summary>
    public static async Task<Cid> SealAsync(IBlobStore blobs, ReadOnlyMemory<byte> parameters, IReadOnlyCollection<PublicKey> readers,
        CancellationToken stop)
    {
        using var plain = new MemoryStream(parameters.ToArray(), writable: false);
        using var target = new MemoryStream();
        await Envelope.SealAsync(plain, target, readers, stop);
        target.Position = 0;
        return await blobs.PutAsync(target, stop);
    }

    /// <summary>Opens parameters that were sealed to a reader, or to which it was given a grant.</summary>
    /// <param name="blobs">Where the envelope is.</param>
    /// <param name="envelope">Its address.</param>
    /// <param name="reader">Who reads.</param>
    /// <param name="grant">Its grant; null for one who was named when the parameters were sealed.</param>
    /// <param name="most">Bytes of the parameters at most.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="WeightsSealedException">They were sealed to others, or have been changed.</exception>
    public static async Task<byte[]> OpenAsync(IBlobStore blobs, Cid envelope, EthereumKey reader, WeightsGrant? grant, long most,
        CancellationToken stop)
    {
        try
        {
            using var key = await KeyAsync(blobs, envelope, reader, grant, stop);
            await using var file = await blobs.OpenAsync(envelope, stop);
            await using var plain = await Envelope.OpenAsync(file, key, stop);
            return await ReadAsync(plain, most, stop);
        }
        catch (CryptographicException)
        {
            throw new WeightsSealedException(
                $"The envelope {envelope} does not open with the key of {reader.Address}: it, or the grant, was made for somebody else or "
                + "has been changed.");
        }
    }

    /// <summary>Lets a further reader in.</summary>
    /// <exception cref="WeightsSealedException"><paramref name="reader"/> cannot open them itself.</exception>
    public static async Task<WeightsGrant> GrantAsync(IBlobStore blobs, ModelId model, Cid envelope, EthereumKey reader, PublicKey other,
        CancellationToken stop)
    {
        using var key = await KeyAsync(blobs, envelope, reader, grant: null, stop);
        return new WeightsGrant(model, other.Address, key.WrapFor(other));
    }

    private static async Task<ContentKey> KeyAsync(IBlobStore blobs, Cid envelope, EthereumKey reader, WeightsGrant? grant,
        CancellationToken stop)
    {
        if (grant is { } given)
        {
            return given.Worker == reader.Address
                ? ContentKey.Unwrap(reader, given.WrappedKey.Span)
                : throw new WeightsSealedException($"The grant is for {given.Worker}; the key is that of {reader.Address}.");
        }

        await using var file = await blobs.OpenAsync(envelope, stop);
        var wrapped = await Envelope.FindKeyAsync(file, reader.Address, stop)
            ?? throw new WeightsSealedException($"The parameters were not sealed to {reader.Address}, and it was given no grant to them.");
        return ContentKey.Unwrap(reader, wrapped);
    }

    private static async Task<byte[]> ReadAsync(Stream plain, long most, CancellationToken stop)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[Envelope.FrameSize];
        while (await plain.ReadAsync(buffer, stop) is var read and > 0)
        {
            if (bytes.Length + read > most) throw new FormatException($"The envelope holds more than the {most} bytes that are allowed.");
            bytes.Write(buffer, 0, read);
        }

        CryptographicOperations.ZeroMemory(buffer);
        return bytes.ToArray();
    }
}
