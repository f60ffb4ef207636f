using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using DataBright.Ethereum;

namespace DataBright.Storage;

/// <summary>A file that only its recipients can read.</summary>
/// <remarks>
/// Version 1: <c>DBEN</c>, 1, a zero byte, recipients (u16), salt (32); for each recipient its address (20) and the content key wrapped
/// for it (129); then frames of 64 KiB, each with its AES-256-GCM tag. A frame's nonce is its number and whether
/// it is the last (the STREAM construction), so frames that are changed, moved, repeated or missing at the end are found.
/// The list of recipients is outside the content's authentication on purpose: recipients can be let in later.
/// </remarks>
public static class Envelope
{
    public const int FrameSize = 64 * 1024;

    /// <summary>More recipients get the key on its own, see <see cref="ContentKey.WrapFor"/>.</summary>
    public const int MaxRecipients = 1024;

    internal const int TagSize = 16;
    internal const int SaltSize = 32;

    private const byte Version = 1;
    private const int HeadSize = 8 + SaltSize;
    private const int RecipientSize = Address.Size + ContentKey.WrappedSize;

    /// <summary>Encrypts a file with a fresh key to some recipients.</summary>
    public static async Task SealAsync(Stream plain, Stream target, IReadOnlyCollection<PublicKey> recipients, CancellationToken stop)
    {
        using var key = ContentKey.Generate();
        await SealAsync(plain, target, key, recipients, stop);
    }

    /// <summary>Encrypts a file with a key that the caller keeps, so that it can let further recipients in.</summary>
    public static async Task SealAsync(
        Stream plain, Stream target, ContentKey key, IReadOnlyCollection<PublicKey> recipients, CancellationToken stop)
    {
        if (recipients.Count > MaxRecipients)
            throw new ArgumentException($"An envelope has at most {MaxRecipients} recipients; give the others the key on its own.",
                nameof(recipients));

        var head = new byte[HeadSize];
        "DBEN"u8.CopyTo(head);
        head[4] = Version;
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(6), (ushort)recipients.Count);
        RandomNumberGenerator.Fill(head.AsSpan(8));
        await target.WriteAsync(head, stop);
        foreach (var recipient in recipients)
        {
            await target.WriteAsync(recipient.Address.ToArray(), stop);
            await target.WriteAsync(key.WrapFor(recipient), stop);
        }

        using var cipher = key.Cipher(head.AsSpan(8));
        await SealFramesAsync(plain, target, cipher, stop);
    }

    /// <summary>Opens an envelope that was sealed to <paramref name="recipient"/>.</summary>
    /// <returns>The content; each frame is checked before a byte of it is handed out. Disposing it disposes
    /// <paramref name="sealed"/>.</returns>
    /// <exception cref="CryptographicException">It was sealed to others, or has been changed; also thrown while reading.</exception>
    /// <exception cref="FormatException">It is no envelope, or one of another version.</exception>
    public static async Task<Stream> OpenAsync(Stream @sealed, EthereumKey recipient, CancellationToken stop)
    {
        var (salt, wrapped) = await ReadHeadAsync(@sealed, recipient.Address, stop);
        if (wrapped is null) throw new CryptographicException($"The envelope was not sealed to {recipient.Address}.");
        using var key = ContentKey.Unwrap(recipient, wrapped);
        return new OpenedEnvelope(@sealed, key.Cipher(salt));
    }

    /// <summary>Opens an envelope whose content key came on its own.</summary>
    /// <inheritdoc cref="OpenAsync(Stream, EthereumKey, CancellationToken)"/>
    public static async Task<Stream> OpenAsync(Stream @sealed, ContentKey key, CancellationToken stop)
    {
        var (salt, _) = await ReadHeadAsync(@sealed, recipient: null, stop);
        return new OpenedEnvelope(@sealed, key.Cipher(salt));
    }

    /// <summary>Whether a file begins as an envelope does. Leaves the stream at its beginning.</summary>
    public static async Task<bool> IsOneAsync(Stream file, CancellationToken stop)
    {
        var magic = new byte[4];
        var length = await file.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, stop);
        file.Position = 0;
        return magic.AsSpan(0, length).SequenceEqual("DBEN"u8);
    }

    /// <summary>Whether a file of a store is one.</summary>
    /// <exception cref="BlobException">The file is not there, or damaged.</exception>
    public static async Task<bool> IsOneAsync(IBlobStore blobs, Cid file, CancellationToken stop)
    {
        await using var content = await blobs.OpenAsync(file, stop);
        return await IsOneAsync(content, stop);
    }

    /// <summary>The content key as it was wrapped for a recipient, or null if the envelope was not sealed to it.</summary>
    public static async Task<byte[]?> FindKeyAsync(Stream @sealed, Address recipient, CancellationToken stop) =>
        (await ReadHeadAsync(@sealed, recipient, stop)).Wrapped;

    internal static void WriteNonce(Span<byte> nonce, long frame, bool last)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[3..], frame);
        nonce[11] = last ? (byte)1 : (byte)0;
    }

    private static async Task SealFramesAsync(Stream plain, Stream target, AesGcm cipher, CancellationToken stop)
    {
        // One byte more than a frame tells whether the frame is the last.
        var buffer = ArrayPool<byte>.Shared.Rent(FrameSize + 1);
        var frame = new byte[FrameSize + TagSize];
        try
        {
            int held = 0;
            for (long number = 0; ; number++)
            {
                held += await plain.ReadAtLeastAsync(buffer.AsMemory(held, FrameSize + 1 - held), FrameSize + 1 - held,
                    throwOnEndOfStream: false, stop);
                bool last = held <= FrameSize;
                int size = last ? held : FrameSize;
                Encrypt(cipher, number, last, buffer.AsSpan(0, size), frame);
                await target.WriteAsync(frame.AsMemory(0, size + TagSize), stop);
                if (last) return;
                buffer[0] = buffer[FrameSize];
                held = 1;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static void Encrypt(AesGcm cipher, long number, bool last, ReadOnlySpan<byte> plain, Span<byte> frame)
    {
        Span<byte> nonce = stackalloc byte[12];
        WriteNonce(nonce, number, last);
        cipher.Encrypt(nonce, plain, frame[..plain.Length], frame.Slice(plain.Length, TagSize));
    }

    private static async Task<(byte[] Salt, byte[]? Wrapped)> ReadHeadAsync(Stream @sealed, Address? recipient, CancellationToken stop)
    {
        var head = new byte[HeadSize];
        await FillAsync(@sealed, head, stop);
        if (!head.AsSpan(0, 4).SequenceEqual("DBEN"u8))
            throw new FormatException("The file is not an envelope: it does not begin with DBEN.");
        if (head[4] != Version || head[5] != 0)
            throw new FormatException($"The envelope is of version {head[4]}; this program reads version {Version}.");

        int recipients = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(6));
        if (recipients > MaxRecipients)
            throw new FormatException($"The envelope names {recipients} recipients; at most {MaxRecipients} are legal.");
        byte[]? wrapped = null;
        var entry = new byte[RecipientSize];
        for (int i = 0; i < recipients; i++)
        {
            await FillAsync(@sealed, entry, stop);
            if (recipient is { } wanted && new Address(entry.AsSpan(0, Address.Size)) == wanted) wrapped ??= entry[Address.Size..];
        }
        return (head[8..], wrapped);
    }

    private static async Task FillAsync(Stream source, Memory<byte> target, CancellationToken stop)
    {
        if (await source.ReadAtLeastAsync(target, target.Length, throwOnEndOfStream: false, stop) < target.Length)
            throw new FormatException("The envelope is cut off in its head.");
    }
}
