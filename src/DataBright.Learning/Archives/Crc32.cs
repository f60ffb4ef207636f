namespace DataBright.Learning.Archives;

/// <summary>The checksum of zip, gzip and PNG (ISO 3309), which the platform has for itself alone.</summary>
internal sealed class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];
    private uint _state = uint.MaxValue;

    public uint Value => ~_state;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes) _state = Table[(byte)(_state ^ one)] ^ (_state >> 8);
    }

    private static uint Entry(int at)
    {
        var value = (uint)at;
        for (var bit = 0; bit < 8; bit++) value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xEDB88320;
        return value;
    }
}
