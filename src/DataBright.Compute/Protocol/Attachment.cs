namespace DataBright.Compute.Protocol;

/// <summary>
/// The state that goes with a message. It is read only when the message is found worth it, and never beyond what is allowed.
/// </summary>
public sealed class Attachment
{
    private readonly Func<Stream> _open;

    private Attachment(Func<Stream> open) => _open = open;

    public static Attachment None { get; } = Of(ReadOnlyMemory<byte>.Empty);

    /// <summary>Bytes at hand; they can be read any number of times.</summary>
    public static Attachment Of(ReadOnlyMemory<byte> content) => new(() => new MemoryStream(content.ToArray(), writable: false));

    /// <summary>Bytes that are still arriving; they can be read once.</summary>
    public static Attachment From(Stream stream) => new(() => stream);

    /// <exception cref="ProtocolException">There are more than <paramref name="most"/> bytes.</exception>
    public async Task<byte[]> ReadAsync(int most, CancellationToken stop)
    {
        var stream = _open();
        using var copy = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, stop)) > 0;)
        {
            if (copy.Length + read > most)
                throw new ProtocolException(Refusal.TooLarge, $"At most {most} bytes are ever needed here; more are arriving.");
            copy.Write(buffer, 0, read);
        }

        return copy.ToArray();
    }

    public Task CopyToAsync(Stream target, CancellationToken stop) => _open().CopyToAsync(target, stop);
}
