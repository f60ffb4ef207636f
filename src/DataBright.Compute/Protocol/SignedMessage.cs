using System.Text;
using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Storage;

namespace DataBright.Compute.Protocol;

/// <summary>
/// A message as it was sent: its JSON bytes and the sender's signature (EIP-712) over the chain, the Jobs contract, the kind and the hash
/// of those bytes.
/// The bytes are kept as they came, so that they remain evidence.
/// </summary>
public sealed record SignedMessage(ReadOnlyMemory<byte> Body, Signature Signature)
{
    /// <summary>No message needs more; a state travels as an attachment.</summary>
    public const int MaxBytes = 64 * 1024;

    private static readonly Hash32 TypeHash = Keccak.Hash("WorkerMessage(string kind,bytes32 body)"u8);

    public static SignedMessage Create<T>(MessageKind kind, T message, JobDomain domain, EthereumKey sender) where T : class =>
        Sign(kind, CanonicalJson.Write(message), domain, sender);

    public static SignedMessage Sign(MessageKind kind, ReadOnlyMemory<byte> body, JobDomain domain, EthereumKey sender) =>
        new(body, sender.Sign(HashOf(kind, body.Span, domain)));

    /// <summary>Whoever signed this as a message of that kind.</summary>
    /// <exception cref="ProtocolException">The message is too large, or nobody can have signed it.</exception>
    public Address Signer(MessageKind kind, JobDomain domain, int most = MaxBytes)
    {
        if (Body.Length > most)
            throw new ProtocolException(Refusal.TooLarge, $"A message has at most {most} bytes; this one has {Body.Length}.");
        try
        {
            return Signature.Recover(HashOf(kind, Body.Span, domain), Signature);
        }
        catch (Exception fault) when (fault.IsUnreadable())
        {
            throw new ProtocolException(Refusal.BadSignature, "The message is not signed by anyone.", fault);
        }
    }

    /// <exception cref="ProtocolException">The body is not a <typeparamref name="T"/>.</exception>
    public T Read<T>() where T : class
    {
        try
        {
            return CanonicalJson.Read<T>(Body.Span);
        }
        catch (JsonException fault)
        {
            throw new ProtocolException(Refusal.Malformed, $"The message is not a {typeof(T).Name}: {fault.Message}", fault);
        }
    }

    private static Hash32 HashOf(MessageKind kind, ReadOnlySpan<byte> body, JobDomain domain)
    {
        Span<byte> fields = stackalloc byte[3 * Hash32.Size];
        TypeHash.CopyTo(fields);
        Keccak.Hash(Encoding.ASCII.GetBytes(kind.ToString())).CopyTo(fields[Hash32.Size..]);
        Keccak.Hash(body).CopyTo(fields[(2 * Hash32.Size)..]);
        return domain.Hash(Keccak.Hash(fields));
    }
}
