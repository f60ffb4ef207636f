using System.Diagnostics.CodeAnalysis;

namespace DataBright;

/// <summary>
/// Hexadecimal text as Ethereum writes it: <c>0x</c>, then two lower-case digits for every byte.
/// </summary>
public static class Hex
{
    /// <summary>Writes <paramref name="bytes"/> as <c>0x…</c> in lower case; no bytes give <c>0x</c>.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => string.Concat("0x", Convert.ToHexStringLower(bytes));

    /// <summary>Reads hexadecimal text of any even length, in either case, with or without <c>0x</c>.</summary>
    /// <exception cref="FormatException">The text has an odd number of digits or a character that is no digit.</exception>
    public static byte[] Decode(ReadOnlySpan<char> text)
    {
        var digits = Digits(text);
        if (digits.Length % 2 != 0)
            throw new FormatException($"Hexadecimal text must have an even number of digits; this one has {digits.Length}.");
        return Convert.FromHexString(digits);
    }

    /// <summary>Reads exactly <c>destination.Length</c> bytes; false where the text is anything else.</summary>
    /// <param name="text">Digits in either case, with or without <c>0x</c>.</param>
    /// <param name="destination">Where the bytes go; its content is undefined after a false.</param>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination)
    {
        var digits = Digits(text);
        return digits.Length == destination.Length * 2
            && Convert.FromHexString(digits, destination, out _, out var written) == System.Buffers.OperationStatus.Done
            && written == destination.Length;
    }

    /// <summary>Reads hexadecimal text of any even length; false where it is not that.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        var digits = Digits(text);
        bytes = digits.Length % 2 == 0 ? new byte[digits.Length / 2] : null;
        if (bytes is null || !TryDecode(digits, bytes.AsSpan()))
            bytes = null;
        return bytes is not null;
    }

    /// <summary>The digits without the leading <c>0x</c>, where there is one.</summary>
    public static ReadOnlySpan<char> Digits(ReadOnlySpan<char> text) =>
        text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text;
}
