using System.Buffers;
using System.Text;
using DataBright.Services.Uploads;
using DataBright.Storage;

namespace DataBright.Node.Uploads;

/// <summary>
/// What a client says about a file. It is told again as it came; only the address is of use here, a file name of a stranger's is not.
/// </summary>
/// <param name="Header">The whole of it; null where nothing was said.</param>
/// <param name="Expected">What the file's address is to be; null where the client does not say.</param>
internal sealed record UploadMetadata(string? Header, Cid? Expected)
{
    private const int Longest = 4096;

    private static readonly SearchValues<char> Legal =
        SearchValues.Create(string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code)));

    public static UploadMetadata None { get; } = new(null, null);

    /// <summary>Reads the pairs of tus: a key, and a value in base64 behind a space where there is one, with commas between.</summary>
    /// <exception cref="UploadRefusedException">It is of another form.</exception>
    public static UploadMetadata Read(string? header)
    {
        if (string.IsNullOrWhiteSpace(header)) return None;
        if (header.Length > Longest) throw Malformed($"The metadata has more than {Longest} characters.");
        if (header.AsSpan().ContainsAnyExcept(Legal))
            throw Malformed("The metadata has characters that no header may have: values are in base64.");
        var seen = new HashSet<string>();
        Cid? expected = null;
        foreach (var pair in header.Split(','))
        {
            var words = pair.Trim().Split(' ');
            if (words[0].Length == 0 || words.Length > 2)
                throw Malformed("The metadata is of pairs with commas between: a key, a space, and a value in base64.");
            if (!seen.Add(words[0])) throw Malformed("The metadata has a key twice.");
            var value = new byte[header.Length];
            int length = 0;
            if (words.Length == 2 && !Convert.TryFromBase64String(words[1], value, out length))
                throw Malformed("A value of the metadata is not in base64.");
            if (words[0] == UploadHeaders.CidKey) expected = Address(value.AsSpan(0, length));
        }
        return new UploadMetadata(header, expected);
    }

    private static Cid Address(ReadOnlySpan<byte> value) => Cid.TryParse(Encoding.ASCII.GetString(value), out var cid)
        ? cid
        : throw Malformed("The metadata's cid is not the base64 of a CID that can be used here: version 1 or 0, raw or dag-pb, sha2-256.");

    private static UploadRefusedException Malformed(string message) => new(StatusCodes.Status400BadRequest, message);
}
