using DataBright.Market.Datasets;

namespace DataBright.Node.Descriptions;

/// <summary>What the numbers of a dataset's points mean, as its founder said.</summary>
/// <param name="Classes">The names of the classes in the order of their labels; null where they are numbers.</param>
/// <param name="Columns">The columns of its tables; null where it has none.</param>
/// <param name="Picture">The form of its pictures; null where it has none.</param>
/// <param name="TextBytes">The bytes of a text that count; null where it has no texts.</param>
/// <param name="Scale">What its values are between.</param>
public sealed record DatasetMeaning(IReadOnlyList<string>? Classes, IReadOnlyList<SchemaColumn>? Columns, SchemaPicture? Picture,
    int? TextBytes, ValueScale Scale)
{
    internal static DatasetMeaning Of(DatasetSchema schema) =>
        new(schema.Classes, schema.Columns, schema.Picture, schema.Text?.Bytes, schema.Scale);
}
