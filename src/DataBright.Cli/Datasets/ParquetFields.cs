using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;

namespace DataBright.Cli.Datasets;

/// <summary>
/// Columns of a table in Parquet for the records of a card: texts, bytes, and what lies inside of records, such as the bytes of a picture.
/// </summary>
internal static class ParquetFields
{
    private const long MaxFields = 1 << 28;

    /// <inheritdoc cref="DataBright.Learning.Cards.Records.ParquetColumns"/>
    /// <exception cref="MalformedInputException">The table is damaged, has no such column, or one of lists.</exception>
    public static async IAsyncEnumerable<object?[]> ReadAsync(Stream table, string document, IReadOnlyList<IReadOnlyList<string>> columns,
        [EnumeratorCancellation] CancellationToken stop)
    {
        await using var reader = await GuardAsync(document,
            () => ParquetReader.CreateAsync(table, leaveStreamOpen: true, cancellationToken: stop));
        DataField[] fields = [.. columns.Select(column => Find(reader.Schema, column, document))];
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            using var rows = reader.OpenRowGroupReader(group);
            if (rows.RowCount * (Int128)fields.Length > MaxFields)
                throw new MalformedInputException(document, $"more than {MaxFields} fields in a group of rows");
            var read = new object?[fields.Length][];
            for (var i = 0; i < fields.Length; i++)
                read[i] = await GuardAsync(document, () => ColumnAsync(rows, fields[i], document, stop));
            for (var row = 0; row < rows.RowCount; row++) yield return [.. read.Select(column => column[row])];
        }
    }

    private static async Task<object?[]> ColumnAsync(ParquetRowGroupReader rows, DataField field, string document, CancellationToken stop)
    {
        var count = (int)rows.RowCount;
        if (!IsBytes(field)) return await ParquetValues.ReadAsync(rows, field, count, document, stop);
        var values = new byte[]?[count];
        await rows.ReadAsync(field, values.AsMemory()!, cancellationToken: stop);
        return values;
    }

    /// <summary>A column by its name, or what lies inside of it; a column that is no record is itself what would lie in it.</summary>
    private static DataField Find(ParquetSchema schema, IReadOnlyList<string> path, string document)
    {
        var fields = schema.GetDataFields();
        var found = fields.FirstOrDefault(field => field.Path.ToList().SequenceEqual(path))
            ?? fields.FirstOrDefault(field => field.Path.ToList() is [var only] && only == path[0] && (path.Count == 1 || IsBytes(field)));
        var name = string.Join('.', path);
        if (found is null && schema.Fields.FirstOrDefault(field => field.Name == path[0]) is { } column)
            throw new MalformedInputException(document, column is DataField && path.Count > 1
                ? $"the card looks for '{name}', and column '{path[0]}' holds no records; leave it out with --ignore-column"
                : $"column '{name}' holds lists or records; leave it out with --ignore-column");
        if (found is null)
            throw new MalformedInputException(document,
                $"there is no column '{name}'; there are {SchemaCheck.Listed([.. schema.Fields.Select(field => field.Name)])}");
        return found.IsArray || found.MaxRepetitionLevel > 0
            ? throw new MalformedInputException(document, $"column '{name}' holds lists; leave it out with --ignore-column") : found;
    }

    private static bool IsBytes(DataField field) => field.ClrType == typeof(byte[]) || field.ClrType == typeof(ReadOnlyMemory<byte>);

    private static async Task<T> GuardAsync<T>(string document, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception fault)
            when (fault is not (MalformedInputException or OperationCanceledException or OutOfMemoryException or StackOverflowException))
        {
            throw new MalformedInputException(document,
                $"not a Parquet file, or a damaged one: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }
    }
}
