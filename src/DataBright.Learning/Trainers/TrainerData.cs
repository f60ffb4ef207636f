using System.Globalization;
using System.Text;
using DataBright.Learning.Examples;

namespace DataBright.Learning.Trainers;

/// <summary>
/// Examples as files that every framework reads: <c>features.npy</c> (32-bit floats, examples × channels × height × width) and
/// <c>labels.npy</c> (32-bit integers) or, for regression, <c>targets.npy</c> (32-bit floats, examples × targets). NPY 1.0 as
/// numpy.lib.format defines it.
/// </summary>
public static class TrainerData
{
    /// <summary>Writes the files into an existing folder.</summary>
    public static async Task WriteAsync(ExampleSet examples, string folder, CancellationToken stop = default)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Values are written in the machine's byte order, which must be little-endian.");
        var (channels, height, width) = examples.Shape;
        await WriteAsync(Path.Combine(folder, "features.npy"), "<f4", [examples.Count, channels, height, width], examples.Features, stop);
        if (examples.TargetSize == 0) await WriteAsync(Path.Combine(folder, "labels.npy"), "<i4", [examples.Count], examples.Labels, stop);
        else await WriteAsync(Path.Combine(folder, "targets.npy"), "<f4", [examples.Count, examples.TargetSize], examples.Targets, stop);
    }

    private static async Task WriteAsync<T>(string path, string type, int[] shape, ReadOnlyMemory<T> values, CancellationToken stop)
        where T : unmanaged
    {
        const int Piece = 1 << 20;
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
        await file.WriteAsync(Header(type, shape), stop);
        var buffer = new byte[Piece * 4];
        for (var start = 0; start < values.Length; start += Piece)
        {
            var count = Math.Min(Piece, values.Length - start);
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.Span.Slice(start, count)).CopyTo(buffer);
            await file.WriteAsync(buffer.AsMemory(0, count * 4), stop);
        }
    }

    /// <summary>
    /// Magic, version, the header's length (2 bytes) and the header, filled up with spaces to a multiple of 64 bytes and ended by a line
    /// feed.
    /// </summary>
    private static byte[] Header(string type, int[] shape)
    {
        var dimensions = string.Join(", ", shape.Select(dimension => dimension.ToString(CultureInfo.InvariantCulture)))
            + (shape.Length == 1 ? "," : "");
        var text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({dimensions}), }}";
        var total = (10 + text.Length + 1 + 63) / 64 * 64;
        var header = new byte[total];
        header.AsSpan().Fill((byte)' ');
        header[0] = 0x93;
        "NUMPY"u8.CopyTo(header.AsSpan(1));
        header[6] = 1;
        header[7] = 0;
        BitConverter.TryWriteBytes(header.AsSpan(8), (ushort)(total - 10));
        Encoding.ASCII.GetBytes(text).CopyTo(header, 10);
        header[^1] = (byte)'\n';
        return header;
    }
}
