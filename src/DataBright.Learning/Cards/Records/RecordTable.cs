using System.Text;
using DataBright.Learning.Examples;
using DataBright.Learning.Files;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Cards.Records;

/// <summary>A picture of a record, decoded.</summary>
internal sealed record RecordPicture(ExampleShape Shape, float[] Values, string Place);

/// <summary>
/// The records of a card: a text or nothing for each of some fields, or the place of a picture. They become examples by the rules for
/// tables, texts and folders of pictures.
/// </summary>
public sealed class RecordTable
{
    private const long MaxText = 1 << 30;
    private readonly string _document;
    private readonly IReadOnlyList<RecordPicture> _pictures;

    internal RecordTable(string document, IReadOnlyList<CardColumnFacts> columns, IReadOnlyList<string?[]> rows,
        IReadOnlyList<RecordPicture> pictures) =>
        (_document, Columns, Rows, _pictures) = (document, columns, rows, pictures);

    /// <summary>The fields, in the order of the card.</summary>
    public IReadOnlyList<CardColumnFacts> Columns { get; }

    /// <summary>For each record the values of its fields.</summary>
    public IReadOnlyList<string?[]> Rows { get; }

    /// <summary>Those records of which one field has a value.</summary>
    public RecordTable Where(string column, string value)
    {
        var place = Place(column);
        string?[][] rows = [.. Rows.Where(row => row[place] == value)];
        if (rows.Length > 0) return new RecordTable(_document, Columns, rows, _pictures);
        var there = Excerpt.OfNames([.. Rows.Select(row => row[place] ?? "").Distinct(StringComparer.Ordinal)]);
        throw new MalformedInputException(_document, $"no record has '{Excerpt.Of(value)}' in '{column}'; there are {there}");
    }

    /// <summary>The records without some fields.</summary>
    public RecordTable Without(IReadOnlyCollection<string> left)
    {
        int[] kept = [.. Enumerable.Range(0, Columns.Count).Where(i => !left.Contains(Columns[i].Name))];
        return new RecordTable(_document, [.. kept.Select(i => Columns[i])],
            [.. Rows.Select(row => kept.Select(i => row[i]).ToArray())], _pictures);
    }

    /// <summary>The records with other texts in one field.</summary>
    public RecordTable With(string column, Func<string?, string?> text)
    {
        var place = Place(column);
        return new RecordTable(_document, Columns,
            [.. Rows.Select(row => row.Select((value, i) => i == place ? text(value) : value).ToArray())], _pictures);
    }

    /// <summary>As the table in CSV that spells them.</summary>
    /// <exception cref="MalformedInputException">A value is not what the options expect.</exception>
    public CsvTable AsTable(CsvOptions options)
    {
        using var spelled = new MemoryStream();
        using (var text = new StreamWriter(spelled, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" })
        {
            text.WriteLine(string.Join(',', Columns.Select(column => Quoted(column.Name))));
            foreach (var row in Rows)
            {
                text.WriteLine(string.Join(',', row.Select(value => value is null ? "" : Quoted(value))));
                if (spelled.Length > MaxText)
                    throw new MalformedInputException(_document,
                        $"more than {MaxText >> 20} MiB of numbers and texts; leave columns out with --ignore-column");
            }
        }

        spelled.Position = 0;
        return CsvFile.Parse(spelled, _document,
            options with { Separator = ',', HasHeader = true, HasCertainHeader = true, HasDecimalComma = false });
    }

    /// <summary>One field as texts of so many bytes, another as their labels.</summary>
    public LabelledExamples AsTexts(string column, string label, int length, IReadOnlyList<string>? classes)
    {
        var (place, cut) = (Place(column), 0);
        var (labels, names) = Labels(label, classes);
        if ((long)Rows.Count * length > InputFile.MaxValues)
            throw new MalformedInputException(_document, $"more than {InputFile.MaxValues} values");
        var features = new float[Rows.Count * length];
        for (var n = 0; n < Rows.Count; n++)
        {
            var text = Rows[n][place] ?? throw new MalformedInputException(_document, $"record {n + 1} has no '{column}'");
            if (Encoding.UTF8.GetByteCount(text) > length) cut++;
            TextFit.Read(text, length).CopyTo(features, n * length);
        }

        return new LabelledExamples(new ExampleSet(new ExampleShape(1, 1, length), features, labels), names) { TextsCut = cut };
    }

    /// <summary>One field as pictures, another as their labels.</summary>
    public LabelledExamples AsPictures(string column, string label, IReadOnlyList<string>? classes)
    {
        var place = Place(column);
        var (labels, names) = Labels(label, classes);
        RecordPicture[] pictures = [.. Rows.Select((row, n) => row[place] is { } at
            ? _pictures[int.Parse(at)] : throw new MalformedInputException(_document, $"record {n + 1} has no '{column}'"))];
        var first = pictures[0];
        if (Array.Find(pictures, picture => picture.Shape != first.Shape) is { } odd)
            throw PictureFolder.Unlike(odd.Place, odd.Shape, (first.Shape, first.Place));
        var features = new float[checked(pictures.Length * first.Values.Length)];
        for (var n = 0; n < pictures.Length; n++) pictures[n].Values.CopyTo(features, n * first.Values.Length);
        return new LabelledExamples(new ExampleSet(first.Shape, features, labels), names);
    }

    private (int[] Labels, IReadOnlyList<string> Names) Labels(string label, IReadOnlyList<string>? classes)
    {
        if (Rows.Count == 0) throw new MalformedInputException(_document, "there are no records");
        var (place, names) = (Place(label), new ClassNames(_document, classes));
        for (var n = 0; n < Rows.Count; n++) names.Add(Rows[n][place] ?? "", $"record {n + 1}");
        return names.Finish();
    }

    private int Place(string column) => Columns.ToList().FindIndex(one => one.Name == column) is var place and >= 0
        ? place : throw new MalformedInputException(_document,
            $"there is no field '{Excerpt.Of(column)}'; there are {Excerpt.OfNames([.. Columns.Select(one => one.Name)])}");

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>What a card says of a field.</summary>
/// <param name="Name">Its name, without the record set's before it.</param>
/// <param name="IsPicture">Whether it holds pictures.</param>
/// <param name="IsText">Whether the card calls its values texts.</param>
/// <param name="IsLabel">Whether the card calls it the label.</param>
/// <param name="IsSplit">Whether it says which part of the dataset a record belongs to.</param>
public sealed record CardColumnFacts(string Name, bool IsPicture, bool IsText, bool IsLabel, bool IsSplit);
