using System.Globalization;
using DataBright.Learning.Examples;
using DataBright.Compute.Points;
using DataBright.Node.Rest;
using Microsoft.AspNetCore.Http.Features;

namespace DataBright.Node.Offers;

/// <summary>What a form with a file says.</summary>
internal static class FileForm
{
    private const int MaxWords = 64 * 1024;
    private const int MaxIgnored = 100;

    /// <summary>Reads the form: one file, and some words about it.</summary>
    /// <exception cref="BadHttpRequestException">It is no form, or is too long.</exception>
    public static async Task<IFormCollection> ReadAsync(HttpRequest request, CancellationToken stop)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = FileReading.MaxBytes + 2 * MaxWords;
        if (request.ContentLength > FileReading.MaxBytes + 2 * MaxWords) throw FileReading.TooLong();
        if (!request.HasFormContentType)
            throw new BadHttpRequestException("Send a form (multipart/form-data) with a 'file'.",
                StatusCodes.Status415UnsupportedMediaType);
        return await Forms.ReadAsync(request, stop,
            new FormOptions { MultipartBodyLengthLimit = FileReading.MaxBytes + MaxWords, ValueLengthLimit = MaxWords,
                ValueCountLimit = 64 });
    }

    public static IFormFile FileOf(IFormCollection form) => form.Files is [{ Length: > 0 } file]
        ? file
        : throw new InvalidRequestException("file", form.Files.Count > 1 ? "Choose one file; many pictures come in one folder or zip."
            : "Choose a file first: a table in CSV, a zip of pictures, lines of JSON or a shard.");

    /// <summary>How the file is to be understood.</summary>
    public static PointFileForm Of(IFormCollection form) => new()
    {
        Label = Find(form, "label"),
        Ignore = Ignored(Find(form, "ignore")),
        Separator = form["separator"].ToString() switch
        {
            "" or "comma" => ',',
            "semicolon" => ';',
            "tab" => '\t',
            "bar" => '|',
            _ => throw new InvalidRequestException("separator", "Fields stand between 'comma', 'semicolon', 'tab' or 'bar'."),
        },
        HasDecimalComma = form["decimal-comma"] == "yes",
        HasHeader = form["no-header"] != "yes",
        Missing = Find(form, "missing") switch
        {
            null or "refuse" => null,
            "leave-out" => new MissingNumbers(null),
            var text => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number)
                ? new MissingNumbers(number)
                : throw new InvalidRequestException("missing",
                    "Missing numbers are refused ('refuse'), leave their row out ('leave-out'), or are a number."),
        },
        FitsPictures = form["fit"] == "yes",
    };

    public static string? Find(IFormCollection form, string field) => form[field].ToString().Trim() is { Length: > 0 } words ? words : null;

    /// <exception cref="InvalidRequestException">What is written is no whole number of that range.</exception>
    public static int Whole(IFormCollection form, string field, int usual, int min, int max) =>
        Find(form, field) is not { } text ? usual
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number
        : throw new InvalidRequestException(field, $"That is no whole number from {min} to {max}.");

    private static string[] Ignored(string? text)
    {
        string[] names = [.. (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        return names.Length <= MaxIgnored
            ? names : throw new InvalidRequestException("ignore", $"At most {MaxIgnored} columns can be left out here.");
    }
}
