using System.CommandLine;
using System.Globalization;
using DataBright.Cli.Terminal;
using DataBright.Market.Datasets;

namespace DataBright.Cli.Datasets;

/// <summary>How files of points are to be understood: said once for all of a command's.</summary>
internal sealed class PointReading
{
    private readonly Option<PointClasses?> _classes = new("--classes")
    {
        Description = "The classes in the dataset's order, as names between commas, or how many there are where labels are numbers from 0",
        HelpName = "NAMES|N",
        CustomParser = Parsing.By(text => (PointClasses?)PointClasses.Parse(text)),
    };

    private readonly Option<string?> _label = new("--label-column") { Description = "The column of a table in which the labels are (default: the last)", HelpName = "NAME" };

    private readonly Option<int> _textBytes = new("--text-bytes")
    {
        Description = "Bytes of a text that count; longer ones are cut (default 64)",
        HelpName = "N",
        DefaultValueFactory = _ => 64,
        CustomParser = Parsing.By(text => Parsing.Whole(text, 1, 65_536)),
    };

    public IEnumerable<Option> All => [_classes, _label, _textBytes];

    public PointClasses? Classes(ParseResult arguments) => arguments.GetValue(_classes);

    public string? LabelColumn(ParseResult arguments) => arguments.GetValue(_label);

    public int TextBytes(ParseResult arguments) => arguments.GetValue(_textBytes);
}

/// <summary>What labels mean. Two people who leave it open may mean different things by the same number, so names are never guessed.</summary>
/// <param name="Names">In the order of their labels; null where labels are numbers.</param>
internal sealed record PointClasses(IReadOnlyList<string>? Names, int Count)
{
    public string InWords => Names is null ? Count.ToString(CultureInfo.InvariantCulture) : string.Join(", ", Names);

    public static PointClasses Parse(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return count is >= 1 and <= DataSchema.MostClasses ? new PointClasses(null, count) : throw new FormatException($"There are 1 to {DataSchema.MostClasses} classes, not {count}.");
        string[] names = [.. text.Split(',').Select(name => name.Trim())];
        return names.Length > 1 && names.All(name => name.Length > 0) && names.Distinct(StringComparer.Ordinal).Count() == names.Length
            ? new PointClasses(names, names.Length)
            : throw new FormatException($"'{text}' is neither a number of classes nor different names between commas, such as cat,dog");
    }

    /// <returns>−1 for what is no number.</returns>
    public static int NumberOf(string name) =>
        name.Length <= 5 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == name ? number : -1;

    public static string Unsaid(string name) => $"'{name}' is a label by name: say with --classes which classes there are, in the dataset's order, so that everybody means the same.";
}
