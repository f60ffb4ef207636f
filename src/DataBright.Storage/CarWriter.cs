namespace DataBright.Storage;

/// <summary>
/// Writes blocks as a content-addressable archive, version 1 (ipld.io/specs/transport/car/carv1): a header that names the root, then each
/// block with its address.
/// </summary>
public sealed class CarWriter(Stream target)
{
    private const int LongestVarint = 10;

    public ValueTask BeginAsync(Cid root, CancellationToken stop)
    {
        // DAG-CBOR of {"roots": [root], "version": 1}: keys by length, then by bytes. A link is tag 42 and the address behind a zero byte.
        var cid = root.ToBytes();
        byte[] header = [0xA2, 0x65, .. "roots"u8, 0x81, 0xD8, 0x2A, 0x58, (byte)(cid.Length + 1), 0x00, .. cid, 0x67,
            .. "version"u8, 0x01];
        return WriteAsync(header, default, stop);
    }

    public ValueTask AppendAsync(FileTree.Block block, CancellationToken stop) => WriteAsync(block.Cid.ToBytes(), block.Bytes, stop);

    private async ValueTask WriteAsync(byte[] head, ReadOnlyMemory<byte> rest, CancellationToken stop)
    {
        var length = new byte[LongestVarint];
        int used = Varint.Write(length, (ulong)(head.Length + rest.Length));
        await target.WriteAsync(length.AsMemory(0, used), stop);
        await target.WriteAsync(head, stop);
        await target.WriteAsync(rest, stop);
    }
}
