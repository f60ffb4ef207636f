using System.Buffers.Binary;
using DataBright.Compute.Protocol;
using DataBright.Ethereum;

namespace DataBright.Compute.Http;

/// <summary>
/// A signed message as a request body: the signature (65 bytes), the length of the message (4 bytes, big-endian), the message as it was
/// signed, and the attachment up to the end.
/// </summary>
public static class SignedFrame
{
    public const string ContentType = "application/vnd.databright.signed";

    private const int HeadBytes = Signature.Size + 4;

    public static async Task WriteAsync(Stream target, SignedMessage message, Attachment attachment, CancellationToken stop)
    {
        var head = new byte[HeadBytes];
        message.Signature.ToBytes().CopyTo(head, 0);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(Signature.Size), message.Body.Length);
        await target.WriteAsync(head, stop);
        await target.WriteAsync(message.Body, stop);
        await attachment.CopyToAsync(target, stop);
    }

    /// <summary>Reads the message; what is left in the stream is the attachment.</summary>
    /// <exception cref="ProtocolException">The body is cut off, or says that it is longer than any message.</exception>
    public static async Task<(SignedMessage Message, Attachment Attachment)> ReadAsync(Stream source, int most, CancellationToken stop)
    {
        var head = new byte[HeadBytes];
        await FillAsync(source, head, stop);
        var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(Signature.Size));
        if (length < 0 || length > most)
            throw new ProtocolException(Refusal.TooLarge, $"A message has at most {most} bytes; this one says it has {(uint)length}.");
        var body = new byte[length];
        await FillAsync(source, body, stop);
        return (new SignedMessage(body, ReadSignature(head)), Attachment.From(source));
    }

    private static Signature ReadSignature(byte[] head)
    {
        try
        {
            return Signature.FromBytes(head.AsSpan(0, Signature.Size));
        }
        catch (Exception fault) when (fault.IsUnreadable())
        {
            throw new ProtocolException(Refusal.BadSignature, $"The first {Signature.Size} bytes are not a signature.", fault);
        }
    }

    private static async Task FillAsync(Stream source, Memory<byte> target, CancellationToken stop)
    {
        if (await source.ReadAtLeastAsync(target, target.Length, throwOnEndOfStream: false, stop) < target.Length)
            throw new ProtocolException(Refusal.Malformed, "The message is cut off.");
    }
}
