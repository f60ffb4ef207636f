using System.Text.Json;
using DataBright.Learning.Examples;
using DataBright.Learning.Files;

namespace DataBright.Learning.Cards.Records;

/// <summary>The rows of a file: what of each a card's fields ask for. A value is a text, bytes, or nothing.</summary>
internal static class FileRows
{
    private const int MaxText = 1 << 28;

    /// <summary>Whether a file is a table in Parquet, which others read.</summary>
    public static bool IsParquet(CardContent file, string encoding) =>
        encoding.Contains("parquet", StringComparison.OrdinalIgnoreCase)
            || file.FullPath.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the rows of a file that is no Parquet.</summary>
    public static void Read(CardContent file, string encoding, IReadOnlyList<SourcePlan> asked, Action<object?[]> take)
    {
        if (asked.Any(source => source.Column is not null || source.JsonPath is not null))
            ReadTable(file, Kind(file, encoding), asked, take);
        else if (asked.Any(source => source.Property is "lines" or "lineNumbers")) file.Read(stream => Lines(stream, file, asked, take));
        else take(
            [.. asked.Select(source => source.Property == "content" ? file.Bytes(PngImage.MaxBytes) : (object?)Property(source, file))]);
    }

    /// <summary>What of the file itself is asked for, which is the same in each of its rows.</summary>
    public static string? Property(SourcePlan source, CardContent file) => source.Property switch
    {
        "filename" => file.FullPath[(file.FullPath.LastIndexOf('/') + 1)..],
        "fullpath" or "filepath" => file.FullPath,
        null => throw new MalformedInputException(file.Place,
            "the card does not say what of it is meant: a column, a path, or a property of the file"),
        var other => throw new MalformedInputException(file.Place, $"the card asks for its '{Excerpt.Of(other)}', which is not known here"),
    };

    private static string Kind(CardContent file, string encoding)
    {
        var ending = Path.GetExtension(file.FullPath.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? file.FullPath[..^3] : file.FullPath).ToUpperInvariant();
        return (encoding.ToUpperInvariant(), ending) switch
        {
            ("TEXT/CSV" or "APPLICATION/CSV", ".TSV") or ("TEXT/TAB-SEPARATED-VALUES" or "TEXT/TSV", _) => "tsv",
            ("TEXT/CSV" or "APPLICATION/CSV", _) => "csv",
            ("APPLICATION/JSONLINES" or "APPLICATION/JSONL" or "APPLICATION/X-NDJSON" or "APPLICATION/X-JSONLINES", _)
                or ("APPLICATION/JSON", ".JSONL" or ".NDJSON") => "lines",
            ("APPLICATION/JSON" or "APPLICATION/LD+JSON", _) => "json",
            (_, ".CSV") => "csv",
            (_, ".TSV") => "tsv",
            (_, ".JSONL" or ".NDJSON") => "lines",
            (_, ".JSON") => "json",
            _ => throw new MalformedInputException(file.Place,
                $"a table in CSV, TSV, JSON, JSON Lines or Parquet is expected; the card calls it {Excerpt.Of(encoding)}"),
        };
    }

    private static void ReadTable(CardContent file, string kind, IReadOnlyList<SourcePlan> asked, Action<object?[]> take) =>
        file.Read(stream => kind switch
    {
        "csv" => Csv(stream, file, ',', asked, take),
        "tsv" => Csv(stream, file, '\t', asked, take),
        "lines" => JsonLines(stream, file, asked, take),
        _ => Json(stream, file, asked, take),
    });

    private static int Csv(Stream stream, CardContent file, char separator, IReadOnlyList<SourcePlan> asked, Action<object?[]> take)
    {
        using var text = Utf8Text.Reader(stream);
        var (records, fields, number) = (new CsvRecords(text, file.Place, separator), new List<string>(), 0);
        if (!records.Read(fields)) throw new MalformedInputException(file.Place, "the file is empty; a header is expected");
        string[] names = [.. fields];
        var places = asked.Select(source => source.Column is null ? -1 : Place(names, source.Column, records)).ToArray();
        for (; records.Read(fields); number++)
        {
            if (fields.Count != names.Length) throw records.Malformed($"{fields.Count} fields, the header has {names.Length}");
            take([.. asked.Select((source, i) => places[i] >= 0
                ? fields[places[i]] : source.Property == "lineNumbers" ? $"{number}" : (object?)Property(source, file))]);
        }

        return number;
    }

    private static int Place(string[] names, string column, CsvRecords records)
    {
        var place = Array.IndexOf(names, column);
        if (place < 0) throw records.Malformed($"there is no column '{Excerpt.Of(column)}'; there are {Excerpt.OfNames(names)}");
        return Array.IndexOf(names, column, place + 1) < 0
            ? place : throw records.Malformed($"column '{Excerpt.Of(column)}' is there twice");
    }

    private static int JsonLines(Stream stream, CardContent file, IReadOnlyList<SourcePlan> asked, Action<object?[]> take)
    {
        var (number, paths) = (0, Paths(asked, file));
        foreach (var line in JsonLinesFile.Lines(stream, file.Place))
        {
            using var document = Parse(line, file, $"line {number + 1}: ");
            take([.. asked.Select((source, i) => paths[i] is { } path
                ? Only(path.Of(document.RootElement), $"line {number + 1}", file) : (object?)Property(source, file))]);
            number++;
        }

        return number;
    }

    /// <summary>
    /// Records are what the paths lead to but for their ends, which all of them must share: lists side by side may have gaps at different
    /// places.
    /// </summary>
    private static int Json(Stream stream, CardContent file, IReadOnlyList<SourcePlan> asked, Action<object?[]> take)
    {
        using var document = Parse(InputFile.ReadAll(stream, file.Place, MaxText), file, "");
        var isList = document.RootElement.ValueKind == JsonValueKind.Array;
        var paths = Paths(asked, file, isList).Select(path => path?.Divide(isList)).ToArray();
        var records = paths.OfType<(JsonSteps Records, JsonSteps End)>().First().Records;
        if (paths.Any(path => path is { } one && !one.Records.IsSame(records)))
            throw new MalformedInputException(file.Place, "the card's paths lead to different lists, which are no records");
        var number = 0;
        foreach (var record in records.Of(document.RootElement))
        {
            number++;
            take([.. asked.Select((source,
                i) => paths[i] is { } path ? Only(path.End.Of(record), $"record {number}", file) : (object?)Property(source, file))]);
        }

        return number;
    }

    private static int Lines(Stream stream, CardContent file, IReadOnlyList<SourcePlan> asked, Action<object?[]> take)
    {
        using var text = Utf8Text.Reader(stream);
        var number = 0;
        try
        {
            for (; Line(text, file, number) is { } line; number++)
                take([.. asked.Select(source => source.Property switch { "lines" => line, "lineNumbers" => $"{number}",
                    _ => (object?)Property(source, file) })]);
        }
        catch (System.Text.DecoderFallbackException fault)
        {
            throw new MalformedInputException(file.Place, $"line {number + 1} or a later one: not valid UTF-8; save it as UTF-8", fault);
        }

        return number;
    }

    /// <summary>The next line, without its end; null after the last. A file without ends of lines is none of lines.</summary>
    private static string? Line(TextReader text, CardContent file, int number)
    {
        var line = new System.Text.StringBuilder();
        var isAny = false;
        while (text.Read() is var sign and >= 0)
        {
            isAny = true;
            if (sign == '\r' && text.Peek() == '\n') text.Read();
            if (sign is '\n' or '\r') break;
            if (line.Length == JsonLinesFile.MaxLineLength)
                throw new MalformedInputException(file.Place, $"line {number + 1}: more than {JsonLinesFile.MaxLineLength} letters");
            line.Append((char)sign);
        }

        return isAny ? line.ToString() : null;
    }

    private static JsonSteps?[] Paths(IReadOnlyList<SourcePlan> asked, CardContent file, bool inList = false)
    {
        try
        {
            return [.. asked.Select(source => source.JsonPath is { } path
                ? JsonSteps.Parse(path) : source.Column is { } column ? JsonSteps.Member(column, inList) : null)];
        }
        catch (FormatException unknown)
        {
            throw new MalformedInputException(file.Place, unknown.Message, unknown);
        }
    }

    private static string? Only(IReadOnlyList<JsonElement> found, string place, CardContent file) => found switch
    {
        [] => null,
        [var one] => FieldValue.Text(one),
        _ => throw new MalformedInputException(file.Place, $"{place}: the card's path leads to {found.Count} values; one is expected"),
    };

    private static JsonDocument Parse(ReadOnlyMemory<byte> text, CardContent file, string place)
    {
        try
        {
            return JsonDocument.Parse(Utf8Text.WithoutMark(text.Span).Length == text.Length ? text : text[3..]);
        }
        catch (JsonException fault)
        {
            throw new MalformedInputException(file.Place, $"{place}not valid JSON ({Excerpt.Of(fault.Message)})", fault);
        }
    }
}
