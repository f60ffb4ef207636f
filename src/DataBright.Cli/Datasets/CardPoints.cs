using System.CommandLine;
using DataBright.Learning.Cards;
using DataBright.Learning.Cards.Records;
using DataBright.Market.Datasets;
using DataBright.Compute.Points;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>
/// Points from the records of a Croissant card: pictures with a label, texts with a label, or a table. Which of them follows from the
/// fields that are not left out; the card says what they are, and nothing is guessed from their values.
/// </summary>
internal sealed class CardPoints(PointReading reading, ParseResult arguments, string file, string? split, Action<string> note)
{
    private const int MaxBytes = CroissantCard.MaxLength;

    private TableOptions Tables => reading.Tables;

    /// <exception cref="Failure">The options do not go with the card.</exception>
    /// <exception cref="MalformedInputException">The card or one of its files is not what it should be, or files are missing.</exception>
    public async Task<Shard> ReadAsync(CancellationToken stop)
    {
        var card = CroissantCard.Parse(Utf8Text.Decode(GivenFile.ReadText(file, MaxBytes, "a Croissant card"), file), file);
        var records = CroissantRecords.Of(card, file, Folder());
        var set = records.Choose(reading.RecordSet(arguments));
        var columns = records.Columns(set);
        var (label, part, features) = Roles(columns);
        var kind = Kind(features);
        reading.CardHolds(arguments, kind, card.Facts);
        string[] used = [.. features.Select(column => column.Name), label, .. part is null ? [] : (string[])[part]];
        var table = await records.ReadAsync(set, [.. columns.Select(column => column.Name).Except(used)], Options(), stop);
        if (part is not null) table = table.Where(part, split!).Without([part]);
        if (await records.ClassesAsync(set, label, stop) is { Count: > 0 } listed) table = Named(table, label, listed);
        return kind switch
        {
            PointSource.Pictures => PointFiles.OfPictures(table.AsPictures(features[0].Name, label, Classes?.Names), Classes),
            PointSource.Texts => Texts(table, features[0].Name, label),
            _ =>
                PointFiles.OfTable(await reading.TableAsync(arguments,
                    how => Task.FromResult(table.AsTable(how with { Label = label, Ignore = [] })), note), Classes),
        };
    }

    private string Folder()
    {
        var folder = reading.Files(arguments) ?? Path.GetDirectoryName(Path.GetFullPath(file))!;
        return Directory.Exists(folder) ? folder : throw new Failure(ExitCode.BadInput, $"{folder}, which --files names, is no folder.");
    }

    private PointClasses? Classes => reading.Classes(arguments);

    private RecordOptions Options()
    {
        var pictures = reading.Pictures(arguments);
        return new RecordOptions { Decode = (content, place) => pictures.Bring(pictures.Decode(content, place)),
            Parquet = ParquetFields.ReadAsync };
    }

    /// <summary>The label, what says which part a record belongs to where a part is wanted, and the rest.</summary>
    private (string Label, string? Part, CardColumnFacts[] Features) Roles(IReadOnlyList<CardColumnFacts> columns)
    {
        string All() => SchemaCheck.Listed([.. columns.Select(column => column.Name)]);
        var (ignored, said) = (Tables.Ignored(arguments), Tables.Label(arguments));
        foreach (var name in ignored.Concat(arguments.GetResult("--categories") is null ? [] : Tables.Categories(arguments))
            .Concat(said is null ? [] : [said]))
            if (!columns.Any(column => column.Name == name))
                throw new Failure(ExitCode.BadInput, $"{file}: there is no field '{name}'; there are {All()}.");
        CardColumnFacts[] left = [.. columns.Where(column => !ignored.Contains(column.Name))];
        if (said is not null && ignored.Contains(said))
            throw new Failure(ExitCode.Usage, $"'{said}' is the label, and --ignore-column names it too.");
        var part = left.FirstOrDefault(column => column.IsSplit && column.Name != said)?.Name
            ?? (split is null ? null : left.FirstOrDefault(column => column.Name == "split" && column.Name != said)?.Name);
        if (split is not null && part is null)
            throw new Failure(ExitCode.BadInput, $"{file}: no field says which part a record belongs to; there are {All()}.");
        if (part is not null && split is null) note($"All parts of the dataset are taken, whatever '{part}' says; --split takes one.");
        CardColumnFacts[] rest = [.. left.Where(column => column.Name != part)];
        var label = said ?? rest.FirstOrDefault(column => column.IsLabel)?.Name ?? rest.LastOrDefault()?.Name;
        CardColumnFacts[] features = [.. rest.Where(column => column.Name != label)];
        if (label is null || features.Length == 0)
            throw new Failure(ExitCode.BadInput,
                $"{file}: a label and something to learn it from are expected; of the fields {All()} too few are left.");
        if (columns.First(column => column.Name == label).IsPicture)
            throw new Failure(ExitCode.BadInput,
                $"{file}: '{label}' holds pictures, and is no label: name the field of the labels with --label-column.");
        return (label, split is null ? null : part, features);
    }

    private PointSource Kind(CardColumnFacts[] features)
    {
        if (features.Any(column => column.IsPicture))
            return features.Length == 1 ? PointSource.Pictures : throw new Failure(
                ExitCode.BadInput,
                $"{file}: a point is a picture or a row, not both: leave some of "
                + $"{SchemaCheck.Listed([.. features.Select(column => column.Name)])} out with --ignore-column.");
        return features is [{ IsText: true } only] && !Tables.Categories(arguments).Contains(only.Name)
            ? PointSource.Texts : PointSource.Parquet;
    }

    /// <summary>
    /// Where the card lists the classes, their order is its own, and labels that are their numbers or signs get their names.
    /// </summary>
    private RecordTable Named(RecordTable table, string label, IReadOnlyList<(string Value, string Name)> listed)
    {
        string[] names = [.. listed.Select(one => one.Name)];
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Length
            || listed.Select(one => one.Value).Distinct(StringComparer.Ordinal).Count() != names.Length) return table;
        var byValue = listed.ToDictionary(one => one.Value, one => one.Name, StringComparer.Ordinal);
        if (Classes is null && reading.Listed(names, note) is null) return table;
        return Classes?.Names is null ? table : table.With(label, value => value is null ? null : byValue.GetValueOrDefault(value, value));
    }

    private Shard Texts(RecordTable table, string column, string label)
    {
        var texts = table.AsTexts(column, label, reading.TextBytes(arguments), Classes?.Names);
        if (texts.TextsCut > 0)
            note(
                $"{texts.TextsCut} of {texts.Examples.Count} texts are longer than {reading.TextBytes(arguments)} bytes and are cut there; "
                + "--text-bytes says another length.");
        return PointFiles.OfLines(texts, Classes);
    }
}
