namespace DataBright.Learning;

/// <summary>What errors quote of other people's texts.</summary>
internal static class Excerpt
{
    /// <summary>The start of a text, without what would disturb a terminal.</summary>
    public static string Of(string text, int most = 40) =>
        string.Concat(text.Take(most).Select(c => char.IsControl(c) ? '·' : c)) + (text.Length > most ? "…" : "");

    /// <summary>As many names as one reads.</summary>
    public static string OfNames(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(20).Select(name => Of(name))) + (names.Count > 20 ? $" and {names.Count - 20} more" : "");
}
