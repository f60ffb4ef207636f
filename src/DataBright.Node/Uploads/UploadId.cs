using System.Buffers;
using System.Security.Cryptography;

namespace DataBright.Node.Uploads;

/// <summary>The name of an upload. We make it, and nothing else becomes part of a path on the disk.</summary>
internal readonly record struct UploadId
{
    private const int Digits = 32;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("0123456789abcdef");

    private readonly string _text;

    private UploadId(string text) => _text = text;

    public static UploadId Fresh() => new(RandomNumberGenerator.GetHexString(Digits, lowercase: true));

    public static bool TryParse(string? text, out UploadId id)
    {
        id = default;
        if (text is not { Length: Digits } || text.AsSpan().ContainsAnyExcept(Allowed)) return false;
        id = new UploadId(text);
        return true;
    }

    public override string ToString() => _text ?? "";
}
