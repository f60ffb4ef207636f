using System.CommandLine.Parsing;
using System.Globalization;
using DataBright.Node.Watching;

namespace DataBright.Terminal;

/// <summary>From what is typed to what is meant, with one clear sentence where that fails.</summary>
public static class Parsing
{
    public static Func<ArgumentResult, T?> By<T>(Func<string, T> parse) => result =>
    {
        try
        {
            return parse(result.Tokens[0].Value);
        }
        catch (Exception wrong) when (wrong.IsUnreadable())
        {
            result.AddError(wrong.Message);
            return default;
        }
    };

    /// <summary>For options that may be repeated.</summary>
    public static Func<ArgumentResult, T[]?> Each<T>(Func<string, T> parse) => result =>
    {
        try
        {
            return [.. result.Tokens.Select(token => parse(token.Value))];
        }
        catch (FormatException wrong)
        {
            result.AddError(wrong.Message);
            return default;
        }
    };

    public static Uri Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new FormatException($"'{WatchOptions.Bare(text)}' is no URL such as http://127.0.0.1:8545");

    public static T OneOf<T>(string text) where T : struct, Enum =>
        Enum.GetNames<T>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse<T>(name)
            : throw new FormatException($"'{text}' is not one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");

    public static int Whole(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"'{text}' is no whole number from {least} to {most}");

    public static ulong Seed(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : throw new FormatException($"'{text}' is no seed: a whole number from 0 is expected");
}
