using DataBright.Learning.Archives;

namespace DataBright.Learning.Examples;

/// <summary>
/// Reads tables from CSV (RFC 4180, UTF-8, with a header unless it is said that there is none). Numbers are written as in JSON or Python;
/// an empty field, NaN or an infinity is an error that names file and line, because a guess would become part of a model.
/// </summary>
public static class CsvFile
{
    /// <summary>Reads a file; one that gzip packed is unpacked.</summary>
    /// <exception cref="MalformedInputException">The file is missing or not what it should be; the message names file and line.</exception>
    public static CsvTable Read(string path, CsvOptions? options = null) =>
        UnpackedFile.Read(path, [], stream => Parse(stream, path, options));

    /// <summary>Reads a stream; <paramref name="document"/> serves the error messages.</summary>
    /// <exception cref="MalformedInputException">The content is not what it should be.</exception>
    public static CsvTable Parse(Stream content, string document, CsvOptions? options = null)
    {
        options ??= new CsvOptions();
        using var text = Utf8Text.Reader(content);
        var records = new CsvRecords(text, document, options.Separator);
        var fields = new List<string>();
        if (!records.Read(fields)) throw new MalformedInputException(document, "the file is empty; a header is expected");
        var header = CsvHeader.Of(fields, options, records);
        var columns = Columns([.. header.Used.Select(i => header.Names[i])], options, records);
        var classes = new ClassNames(document, options.Classes);
        var (values, leftOut) = (0L, 0);
        while (!options.HasHeader && classes.Count + leftOut == 0 || records.Read(fields))
        {
            if (fields.Count != header.Names.Length)
                throw records.Malformed(
                    $"{fields.Count} fields, the {(options.HasHeader ? "header" : "first line")} has {header.Names.Length}");
            if (options.Limits.Excess(classes.Count + 1L, values += columns.Length) is { } excess) throw records.Malformed(excess);
            if (options.Missing is { Instead: null }
                && Enumerable.Range(0, columns.Length).Any(c => columns[c].IsMissing(fields[header.Used[c]])))
            {
                leftOut++;
                continue;
            }

            classes.Add(fields[header.Label], $"line {records.Line}, column '{header.Names[header.Label]}'");
            for (var c = 0; c < columns.Length; c++) columns[c].Add(fields[header.Used[c]], records);
        }

        if (classes.Count == 0)
            throw new MalformedInputException(document,
                leftOut == 0 ? "there is no row after the header" : $"a number is missing in every one of {leftOut} rows");
        var table = Table(columns, classes, document, options.Limits);
        return table with { RowsLeftOut = leftOut, NumbersPutIn = columns.Sum(column => column.PutIn) };
    }

    private static CsvTable Table(CsvValues[] columns, ClassNames classes, string document, ExampleLimits limits)
    {
        var facts = columns.Select(column => column.Finish()).ToArray();
        var width = facts.Sum(fact => fact.Categories?.Count ?? 1);
        var (labels, names) = classes.Finish();
        if ((long)width * labels.Length > limits.MaxValues)
            throw new MalformedInputException(document,
                $"{labels.Length} rows of {width} values are more than {limits.MaxValues} values");
        var features = new float[width * labels.Length];
        for (int c = 0, offset = 0; c < columns.Length; offset += facts[c].Categories?.Count ?? 1, c++)
        {
            limits.Stop.ThrowIfCancellationRequested();
            columns[c].Write(features.AsSpan(offset), width, facts[c]);
        }

        return new CsvTable(new ExampleSet(new Shapes.ExampleShape(width, 1, 1), features, labels), names, facts);
    }

    private static CsvValues[] Columns(string[] names, CsvOptions options, CsvRecords records)
    {
        if (options.Columns is { } known && !known.Select(column => column.Name).SequenceEqual(names, StringComparer.Ordinal))
            throw records.Malformed(
                $"the columns are {Excerpt.OfNames(names)}; expected are, in this order, "
                + $"{Excerpt.OfNames([.. known.Select(column => column.Name)])}");
        return [.. names.Select((name, i) => new CsvValues(name, options.Columns?[i],
            options.Columns is { } given ? given[i].Categories is not null : options.Categories.Contains(name), options))];
    }
}
