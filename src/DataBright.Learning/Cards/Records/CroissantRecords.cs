using DataBright.Learning.Examples;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Cards.Records;

/// <summary>Reads columns of a table in Parquet: for each row the value at each path, a text, bytes or null.</summary>
public delegate IAsyncEnumerable<object?[]> ParquetColumns(Stream table, string document, IReadOnlyList<IReadOnlyList<string>> columns,
    CancellationToken stop);

/// <summary>How the records of a card are read.</summary>
public sealed record RecordOptions
{
    /// <summary>Decodes a picture, and brings it to the form that is wanted; the second argument is what errors call it.</summary>
    public Func<byte[], string, (ExampleShape Shape, float[] Values)> Decode { get; init; } =
        (content, document) => new PictureOptions().Bring(PngImage.Parse(content, document));

    /// <summary>Reads Parquet; without it such tables are refused.</summary>
    public ParquetColumns? Parquet { get; init; }

    /// <summary>Bytes of a table in Parquet that lies in an archive, which is held in memory.</summary>
    public int MaxPackedTable { get; init; } = 1 << 30;
}

/// <summary>
/// The records of a dataset that a Croissant card describes, of files that are on this machine: tables in CSV, JSON, JSON Lines and
/// Parquet, lines and pictures of sets of files, in folders or archives, records in the card itself, brought together by references.
/// Nothing is fetched.
/// </summary>
public sealed class CroissantRecords
{
    private readonly CardPlan _plan;
    private readonly string _document;
    private readonly string _folder;

    private CroissantRecords(CroissantCard card, string document, string folder) =>
        (_plan, _document, _folder) = (CardPlan.Of(card.Document), document, folder);

    /// <param name="card">The card.</param>
    /// <param name="document">What errors call it.</param>
    /// <param name="folder">Where its files are.</param>
    public static CroissantRecords Of(CroissantCard card, string document, string folder) => new(card, document, folder);

    /// <summary>The record set that is meant.</summary>
    /// <param name="name">Its id or name; where it is null there may be only one that no other refers to.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="MalformedInputException">There is none such, or more than one.</exception>
    public string Choose(string? name)
    {
        if (_plan.RecordSets.Count == 0)
            throw new MalformedInputException(_document,
                "the card has no record set, so it does not say what a point is: read its files as what they are");
        var ids = Excerpt.OfNames([.. _plan.RecordSets.Select(set => set.Id)]);
        if (name is not null) return Find(name)?.Id
            ?? throw new MalformedInputException(_document, $"there is no record set '{Excerpt.Of(name)}'; there are {ids}");
        var referred = _plan.RecordSets.SelectMany(set => set.Fields).SelectMany(field => new[] { field.References, field.Source })
            .Where(reference => reference is { IsField: true }).Select(reference => _plan.FindField(reference!.Of)?.Set.Id).ToHashSet();
        RecordSetPlan[] own = [.. _plan.RecordSets
            .Where(set => !referred.Contains(set.Id) && !set.Types.Contains("Split") && !set.Types.Contains("Enumeration"))];
        return own.Length == 1 ? own[0].Id
            : throw new MalformedInputException(_document, $"say with --record-set which of its record sets the points are: {ids}");
    }

    /// <summary>The fields of a record set.</summary>
    public IReadOnlyList<CardColumnFacts> Columns(string recordSet)
    {
        var fields = Set(recordSet).Fields;
        if (fields.Count == 0) throw new MalformedInputException(_document, $"record set '{recordSet}' has no fields");
        if (fields.GroupBy(field => field.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new MalformedInputException(_document,
                $"record set '{recordSet}' has two fields that are called '{Excerpt.Of(twice.Key)}'");
        return [.. fields.Select(Facts)];
    }

    /// <summary>Reads the records.</summary>
    /// <param name="recordSet">The record set's id.</param>
    /// <param name="left">Fields that are left out; nothing of them is read.</param>
    /// <param name="options">How.</param>
    /// <param name="stop">Cancels between files and rows.</param>
    /// <exception cref="MalformedInputException">Files are missing or not what the card says, or the card asks for what is not done
    /// here.</exception>
    public async Task<RecordTable> ReadAsync(string recordSet, IReadOnlyCollection<string> left, RecordOptions options,
        CancellationToken stop)
    {
        FieldPlan[] fields = [.. Set(recordSet).Fields.Where(field => !left.Contains(field.Name))];
        var files = new CardFiles(_plan, _document, _folder, stop);
        var reader = new RecordReader(_plan, files, options, _document, stop);
        files.Require(Sources(reader, Set(recordSet), fields, 0).Distinct());
        var rows = await reader.ReadAsync(Set(recordSet), fields);
        return rows.Count > 0 ? new RecordTable(_document, [.. fields.Select(Facts)], rows, reader.Pictures)
            : throw new MalformedInputException(_document, $"record set '{recordSet}' has no records");
    }

    /// <summary>
    /// The classes that the card lists for a field: the values of the field it refers to, in their order, and their names where they are
    /// numbers or signs that have some. Null where it refers to none.
    /// </summary>
    public async Task<IReadOnlyList<(string Value, string Name)>?> ClassesAsync(string recordSet, string column, CancellationToken stop)
    {
        if (Set(recordSet).Fields.FirstOrDefault(field => field.Name == column)?.References is not { IsField: true } reference) return null;
        if (_plan.FindField(reference.Of) is not var (set, key) || set.Id == recordSet) return null;
        var names =
            set.Fields.FirstOrDefault(field => field.Id != key.Id && (field.Types.Contains("name") || field.Name is "name" or "label"));
        FieldPlan[] fields = names is null ? [key] : [key, names];
        var files = new CardFiles(_plan, _document, _folder, stop);
        var rows = await new RecordReader(_plan, files, new RecordOptions(), _document, stop).ReadAsync(set, fields);
        return [.. rows.Where(row => row[0] is not null).Select(row => (row[0]!, row[^1] ?? row[0]!))];
    }

    private CardColumnFacts Facts(FieldPlan field)
    {
        var referred = field.References is { IsField: true } reference ? _plan.FindField(reference.Of)?.Set : null;
        return new CardColumnFacts(
            field.Name, field.IsPicture, field.Types.Contains("Text"), field.Types.Contains("Label"),
            field.Types.Contains("Split") || referred?.Types.Contains("Split") == true);
    }

    /// <summary>All files that some fields need, so that all that are missing are named at once.</summary>
    private IEnumerable<string> Sources(RecordReader reader, RecordSetPlan set, IReadOnlyList<FieldPlan> fields, int depth)
    {
        if (set.Data is not null || depth > 8 || fields.Any(field => field.Source is null)) return [];
        var main = reader.Main(set, [.. fields.Select(reader.SourceOf).Distinct(StringComparer.Ordinal)]);
        return fields.SelectMany(field => field.Source is { IsField: true } source && _plan.FindField(source.Of) is var (other, taken)
            ? Sources(reader, other, [taken], depth + 1) : [field.Source!.Of]).Concat(main[0] == '*' ? [] : [main]);
    }

    private RecordSetPlan Set(string id) =>
        Find(id) ?? throw new MalformedInputException(_document, $"there is no record set '{Excerpt.Of(id)}'");

    private RecordSetPlan? Find(string name) =>
        _plan.RecordSets.FirstOrDefault(set => set.Id == name) ?? _plan.RecordSets.FirstOrDefault(set => set.Name == name);
}
