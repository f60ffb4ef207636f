using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Learning.Examples;
using DataBright.Learning.Shapes;
using DataBright.Market;
using DataBright.Market.Predictions;
using DataBright.Node.Rest;
using DataBright.Serving;
using DataBright.Storage;

namespace DataBright.Node.Predictions;

/// <summary>The forms in which predictions are asked for: bytes for speed, rows or pictures in JSON, one picture as it is.</summary>
internal static class PredictionBody
{
    public const string Png = "image/png";
    public const string VoucherHeader = "DataBright-Voucher";

    /// <summary>A picture, or all pictures of a JSON request together.</summary>
    private const int MaxPicture = 8 << 20;

    private const int CharactersOfAValue = 18;

    /// <summary>Of any request: an array has no more, and no model is asked so much at once.</summary>
    private const int MaxBytes = 1 << 30;

    /// <summary>A request as JSON: rows of numbers or pictures, and the voucher that pays for them.</summary>
    /// <param name="Inputs">Examples, each as the model takes it.</param>
    /// <param name="Images">Or PNG pictures in base64, brought to the model's size and colours.</param>
    /// <param name="Channel">The channel; without one it is a trial.</param>
    /// <param name="Cumulative">The voucher's sum, in dollars.</param>
    /// <param name="Signature">The voucher's signature, hexadecimal.</param>
    public sealed record JsonRequest(
        IReadOnlyList<IReadOnlyList<float>>? Inputs = null, IReadOnlyList<string>? Images = null, ChannelId? Channel = null,
        Money? Cumulative = null, string? Signature = null);

    /// <summary>Reads no more than the largest request that the model answers, in whichever form is longer.</summary>
    /// <exception cref="PredictionRefusedException">It is longer, or cannot be read.</exception>
    public static async Task<PredictionRequest> ReadAsync(HttpRequest request, ServingTerms terms, ExampleShape input,
        CancellationToken stop)
    {
        var isPicture = !IsFrame(request) && ImageFit.Takes(input);
        var body = await BytesAsync(request,
            (int)Math.Min(MaxBytes, 4096 + (long)CharactersOfAValue * terms.MaxExamples * input.Size + (isPicture ? MaxPicture : 0)), stop);
        try
        {
            if (IsFrame(request)) return PredictionFrame.ReadRequest(body);
            if (MediaType.Is(request.ContentType, Png))
                return new PredictionRequest(FromHeader(request.Headers[VoucherHeader]), ImageFit.Read(body, input, "the picture"));
            return MediaType.IsOf(request.ContentType, "image")
                ? throw new FormatException($"a picture is sent as {Png}.") : FromJson(body, terms, input);
        }
        catch (JsonException fault)
        {
            throw Malformed(
                $"The request cannot be read{JsonProblem.Place(fault)}: it has inputs, rows of numbers, or images, PNG pictures in base64; "
                + "and for a voucher channel, cumulative and signature.");
        }
        catch (Exception fault) when (fault is MalformedInputException || fault.IsUnreadable())
        {
            throw Malformed($"The request cannot be read: {fault.Message}");
        }
    }

    /// <summary>Whether it is asked in bytes, and so answered.</summary>
    public static bool IsFrame(HttpRequest request) => MediaType.Is(request.ContentType, PredictionFrame.ContentType);

    private static PredictionRequest FromJson(byte[] body, ServingTerms terms, ExampleShape input)
    {
        var json = CanonicalJson.Read<JsonRequest>(Utf8Text.WithoutMark(body));
        var voucher = json.Channel is { } channel ? Voucher(channel, json.Cumulative, json.Signature) : null;
        return (json.Inputs, json.Images) switch
        {
            (null, { } images) when images.Any(image => image is null) => throw Malformed("A picture is null."),
            ({ } rows, null) when rows.Count <= terms.MaxExamples => new PredictionRequest(voucher, FromRows(rows, input)),
            (null, { } images) when images.Count <= terms.MaxExamples => new PredictionRequest(voucher, FromPictures(images, input)),
            (null, { } images) => throw TooMany(images.Count, terms),
            ({ } rows, null) => throw TooMany(rows.Count, terms),
            _ => throw Malformed("A request has either inputs, rows of numbers, or images, PNG pictures in base64."),
        };
    }

    /// <summary>Rows are looked at one by one: two that are wrong in opposite ways would join to the right number of values.</summary>
    private static float[] FromRows(IReadOnlyList<IReadOnlyList<float>> rows, ExampleShape input)
    {
        var inputs = new List<float>(rows.Count * input.Size);
        foreach (var (row, i) in rows.Select((row, i) => (row, i)))
        {
            if (row is null) throw Malformed($"Row {i + 1} of the inputs is null.");
            if (row.Count != input.Size) throw Malformed($"Row {i + 1} has {row.Count} values; {input.Size} are expected.");
            for (var at = 0; at < row.Count; at++)
                if (!float.IsFinite(row[at])) throw Malformed($"Value {at + 1} of row {i + 1} is beyond binary32.");
            inputs.AddRange(row);
        }
        return [.. inputs];
    }

    /// <summary>
    /// Well packed pictures are small to send and large to look at: those of one request have no more pixels together than one may have.
    /// </summary>
    private static float[] FromPictures(IReadOnlyList<string> images, ExampleShape input)
    {
        var inputs = new List<float>(images.Count * input.Size);
        var pixels = ImageFit.MaxPixels;
        foreach (var (image, i) in images.Select((image, i) => (image, i)))
            inputs.AddRange(ImageFit.Read(FromBase64(image, i + 1), input, $"picture {i + 1}", ref pixels));
        return [.. inputs];
    }

    private static byte[] FromBase64(string image, int number)
    {
        try
        {
            return Convert.FromBase64String(image);
        }
        catch (FormatException)
        {
            throw Malformed($"Picture {number} is not base64.");
        }
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

    private static PredictionRefusedException TooMany(int count, ServingTerms terms) =>
        Malformed($"At most {terms.MaxExamples} examples are answered in one request; these are {count}.");

    private static PredictionRefusedException TooLong(int most) => Malformed($"A request to this model has at most {most} bytes.");

    private static PredictionRefusedException Malformed(string message) => new(PredictionRefusal.Malformed, message);
}
