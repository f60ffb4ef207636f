using DataBright.Market;
using System.Text.RegularExpressions;

namespace DataBright.Node.Rest;

/// <summary>
/// What the server says of a request that it cannot take names its own parameters and types; here it is said for whoever asks.
/// </summary>
internal static partial class HttpProblem
{
    private const int MaxCharacters = 60;

    public static string Words(BadHttpRequestException bad)
    {
        if (Unbound().Match(bad.Message) is { Success: true } unbound)
            return $"'{PlainText.Cut(unbound.Groups["text"].Value, MaxCharacters)}' is not what '{unbound.Groups["name"].Value}' takes: "
                + $"{(unbound.Groups["type"].Value is "ulong" or "long" or "long?" or "int"
                    ? "a whole number" : "another kind of value")}.";
        if (bad.TargetSite?.Module.Assembly.GetName().Name is { } thrower && thrower.StartsWith("DataBright", StringComparison.Ordinal))
            return bad.Message;
        return bad.StatusCode switch
        {
            StatusCodes.Status408RequestTimeout => "The request did not arrive in time.",
            StatusCodes.Status413PayloadTooLarge => "The body is longer than any that this address takes.",
            StatusCodes.Status414UriTooLong => "The address is too long.",
            StatusCodes.Status415UnsupportedMediaType => "The body is of a kind that this address does not take.",
            StatusCodes.Status431RequestHeaderFieldsTooLarge => "The headers are too long.",
            _ => "The request is cut off, or not of the form that HTTP has.",
        };
    }

    [GeneratedRegex("^Failed to bind parameter \"(?<type>[^ \"]+) (?<name>[^\"]+)\" from \"(?<text>.*)\"\\.$", RegexOptions.Singleline)]
    private static partial Regex Unbound();
}
