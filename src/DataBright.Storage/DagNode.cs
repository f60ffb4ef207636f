namespace DataBright.Storage;

/// <summary>A link in a file's tree.</summary>
/// <param name="Target">The block below.</param>
/// <param name="FileBytes">Bytes of the file under the link.</param>
/// <param name="DagBytes">Bytes of all blocks under the link (dag-pb calls it Tsize).</param>
internal readonly record struct DagLink(Cid Target, long FileBytes, long DagBytes);

/// <summary>The dag-pb encoding of an inner node of a UnixFS file.</summary>
/// <remarks>Sources: the dag-pb and UnixFS specifications of IPLD. Links come before data although their field number is higher.</remarks>
internal static class DagNode
{
    private const byte Bytes = 2;

    public static byte[] Encode(ReadOnlySpan<DagLink> links)
    {
        var node = new ProtobufWriter();
        long fileBytes = 0;
        foreach (var link in links)
        {
            var body = new ProtobufWriter();
            body.Field(1, link.Target.ToBytes());
            body.Field(2, []);
            body.Field(3, (ulong)link.DagBytes);
            node.Field(2, body.Written);
            fileBytes += link.FileBytes;
        }

        const ulong File = 2;
        var data = new ProtobufWriter();
        data.Field(1, File);
        data.Field(3, (ulong)fileBytes);
        foreach (var link in links) data.Field(4, (ulong)link.FileBytes);
        node.Field(1, data.Written);
        return node.Written.ToArray();
    }

    private sealed class ProtobufWriter
    {
        private byte[] _bytes = new byte[256];
        private int _length;

        public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

        public void Field(int number, ulong value)
        {
            Append((ulong)(number << 3));
            Append(value);
        }

        public void Field(int number, ReadOnlySpan<byte> value)
        {
            Append((ulong)((number << 3) | Bytes));
            Append((ulong)value.Length);
            Reserve(value.Length);
            value.CopyTo(_bytes.AsSpan(_length));
            _length += value.Length;
        }

        private void Append(ulong value)
        {
            Reserve(10);
            _length += Varint.Write(_bytes.AsSpan(_length), value);
        }

        private void Reserve(int more)
        {
            if (_length + more > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + more));
        }
    }
}
