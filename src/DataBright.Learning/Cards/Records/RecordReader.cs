using System.Text.Json.Nodes;
using DataBright.Learning.Files;

namespace DataBright.Learning.Cards.Records;

/// <summary>Makes the records of a card: reads its files, and brings together what references say belongs together.</summary>
internal sealed class RecordReader(CardPlan plan, CardFiles files, RecordOptions options, string document, CancellationToken stop)
{
    private const int MaxDepth = 8;
    private readonly List<RecordPicture> _pictures = [];
    private long _size;

    public IReadOnlyList<RecordPicture> Pictures => _pictures;

    /// <summary>The values of some fields of a record set, in its order.</summary>
    public async Task<List<string?[]>> ReadAsync(RecordSetPlan set, IReadOnlyList<FieldPlan> fields, int depth = 0)
    {
        if (depth > MaxDepth) throw new MalformedInputException(document, "its record sets refer to each other in a circle");
        if (set.Data is { } data) return Inline(set, data, fields);
        if (fields.FirstOrDefault(field => field.Source is null) is { } lost)
            throw new MalformedInputException(document,
                $"field '{lost.Name}': the card does not say where its values come from; leave it out with --ignore-column");
        string[] sources = [.. fields.Select(field => SourceOf(field)).Distinct(StringComparer.Ordinal)];
        var main = Main(set, sources);
        return main == sources[0] && sources.Length == 1
            ? await FromAsync(main, fields, depth) : await JoinedAsync(set, fields, main, sources, depth);
    }

    /// <summary>
    /// The source whose records are those of the set: the one that refers to all others. Which fields are left out does not change which
    /// records there are.
    /// </summary>
    public string Main(RecordSetPlan set, IReadOnlyList<string> used)
    {
        string[] all =
            [.. set.Fields.Where(field => field.Source is { } source && (!source.IsField || plan.FindField(source.Of) is not null))
                .Select(SourceOf).Distinct(StringComparer.Ordinal)];
        return Leading(set, all) ?? Leading(set, used) ?? throw new MalformedInputException(
            document,
            $"record set '{set.Id}': its fields come from {Excerpt.OfNames([.. used.Select(source => source.TrimStart('*'))])}, and "
            + "nothing says which of their records belong together; leave some out with --ignore-column");
    }

    private string? Leading(RecordSetPlan set, IReadOnlyList<string> sources)
    {
        var joins = Joins(set, sources);
        return sources.FirstOrDefault(
            source => sources.All(other => other == source || joins.Any(join => join.From == source && join.To == other)));
    }

    /// <summary>A field's file or set of files; for one that takes over another's values that one's record set, marked by a star.</summary>
    public string SourceOf(FieldPlan field) => field.Source!.IsField ? $"*{Referred(field.Source).Set.Id}" : field.Source.Of;

    private (RecordSetPlan Set, FieldPlan Field) Referred(SourcePlan reference) =>
        plan.FindField(reference.Of) ?? throw new MalformedInputException(document, $"'{reference.Of}' is no field of a record set");

    private async Task<List<string?[]>> FromAsync(string source, IReadOnlyList<FieldPlan> fields, int depth)
    {
        if (source[0] != '*') return await FromFilesAsync(source, fields);
        var taken = fields.Select(field => Referred(field.Source!)).ToArray();
        return await ReadAsync(taken[0].Set, [.. taken.Select(one => one.Field)], depth + 1);
    }

    private async Task<List<string?[]>> FromFilesAsync(string source, IReadOnlyList<FieldPlan> fields)
    {
        files.Require([source]);
        SourcePlan[] asked = [.. fields.Select(field => field.Source!)];
        FieldValue[] values = [.. fields.Select(field => new FieldValue(field, document))];
        var (read, encoding) = (new List<(string Path, string?[] Row)>(), files.Encoding(source));
        await files.VisitAsync(source, async content =>
        {
            void Take(object?[] row) =>
                read.Add((content.FullPath, [.. row.Select((raw, i) => Value(fields[i], values[i], raw, content))]));
            if (FileRows.IsParquet(content, encoding) && asked.Any(one => one.Column is not null))
                await ParquetAsync(content, fields, asked, values, Take);
            else FileRows.Read(content, encoding, asked, Take);
        });
        // An archive has its files in any order; the sort keeps that of the rows of each.
        return [.. read.OrderBy(row => row.Path, StringComparer.Ordinal).Select(row => row.Row)];
    }

    /// <summary>A part of a column of records, such as the bytes of a picture, is a column by itself.</summary>
    private async Task ParquetAsync(CardContent content, IReadOnlyList<FieldPlan> fields, SourcePlan[] asked, FieldValue[] values,
        Action<object?[]> take)
    {
        if (options.Parquet is not { } parquet)
            throw new MalformedInputException(content.Place, "a table in Parquet, which is not read here");
        int[] columns = [.. Enumerable.Range(0, asked.Length).Where(i => asked[i].Column is not null)];
        IReadOnlyList<string>[] paths = [.. columns.Select(i => (IReadOnlyList<string>)[asked[i].Column!, .. Inner(asked[i])])];
        // What is found inside of the column is found by its reader.
        foreach (var i in columns)
            if (Inner(asked[i]).Length > 0)
                values[i] = new FieldValue(fields[i] with { Source = asked[i] with { Transforms = [] } }, document);
        await using var table = content.Local is { } local
            ? InputFile.Open(local) : (Stream)new MemoryStream(content.Bytes(options.MaxPackedTable));
        await foreach (var row in parquet(table, content.Place, paths, stop))
            take([.. asked.Select((source,
                i) => Array.IndexOf(columns, i) is var at and >= 0 ? row[at] : FileRows.Property(source, content))]);
    }

    private static string[] Inner(SourcePlan source) =>
        source.Transforms is [{ Count: 1 } only] && CroissantReader.Said(only["jsonPath"]) is { } path
            && path.All(c => char.IsLetterOrDigit(c) || c is '_' or '.') && !path.StartsWith('.') ? path.Split('.') : [];

    private string? Value(FieldPlan field, FieldValue value, object? raw, CardContent content)
    {
        if (field.IsPicture)
        {
            if (raw is null) return null;
            var (shape, samples) = options.Decode(raw as byte[] ?? throw value.Fault("the card calls it a picture, and it holds texts"),
                content.Place);
            Count(samples.Length);
            _pictures.Add(new RecordPicture(shape, samples, content.Place));
            return $"{_pictures.Count - 1}";
        }

        var text = value.Of(raw as string ?? (raw is byte[] bytes ? Utf8Text.Decode(bytes, content.Place) : null));
        Count(PartCost + (text?.Length ?? 0) / 2);
        return text;
    }

    /// <summary>What a text takes beside its letters, in numbers of four bytes.</summary>
    private const int PartCost = 16;

    private void Count(int size)
    {
        stop.ThrowIfCancellationRequested();
        if ((_size += size) > InputFile.MaxValues)
            throw new MalformedInputException(document,
                $"its records have more than {InputFile.MaxValues} values; leave some fields out with --ignore-column");
    }

    /// <summary>Records that lie in the card have their fields under their ids, or their names.</summary>
    private List<string?[]> Inline(RecordSetPlan set, JsonArray data, IReadOnlyList<FieldPlan> fields)
    {
        var values = fields.Select(field => new FieldValue(field with { Source = null }, document)).ToArray();
        return [.. data.Select((node, n) => node is JsonObject record
            ? fields.Select((field, i) => values[i].Of(FieldValue.Text(record[field.Id] ?? record[field.Name]))).ToArray()
            : throw new MalformedInputException(document, $"record set '{set.Id}': record {n + 1} of its data is no object"))];
    }

    /// <summary>
    /// The records of the source that refers to the others, each with what the others have for it; where they have nothing, nothing.
    /// </summary>
    private async Task<List<string?[]>> JoinedAsync(RecordSetPlan set, IReadOnlyList<FieldPlan> fields, string main,
        string[] sources, int depth)
    {
        var joins = Joins(set, [main, .. sources]);
        var used = sources.Where(source => source != main)
            .Select(source => joins.First(join => join.From == main && join.To == source)).ToArray();
        FieldPlan[] own = [.. fields.Where(field => SourceOf(field) == main), .. used.Select(join => join.Field)];
        var rows = await FromAsync(main, own, depth);
        var joined = new List<string?[]>(rows.Select(_ => new string?[fields.Count]));
        for (int i = 0, at = 0; i < fields.Count; i++)
            if (SourceOf(fields[i]) == main)
            {
                for (var n = 0; n < rows.Count; n++) joined[n][i] = rows[n][at];
                at++;
            }

        for (var j = 0; j < used.Length; j++)
        {
            int[] places = [.. Enumerable.Range(0, fields.Count).Where(i => SourceOf(fields[i]) == used[j].To)];
            var others = await KeyedAsync(used[j], [.. places.Select(i => fields[i])], depth);
            var key = own.Length - used.Length + j;
            for (var n = 0; n < rows.Count; n++)
                if (rows[n][key] is { } text && others.TryGetValue(text, out var found))
                    for (var p = 0; p < places.Length; p++) joined[n][places[p]] = found[p];
        }

        return joined;
    }

    /// <summary>Which field brings the records of which two sources together, and by which of the other's.</summary>
    private List<(string From, string To, FieldPlan Field, FieldPlan Key)> Joins(RecordSetPlan set, IReadOnlyList<string> sources)
    {
        var joins = new List<(string, string, FieldPlan, FieldPlan)>();
        foreach (var field in set.Fields)
        {
            if (field.Source is null || field.References is not { } reference) continue;
            var plain = field with { References = null };
            if (!reference.IsField)
                joins.Add((SourceOf(field), reference.Of, plain, new FieldPlan(field.Id, field.Name, ["Text"], false, reference, null)));
            else if (plan.FindField(reference.Of) is { } other)
            {
                joins.Add((SourceOf(field), $"*{other.Set.Id}", plain, other.Field));
                if (other.Field.Source is { IsField: false } source) joins.Add((SourceOf(field), source.Of, plain, other.Field));
            }
        }

        return [.. joins.Where(join => sources.Contains(join.Item1) && sources.Contains(join.Item2) && join.Item1 != join.Item2)];
    }

    private async Task<Dictionary<string, string?[]>> KeyedAsync((string From, string To, FieldPlan Field, FieldPlan Key) join,
        FieldPlan[] fields, int depth)
    {
        List<string?[]> rows;
        if (join.To[0] != '*') rows = await FromFilesAsync(join.To, [join.Key, .. fields]);
        else
        {
            var set = plan.FindField(join.Key.Id)!.Value.Set;
            rows = await ReadAsync(set, [join.Key, .. fields.Select(field => Referred(field.Source!).Field)], depth + 1);
        }

        var keyed = new Dictionary<string, string?[]>(StringComparer.Ordinal);
        foreach (var row in rows)
            if (row[0] is { } key && !keyed.TryAdd(key, row[1..]))
                throw new MalformedInputException(document,
                    $"'{Excerpt.Of(key)}' is there more than once in {join.To.TrimStart('*')}, by which '{join.Field.Name}' finds its "
                    + "other fields; leave those out with --ignore-column");
        return keyed;
    }
}
