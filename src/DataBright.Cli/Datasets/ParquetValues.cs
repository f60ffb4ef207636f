using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace DataBright.Cli.Datasets;

/// <summary>The values of columns in Parquet as texts.</summary>
internal static class ParquetValues
{
    public static bool IsText(DataField field) => field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>);

        /// <summary>
        /// A column of a row group; null where a value is missing. Numbers are spelled so that they are read back to the bit.
        /// </summary>
    public static Task<string?[]> ReadAsync(ParquetRowGroupReader rows, DataField field, int count, string path, CancellationToken stop) =>
        field.ClrType switch
    {
        var type when field.IsArray || field.MaxRepetitionLevel > 0 =>
            throw new MalformedInputException(path, $"column '{field.Name}' holds lists; leave it out with --ignore-column"),
        var type when type == typeof(float) => SpellAsync<float>(rows, field, count, stop),
        var type when type == typeof(double) => SpellAsync<double>(rows, field, count, stop),
        var type when type == typeof(sbyte) => SpellAsync<sbyte>(rows, field, count, stop),
        var type when type == typeof(byte) => SpellAsync<byte>(rows, field, count, stop),
        var type when type == typeof(short) => SpellAsync<short>(rows, field, count, stop),
        var type when type == typeof(ushort) => SpellAsync<ushort>(rows, field, count, stop),
        var type when type == typeof(int) => SpellAsync<int>(rows, field, count, stop),
        var type when type == typeof(uint) => SpellAsync<uint>(rows, field, count, stop),
        var type when type == typeof(long) => SpellAsync<long>(rows, field, count, stop),
        var type when type == typeof(ulong) => SpellAsync<ulong>(rows, field, count, stop),
        var type when type == typeof(bool) => TruthsAsync(rows, field, count, stop),
        var type when type == typeof(decimal) => SpellAsync<decimal>(rows, field, count, stop),
        _ when IsText(field) => TextsAsync(rows, field, count, stop),
        var type => throw new MalformedInputException(path,
            $"column '{field.Name}' holds values of {type.Name}, neither numbers nor texts; leave it out with --ignore-column"),
    };

    private static async Task<string?[]> SpellAsync<T>(ParquetRowGroupReader rows, DataField field, int count, CancellationToken stop)
        where T : struct, IFormattable
    {
        if (!field.IsNullable)
        {
            var all = new T[count];
            await rows.ReadAsync<T>(field, all.AsMemory(), cancellationToken: stop);
            return [.. all.Select(value => Spelled(value))];
        }

        var values = new T?[count];
        await rows.ReadAsync<T>(field, values.AsMemory(), cancellationToken: stop);
        return [.. values.Select(value => value is { } one ? Spelled(one) : null)];
    }

    private static async Task<string?[]> TruthsAsync(ParquetRowGroupReader rows, DataField field, int count, CancellationToken stop)
    {
        if (!field.IsNullable)
        {
            var all = new bool[count];
            await rows.ReadAsync<bool>(field, all.AsMemory(), cancellationToken: stop);
            return [.. all.Select(value => value ? "1" : "0")];
        }

        var values = new bool?[count];
        await rows.ReadAsync<bool>(field, values.AsMemory(), cancellationToken: stop);
        return [.. values.Select(value => value switch { true => "1", false => "0", null => null })];
    }

    private static async Task<string?[]> TextsAsync(ParquetRowGroupReader rows, DataField field, int count, CancellationToken stop)
    {
        var values = new string?[count];
        await rows.ReadAsync(field, values.AsMemory()!, cancellationToken: stop);
        return values;
    }

    private static string Spelled(IFormattable value) =>
        value is float or double ? value.ToString("R", CultureInfo.InvariantCulture) : value.ToString(null, CultureInfo.InvariantCulture);
}
