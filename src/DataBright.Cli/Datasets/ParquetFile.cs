using System.Text;
using DataBright.Learning.Archives;
using DataBright.Learning.Examples;
using DataBright.Learning.Files;
using DataBright.Terminal;
using Parquet;
using Parquet.Schema;

namespace DataBright.Cli.Datasets;

/// <summary>
/// Tables in Parquet, read as the CSV that spells them: the same rules for labels, categories and missing numbers, and the same points from
/// both. Numbers are spelled so that they are read back to the bit.
/// </summary>
internal static class ParquetFile
{
    private const long MaxFields = 1 << 28;

    /// <summary>Of a table as it is spelled, which is held in memory.</summary>
    private const long MaxSpelled = 1 << 30;

    /// <exception cref="MalformedInputException">It is none, or a column holds neither numbers nor texts.</exception>
    /// <exception cref="Failure">The file cannot be read.</exception>
    public static async Task<CsvTable> ReadAsync(string path, CsvOptions options, CancellationToken stop)
    {
        await using var file = OpenOnly(path);
        using var spelled = new MemoryStream();
        try
        {
            await SpellAsync(file, spelled, path, options, stop);
        }
        catch (Exception fault)
            when (fault is not (MalformedInputException or OperationCanceledException or OutOfMemoryException or StackOverflowException))
        {
            file.Position = 0;
            var head = new byte[FileKind.HeadLength];
            var length = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, stop);
            var other = head.AsSpan().StartsWith("PAR1"u8) ? null : FileKind.Describe(head.AsSpan(0, length));
            throw new MalformedInputException(path,
                other ?? $"not a Parquet file, or a damaged one: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }

        spelled.Position = 0;
        return CsvFile.Parse(spelled, path,
            options with { Separator = ',', HasHeader = true, HasCertainHeader = true, HasDecimalComma = false });
    }

    /// <summary>A table that lies alone in an archive is held in memory: it is read from its end.</summary>
    private static Stream OpenOnly(string path)
    {
        var file = GivenFile.Open(path);
        if (!Archive.IsOne(file)) return file;
        file.Dispose();
        return new MemoryStream(Archive.ReadOnly(path, (int)MaxSpelled));
    }

    private static async Task SpellAsync(Stream file, Stream spelled, string path, CsvOptions options, CancellationToken stop)
    {
        await using var reader = await ParquetReader.CreateAsync(file, leaveStreamOpen: true, cancellationToken: stop);
        if (reader.Schema.Fields.FirstOrDefault(field => field is not DataField && !options.Ignore.Contains(field.Name)) is { } nested)
            throw new MalformedInputException(path, $"column '{nested.Name}' holds lists or records; leave it out with --ignore-column");
        // A column that is left out keeps its place, so that the last one is the last one.
        DataField?[] fields = [.. reader.Schema.Fields.Select(field => options.Ignore.Contains(field.Name) ? null : (DataField)field)];
        var read = fields.Count(field => field is not null);
        if (Rows(reader) * (Int128)read > MaxFields)
            throw new MalformedInputException(path,
                $"more than {MaxFields} fields; divide the table, or leave columns out with --ignore-column");
        await using var text = new StreamWriter(spelled, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        await text.WriteLineAsync(string.Join(',', reader.Schema.Fields.Select(field => Quoted(field.Name))));
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            using var rows = reader.OpenRowGroupReader(group);
            var columns = new List<string[]?>();
            foreach (var field in fields)
                columns.Add(field is null ? null : await ColumnAsync(rows, field, (int)rows.RowCount, path, stop));
            for (var row = 0; row < rows.RowCount; row++)
            {
                stop.ThrowIfCancellationRequested();
                await text.WriteLineAsync(string.Join(',', columns.Select(column => column?[row])));
                if (spelled.Length > MaxSpelled)
                    throw new MalformedInputException(path,
                        $"more than {MaxSpelled >> 20} MiB of numbers and texts; divide the table, or leave columns out with "
                        + "--ignore-column");
            }
        }
    }

    private static long Rows(ParquetReader reader)
    {
        var rows = 0L;
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            using var one = reader.OpenRowGroupReader(group);
            rows = checked(rows + one.RowCount);
        }

        return rows;
    }

    /// <summary>Texts stand in quotes, so that what is in them is no separator.</summary>
    private static async Task<string[]> ColumnAsync(ParquetRowGroupReader rows, DataField field, int count, string path,
        CancellationToken stop)
    {
        var texts = await ParquetValues.ReadAsync(rows, field, count, path, stop);
        return [.. texts.Select(text => text is null ? "" : ParquetValues.IsText(field) ? Quoted(text) : text)];
    }

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
