namespace DataBright.Storage;

/// <summary>Unsigned LEB128 as the multiformats write it: at most nine bytes, and only the shortest form is legal.</summary>
internal static class Varint
{
    private const int LongestForm = 9;

    public static int Length(ulong value)
    {
        int length = 1;
        while ((value >>= 7) != 0) length++;
        return length;
    }

    public static int Write(Span<byte> target, ulong value)
    {
        int at = 0;
        while (value >= 0x80)
        {
            target[at++] = (byte)(value | 0x80);
            value >>= 7;
        }
        target[at++] = (byte)value;
        return at;
    }

    /// <exception cref="FormatException">The number is cut off, longer than 63 bits or not in its shortest form.</exception>
    public static ulong Read(ReadOnlySpan<byte> source, out int length)
    {
        ulong value = 0;
        for (int at = 0; at < source.Length && at < LongestForm; at++)
        {
            byte next = source[at];
            value |= (ulong)(next & 0x7f) << (7 * at);
            if (next >= 0x80) continue;

            if (next == 0 && at > 0) throw new FormatException("A varint is not in its shortest form.");
            length = at + 1;
            return value;
        }
        throw new FormatException("A varint is cut off or longer than nine bytes.");
    }
}
