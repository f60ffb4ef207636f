namespace DataBright.Ethereum;

/// <summary>No proper answer came from a chain. The message names the URL and says what to do.</summary>
public sealed class ChainException : ChainCallException
{
    /// <summary>Describes the fault.</summary>
    /// <param name="fault">What went wrong.</param>
    /// <param name="url">Where; secrets in it are not repeated in the message.</param>
    /// <param name="what">What was seen, as a sentence without its full stop.</param>
    /// <param name="advice">What to do, as a sentence with its full stop.</param>
    /// <param name="cause">What was caught, if anything.</param>
    public ChainException(ChainFault fault, Uri url, string what, string advice, Exception? cause = null)
        : base($"{Shown(url)} {what}. {advice}", cause)
    {
        Fault = fault;
        Url = url;
    }

    /// <summary>What went wrong.</summary>
    public ChainFault Fault { get; }

    /// <summary>The URL that was asked, in full.</summary>
    public Uri Url { get; }

    /// <inheritdoc/>
    public override bool IsTransient => Fault is ChainFault.Unreachable or ChainFault.TimedOut or ChainFault.Busy or ChainFault.Truncated;

    /// <summary>How long the server asks to wait before the next attempt; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// A URL without what may be secret in it. Providers put keys into user information, queries and long path segments.
    /// </summary>
    public static string Shown(Uri url) =>
        $"{url.Scheme}://{url.Authority}{string.Concat(url.Segments.Select(s => s.Length > 20 ? "…" : s))}";
}
