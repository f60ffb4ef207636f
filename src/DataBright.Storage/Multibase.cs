using System.Text;

namespace DataBright.Storage;

/// <summary>The text encodings that CIDs use: base32 without padding, base58 (Bitcoin's letters) and base16.</summary>
/// <remarks>Source: the multibase specification. Every byte string has one text per encoding; other texts are refused.</remarks>
internal static class Multibase
{
    private const string Base32Letters = "abcdefghijklmnopqrstuvwxyz234567";
    private const string Base58Letters = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    /// <summary>Reads a text whose first character names its encoding.</summary>
    /// <exception cref="FormatException">The encoding is unknown, or the text is not what that encoding writes.</exception>
    public static byte[] Decode(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) throw new FormatException("An empty text has no encoding.");
        var rest = text[1..];
        return text[0] switch
        {
            'b' => DecodeBase32(rest, Base32Letters),
            'B' => DecodeBase32(rest, Base32Letters.ToUpperInvariant()),
            'z' => DecodeBase58(rest),
            'f' => rest.ContainsAnyInRange('A', 'F') ? throw Bad("base16", rest) : FromHex(rest),
            'F' => rest.ContainsAnyInRange('a', 'f') ? throw Bad("base16", rest) : FromHex(rest),
            var prefix => throw new FormatException($"The encoding '{prefix}' is not supported; use base32, base58btc or base16."),
        };
    }

    public static string EncodeBase32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder((bytes.Length * 8 + 4) / 5);
        int held = 0, bits = 0;
        foreach (byte next in bytes)
        {
            held = (held << 8) | next;
            for (bits += 8; bits >= 5; bits -= 5) text.Append(Base32Letters[(held >> (bits - 5)) & 31]);
            held &= (1 << bits) - 1;
        }
        if (bits > 0) text.Append(Base32Letters[(held << (5 - bits)) & 31]);
        return text.ToString();
    }

    public static string EncodeBase58(ReadOnlySpan<byte> bytes)
    {
        int zeros = bytes.IndexOfAnyExcept((byte)0);
        if (zeros < 0) zeros = bytes.Length;

        // Base conversion by long division: quadratic, and the inputs are hashes.
        var digits = new List<byte>(bytes.Length * 138 / 100 + 1);
        foreach (byte next in bytes[zeros..])
        {
            int carry = next;
            for (int i = 0; i < digits.Count; i++)
            {
                carry += digits[i] << 8;
                digits[i] = (byte)(carry % 58);
                carry /= 58;
            }
            for (; carry > 0; carry /= 58) digits.Add((byte)(carry % 58));
        }

        var text = new StringBuilder(zeros + digits.Count).Append('1', zeros);
        for (int i = digits.Count - 1; i >= 0; i--) text.Append(Base58Letters[digits[i]]);
        return text.ToString();
    }

    public static byte[] DecodeBase58(ReadOnlySpan<char> text)
    {
        int zeros = text.IndexOfAnyExcept('1');
        if (zeros < 0) zeros = text.Length;

        var bytes = new List<byte>(text.Length);
        foreach (char letter in text[zeros..])
        {
            int carry = Base58Letters.IndexOf(letter);
            if (carry < 0) throw Bad("base58btc", text);
            for (int i = 0; i < bytes.Count; i++)
            {
                carry += bytes[i] * 58;
                bytes[i] = (byte)carry;
                carry >>= 8;
            }
            for (; carry > 0; carry >>= 8) bytes.Add((byte)carry);
        }

        var result = new byte[zeros + bytes.Count];
        for (int i = 0; i < bytes.Count; i++) result[^(i + 1)] = bytes[i];
        return result;
    }

    private static byte[] DecodeBase32(ReadOnlySpan<char> text, string letters)
    {
        var bytes = new byte[text.Length * 5 / 8];
        int held = 0, bits = 0, at = 0;
        foreach (char letter in text)
        {
            int value = letters.IndexOf(letter);
            if (value < 0) throw Bad("base32", text);
            held = (held << 5) | value;
            bits += 5;
            if (bits < 8) continue;
            bits -= 8;
            bytes[at++] = (byte)(held >> bits);
            held &= (1 << bits) - 1;
        }
        if (bits >= 5 || held != 0) throw Bad("base32", text);
        return bytes;
    }

    private static byte[] FromHex(ReadOnlySpan<char> text)
    {
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            throw Bad("base16", text);
        }
    }

    private static FormatException Bad(string encoding, ReadOnlySpan<char> text) =>
        new($"'{(text.Length > 64 ? string.Concat(text[..64], "…") : text)}' is not {encoding} text in its one legal form.");
}
