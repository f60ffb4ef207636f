using System.Text.Json;
using DataBright.Compute;
using DataBright.Compute.Predictions;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Market;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;

namespace DataBright.Node.Predictions;

/// <summary>The forms in which predictions are asked for: bytes for speed, rows or pictures in JSON, one picture as it is.</summary>
internal static class PredictionBody
{
    public const string Png = "image/png";
    public const string VoucherHeader = "DataBright-Voucher";

    /// <summary>A picture, or all pictures of a JSON request together.</summary>
    private const int MostPicture = 8 << 20;

    private const int CharactersOfAValue = 18;

    /// <summary>A request as JSON: rows of numbers or pictures, and the voucher that pays for them.</summary>
    /// <param name="Inputs">Examples, each as the model takes it.</param>
    /// <param name="Images">Or PNG pictures in base64, brought to the model's size and colours.</param>
    /// <param name="Channel">The channel; without one it is a trial.</param>
    /// <param name="Cumulative">The voucher's sum, in dollars.</param>
    /// <param name="Signature">The voucher's signature, hexadecimal.</param>
    public sealed record JsonRequest(
        IReadOnlyList<IReadOnlyList<float>>? Inputs = null, IReadOnlyList<string>? Images = null, ChannelId? Channel = null, Money? Cumulative = null, string? Signature = null);

    /// <summary>Reads no more than the largest request that the model answers, in whichever form is longer.</summary>
    /// <exception cref="PredictionRefusedException">It is longer, or cannot be read.</exception>
    public static async Task<PredictionRequest> ReadAsync(HttpRequest request, ServingTerms terms, ExampleShape input, CancellationToken stop)
    {
        var isPicture = request.ContentType != PredictionFrame.ContentType && ImageFit.Takes(input);
        var body = await BytesAsync(request, 4096 + CharactersOfAValue * terms.MostExamples * input.Size + (isPicture ? MostPicture : 0), stop);
        try
        {
            return request.ContentType switch
            {
                PredictionFrame.ContentType => PredictionFrame.ReadRequest(body),
                Png => new PredictionRequest(FromHeader(request.Headers[VoucherHeader]), ImageFit.Read(body, input, "the picture")),
                _ => FromJson(body, terms, input),
            };
        }
        catch (Exception fault) when (fault is JsonException or FormatException or MalformedInputException)
        {
            throw Malformed($"The request cannot be read: {fault.Message}");
        }
    }

    private static PredictionRequest FromJson(byte[] body, ServingTerms terms, ExampleShape input)
    {
        var json = CanonicalJson.Read<JsonRequest>(body);
        var voucher = json.Channel is { } channel ? Voucher(channel, json.Cumulative, json.Signature) : null;
        return (json.Inputs, json.Images) switch
        {
            ({ } rows, null) => new PredictionRequest(voucher, rows.SelectMany(row => row).ToArray()),
            (null, { } images) when images.Count <= terms.MostExamples => new PredictionRequest(voucher, FromPictures(images, input)),
            (null, { } images) => throw Malformed($"At most {terms.MostExamples} examples are answered in one request; these are {images.Count}."),
            _ => throw Malformed("A request has either inputs, rows of numbers, or images, PNG pictures in base64."),
        };
    }

    /// <summary>Well packed pictures are small to send and large to look at: those of one request have no more pixels together than one may have.</summary>
    private static float[] FromPictures(IReadOnlyList<string> images, ExampleShape input)
    {
        var inputs = new List<float>(images.Count * input.Size);
        var pixels = ImageFit.MostPixels;
        foreach (var (image, i) in images.Select((image, i) => (image, i)))
            inputs.AddRange(ImageFit.Read(Convert.FromBase64String(image), input, $"picture {i + 1}", ref pixels));
        return [.. inputs];
    }

    /// <summary>As "1 0.042 0x…": channel, sum and signature. Without the header it is a trial.</summary>
    private static Signed<Voucher>? FromHeader(string? header)
    {
        if (string.IsNullOrWhiteSpace(header)) return null;
        return header.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var channel, var sum, var signature]
            ? Voucher(ChannelId.Parse(channel), Money.Parse(sum), signature)
            : throw new FormatException($"{VoucherHeader} has three words: channel, sum and signature.");
    }

    private static Signed<Voucher> Voucher(ChannelId channel, Money? sum, string? signature) => sum is { } paid && signature is { } signed
        ? new Signed<Voucher>(new Voucher(channel, paid), Signature.Parse(signed))
        : throw new FormatException("A voucher needs channel, cumulative and signature.");

    private static async Task<byte[]> BytesAsync(HttpRequest request, int most, CancellationToken stop)
    {
        if (request.ContentLength > most) throw TooLong(most);
        // What a header announces is believed up to a megabyte; more is made room for as it comes.
        var bytes = new byte[Math.Min(request.ContentLength ?? 4096, 1 << 20)];
        var length = 0;
        while (true)
        {
            if (length == bytes.Length)
            {
                if (length > most) throw TooLong(most);
                if (request.ContentLength == length) return bytes;
                Array.Resize(ref bytes, length * 2);
            }

            var read = await request.Body.ReadAsync(bytes.AsMemory(length), stop);
            if (read == 0) return bytes.AsSpan(0, length).ToArray();
            length += read;
        }
    }

    private static PredictionRefusedException TooLong(int most) => Malformed($"A request to this model has at most {most} bytes.");

    private static PredictionRefusedException Malformed(string message) => new(PredictionRefusal.Malformed, message);
}
