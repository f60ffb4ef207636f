using System.Globalization;
using System.Text;

namespace DataBright.Ethereum;

/// <summary>Messages that people sign in their wallets (EIP-191, version 0x45), as <c>personal_sign</c> hashes them.</summary>
public static class PersonalMessage
{
    /// <summary>The digest to sign: the hash of a fixed prefix, the length in decimal, and the message.</summary>
    public static Hash32 Hash(ReadOnlySpan<byte> message)
    {
        var keccak = new Keccak();
        keccak.Append("\u0019Ethereum Signed Message:\n"u8);
        keccak.Append(Encoding.ASCII.GetBytes(message.Length.ToString(CultureInfo.InvariantCulture)));
        keccak.Append(message);
        return keccak.Finish();
    }

    /// <summary>The digest of a text's UTF-8 bytes.</summary>
    public static Hash32 Hash(string message) => Hash(Encoding.UTF8.GetBytes(message));
}
