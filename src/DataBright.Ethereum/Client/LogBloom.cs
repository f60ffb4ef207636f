namespace DataBright.Ethereum;

/// <summary>
/// A block's filter of 2048 bits: each log sets three for its contract and three for each of its topics (Yellow Paper, section 4.4.3).
/// </summary>
internal sealed class LogBloom
{
    private const int Size = 256;

    private readonly byte[] _bits;

    private LogBloom(byte[] bits) => _bits = bits;

    /// <summary>Whether nothing at all is set: no log, or a chain that sets none.</summary>
    public bool IsEmpty => _bits.All(b => b == 0);

    /// <summary>Whether everything is set, which says nothing.</summary>
    public bool IsFull => _bits.All(b => b == 0xff);

    /// <summary>Null where the bytes are no such filter.</summary>
    public static LogBloom? Of(byte[] bytes) => bytes.Length == Size ? new LogBloom(bytes) : null;

    /// <summary>Whether the block may have a log that is wanted. A yes may be wrong, a no is not.</summary>
    public bool MayHave(LogFilter filter) =>
        (filter.Addresses.Count == 0 || filter.Addresses.Any(address => Has(address.AsSpan())))
        && filter.Topics.All(wanted => wanted.Count == 0 || wanted.Any(topic => Has(topic.AsSpan())));

    private bool Has(ReadOnlySpan<byte> entry)
    {
        var hash = Keccak.Hash(entry).AsSpan();
        for (var i = 0; i < 6; i += 2)
        {
            var bit = ((hash[i] << 8) | hash[i + 1]) & 2047;
            if ((_bits[Size - 1 - bit / 8] & (1 << (bit % 8))) == 0)
                return false;
        }
        return true;
    }
}
