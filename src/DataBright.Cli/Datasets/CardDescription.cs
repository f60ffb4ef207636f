using System.Text;
using DataBright.Learning.Cards;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>
/// A dataset's description in Markdown, of what a Croissant card says of it: where it comes from, who made it, and under which licence.
/// </summary>
internal static class CardDescription
{
    public const string License = "License: ", Page = "Page: ", Creators = "Creators: ", Citation = "Citation: ", Published = "Published: ";

    private const int MaxBytes = 60 * 1024;

    /// <exception cref="Failure">It is too long, or has what cannot be seen.</exception>
    public static byte[] Of(CardFacts card)
    {
        var text = new StringBuilder($"# {OneLine(card.Name)}\n");
        if (card.Description is { } words) text.Append($"\n{words.ReplaceLineEndings("\n").Trim()}\n");
        (string What, string? Value)[] facts =
        [
            (License, card.License), (Page, card.Url),
            (Creators, card.Creators.Count == 0 ? null : string.Join(", ", card.Creators.Select(creator => creator.Name))),
            (Published, card.DatePublished?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)),
            (Citation, card.CiteAs),
        ];
        foreach (var (what, value) in facts)
            if (value is not null && value != "None") text.Append($"\n{what}{OneLine(value)}\n");
        var content = Encoding.UTF8.GetBytes(text.ToString());
        if (content.Length > MaxBytes)
            throw new Failure(ExitCode.BadInput,
                $"What the card says of the dataset takes more than {MaxBytes} bytes: write a shorter text, and name it with "
                + "--description.");
        try
        {
            PlainText.Words(text.ToString());
            return content;
        }
        catch (FormatException odd)
        {
            throw new Failure(ExitCode.BadInput,
                $"What the card says of the dataset cannot be kept: {odd.Message}. Write a text of your own, and name it with "
                + "--description.");
        }
    }

    /// <summary>
    /// What the last line of a description that begins with a word says after it, which no text before it can forge; null where none does.
    /// </summary>
    public static string? Find(string description, string what) =>
        description.Split('\n').LastOrDefault(line => line.StartsWith(what, StringComparison.OrdinalIgnoreCase))?[what.Length..].Trim()
            is { Length: > 0 } found ? found : null;

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
