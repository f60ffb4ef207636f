using System.Globalization;
using DataBright.Market.Datasets;

namespace DataBright.Compute.Points;

/// <summary>
/// What labels mean. Two people who leave it open may mean different things by the same number, so names are never guessed.
/// </summary>
/// <param name="Names">In the order of their labels; null where labels are numbers.</param>
public sealed record PointClasses(IReadOnlyList<string>? Names, int Count)
{
    public string InWords => Names is null ? Count.ToString(CultureInfo.InvariantCulture) : string.Join(", ", Names);

    public static PointClasses Parse(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return count is >= 1 and <= DataSchema.MaxClasses ? new PointClasses(null, count)
                : throw new FormatException($"There are 1 to {DataSchema.MaxClasses} classes, not {count}.");
        string[] names = [.. text.Split(',').Select(name => name.Trim())];
        return names.Length > 1 && names.All(name => name.Length > 0) && names.Distinct(StringComparer.Ordinal).Count() == names.Length
            ? new PointClasses(names, names.Length)
            : throw new FormatException($"'{text}' is neither a number of classes nor different names between commas, such as cat,dog");
    }

    /// <returns>−1 for what is no number.</returns>
    public static int NumberOf(string name) =>
        name.Length <= 5 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number.ToString(CultureInfo.InvariantCulture) == name ? number : -1;
}
