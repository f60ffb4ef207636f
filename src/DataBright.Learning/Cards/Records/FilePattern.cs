using System.Text;
using System.Text.RegularExpressions;

namespace DataBright.Learning.Cards.Records;

/// <summary>
/// Patterns of paths as cards have them, by the rule of Python's fnmatch, with which such cards are tried: <c>*</c> goes over folders as
/// well.
/// </summary>
internal static class FilePattern
{
    /// <summary>Says of a path, with <c>/</c> between its parts, whether it is meant.</summary>
    /// <exception cref="MalformedInputException">It is no pattern.</exception>
    public static Func<string, bool> Of(string pattern, string document)
    {
        try
        {
            return Expression(pattern).IsMatch;
        }
        catch (ArgumentException fault)
        {
            throw new MalformedInputException(document, $"'{Excerpt.Of(pattern)}' is no pattern of names", fault);
        }
    }

    private static Regex Expression(string pattern)
    {
        var text = new StringBuilder(@"\A(?s:");
        for (var at = 0; at < pattern.Length; at++)
        {
            if (pattern[at] == '*') text.Append(".*");
            else if (pattern[at] == '?') text.Append('.');
            else if (pattern[at] == '[' && pattern.IndexOf(']', Math.Min(pattern.Length, at + 2)) is var end and > 0)
                (_, at) = (text.Append(Set(pattern[(at + 1)..end])), end);
            else text.Append(Regex.Escape(pattern[at].ToString()));
        }

        return new Regex(text.Append(@")\z").ToString(), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    private static string Set(string body)
    {
        var isNegated = body.StartsWith('!');
        var signs = (isNegated ? body[1..] : body).Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("[", @"\[", StringComparison.Ordinal).Replace("^", @"\^", StringComparison.Ordinal);
        return isNegated ? $"[^{signs}]" : $"[{signs}]";
    }
}
