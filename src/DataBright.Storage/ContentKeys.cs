using System.Security.Cryptography;
using DataBright.Ethereum;

namespace DataBright.Storage;

/// <summary>Keys of envelopes that came on their own, after the envelopes had been sealed to others.</summary>
public interface IContentKeys
{
    /// <summary>The key of an envelope; null where none came. The caller disposes it.</summary>
    ContentKey? Find(Cid envelope);
}

/// <summary>Such keys in a folder, a file each, as they were wrapped for one reader.</summary>
public sealed class ContentKeyFolder(string folder, EthereumKey reader) : IContentKeys
{
    public ContentKey? Find(Cid envelope)
    {
        var path = PathOf(envelope);
        try
        {
            return File.Exists(path) ? ContentKey.Unwrap(reader, File.ReadAllBytes(path)) : null;
        }
        catch (CryptographicException)
        {
            // The reader has another key since.
            return null;
        }
    }

    /// <summary>Keeps a key that the caller has tried.</summary>
    public void Keep(Cid envelope, ReadOnlySpan<byte> wrapped)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.Write(PathOf(envelope), wrapped);
    }

    private string PathOf(Cid envelope) => Path.Combine(folder, envelope.ToString());
}

/// <summary>One key that is tried before it is kept.</summary>
public sealed class TriedContentKey(Cid envelope, EthereumKey reader, byte[] wrapped) : IContentKeys
{
    /// <exception cref="CryptographicException">The key was wrapped for somebody else.</exception>
    public ContentKey? Find(Cid other) => other == envelope ? ContentKey.Unwrap(reader, wrapped) : null;
}
