using System.Globalization;
using DataBright.Ethereum;

namespace DataBright.Services.Uploads;

/// <summary>Leave to make one request, once: what a client puts into its Authorization header.</summary>
/// <param name="At">When it was signed, to the second.</param>
/// <param name="Nonce">Any 32 bytes that the signer never used before.</param>
/// <param name="Signature">Over <see cref="UploadStatements.Digest"/>.</param>
public sealed record UploadPass(DateTimeOffset At, Hash32 Nonce, Signature Signature)
{
    private const int LongestHeader = 400;

    public string ToHeader() => string.Create(CultureInfo.InvariantCulture,
        $"{UploadHeaders.Scheme} at={At.ToUnixTimeSeconds()},nonce={Nonce},signature={Hex.Encode(Signature.ToBytes())}");

    /// <summary>Null where the header is of another form.</summary>
    public static UploadPass? Find(string? header)
    {
        if (header is null or { Length: > LongestHeader } || !header.StartsWith(UploadHeaders.Scheme + " ", StringComparison.Ordinal))
            return null;
        var parts = header[(UploadHeaders.Scheme.Length + 1)..].Split(',');
        if (parts is not [var at, var nonce, var signature]
            || Value(at, "at=") is not { } seconds
            || !long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out long time) || time > int.MaxValue
            || !Hash32.TryParse(Value(nonce, "nonce="), out var number)
            || Value(signature, "signature=") is not { } signed)
            return null;
        try
        {
            return new UploadPass(ChainTime.From(time), number, Signature.Parse(signed));
        }
        catch (Exception e) when (e.IsUnreadable())
        {
            return null;
        }
    }

    private static string? Value(string part, string name) => part.StartsWith(name, StringComparison.Ordinal) ? part[name.Length..] : null;
}
