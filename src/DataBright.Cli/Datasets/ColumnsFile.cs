using System.Text.Json;
using System.Text.Json.Serialization;
using DataBright.Learning.Examples;
using DataBright.Storage;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>What was done to the columns of a dataset's tables, to be done to the tables of whoever proposes points.</summary>
internal sealed record ColumnsFile(string Format, IReadOnlyList<CsvColumn> Columns)
{
    private const string CurrentFormat = "databright.columns/1";
    private const int MaxBytes = 16 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        AllowDuplicateProperties = false,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static void Write(string path, IReadOnlyList<CsvColumn> columns) =>
        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(new ColumnsFile(CurrentFormat, columns), Json));

    /// <exception cref="Failure">The file is none.</exception>
    public static IReadOnlyList<CsvColumn> Read(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize<ColumnsFile>(GivenFile.ReadJson(path, MaxBytes, "a file of columns"), Json)
                ?? throw new JsonException("it says null");
            if (file.Format != CurrentFormat) throw new JsonException($"its format is '{file.Format}'");
            if (file.Columns.Any(column => column?.Name is null || !double.IsFinite(column.Mean) || !(column.Deviation > 0)
                || !double.IsFinite(column.Deviation) || column.Categories is { Count: 0 }))
                throw new JsonException("a column has no name, no categories or a deviation that is not positive");
            return file.Columns;
        }
        catch (JsonException wrong)
        {
            throw new Failure(ExitCode.BadInput,
                $"{path} is no file of columns: {LibraryWords.OfDocument(wrong)}. 'dataset create' writes such files with --columns.");
        }
    }
}
