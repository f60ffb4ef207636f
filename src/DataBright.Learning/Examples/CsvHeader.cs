namespace DataBright.Learning.Examples;

/// <summary>The columns of a table by name, which of them is the label and which are features.</summary>
/// <param name="Names">In the order of the file. A column without a name is called by its place, #1 for the first.</param>
/// <param name="Label">The place of the label.</param>
/// <param name="Used">The places of the features.</param>
internal sealed record CsvHeader(string[] Names, int Label, int[] Used)
{
    /// <summary>Takes the first line for names, or where there are none counts the columns.</summary>
    public static CsvHeader Of(IReadOnlyList<string> line, CsvOptions options, CsvRecords records)
    {
        string[] names = [.. options.HasHeader
            ? line.Select((name, i) => name.Trim().Length == 0 ? $"#{i + 1}" : name) : line.Select((_, i) => $"{i}")];
        if (names.Length < 2)
            throw records.Malformed(
                $"{(options.HasHeader ? "a header" : "a row")} of one column; features and a label are "
                + $"expected{Separated(line[0], options.Separator)}");
        RequireOnce(names, records);
        if (options.Categories.Concat(options.Ignore).Append(options.Label ?? names[0])
            .FirstOrDefault(name => !names.Contains(name)) is { } missing)
            throw records.Malformed($"there is no column '{missing}'; there are {Excerpt.OfNames(names)}");
        var label = options.Label is null ? names.Length - 1 : Array.IndexOf(names, options.Label);
        if (options.Ignore.Contains(names[label]) || options.Categories.Contains(names[label]))
            throw records.Malformed($"column '{names[label]}' is the label, and --ignore-column or --categories names it too");
        if (options.Ignore.FirstOrDefault(options.Categories.Contains) is { } both)
            throw records.Malformed($"column '{both}' is left out by --ignore-column, and --categories names it too");
        int[] used = [.. Enumerable.Range(0, names.Length).Where(i => i != label && !options.Ignore.Contains(names[i]))];
        if (used.Length == 0) throw records.Malformed("every column but the label is left out");
        if (options.HasHeader) RequireNames(line, label, used, options, records);
        return new CsvHeader(names, label, used);
    }

    /// <summary>Names that a person takes for one and the same are not two columns.</summary>
    private static void RequireOnce(string[] names, CsvRecords records)
    {
        if (names.GroupBy(name => name.Trim(), StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw records.Malformed($"column '{Excerpt.Of(twice.Key)}' is there twice");
    }

    /// <summary>A point that is taken for the header is lost, and nobody sees it.</summary>
    private static void RequireNames(IReadOnlyList<string> line, int label, int[] used, CsvOptions options, CsvRecords records)
    {
        if (used.Append(label).Order().FirstOrDefault(i => string.IsNullOrWhiteSpace(line[i]), -1) is var unnamed and >= 0)
            throw records.Malformed(
                $"column {unnamed + 1} has no name: name "
                + $"it{(unnamed == label ? "" : $", or leave it out with --ignore-column '#{unnamed + 1}'")}");
        if (options.HasCertainHeader) return;
        int[] numbers = [.. used.Where(i => !options.Categories.Contains(line[i]))];
        if (!numbers.Any(i => CsvValues.IsNumber(line[i], options.HasDecimalComma))) return;
        if (!numbers.All(i => CsvValues.IsNumber(line[i], options.HasDecimalComma) || CsvValues.StandsForNone(line[i]))) return;
        // Who names the label's column by a word has seen the header.
        if (options.Label is not null && !CsvValues.IsNumber(line[label], options.HasDecimalComma)) return;
        throw records.Malformed(
            "numbers only, which looks like a point; a header is expected: say --no-header where there is none, or name the column of the "
            + "labels with --label-column where these are names");
    }

    private static string Separated(string line, char separator)
    {
        var other = new[] { ',', ';', '\t', '|' }.Where(sign => sign != separator).MaxBy(sign => line.Count(c => c == sign));
        if (!line.Contains(other)) return "";
        return $"; fields look separated by {(other == '\t' ? "tabs: say --separator tab" : $"'{other}': say --separator '{other}'")}";
    }
}
