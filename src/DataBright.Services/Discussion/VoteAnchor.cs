namespace DataBright.Services.Discussion;

/// <summary>Names a comment in the reason of a vote, so that the chain holds its hash and nobody can change what was argued.</summary>
public static class VoteAnchor
{
    private const string Prefix = "comment:";

    /// <summary>A vote's reason that names a comment, with words before it where there are any.</summary>
    public static string Reason(Hash32 comment, string? words = null) =>
        string.IsNullOrWhiteSpace(words) ? $"{Prefix}{comment}" : $"{words.Trim()} {Prefix}{comment}";

    /// <summary>What a vote's reason says besides naming a comment.</summary>
    public static string WordsIn(string reason) =>
        CommentIn(reason) is { } comment && $"{Prefix}{comment}" is var anchor
            && reason.LastIndexOf(anchor, StringComparison.OrdinalIgnoreCase) is >= 0 and var at
            ? reason.Remove(at, anchor.Length).Trim() : reason;

    /// <summary>The comment that a vote's reason names; null if it names none. The last one counts.</summary>
    public static Hash32? CommentIn(string reason)
    {
        int at = reason.LastIndexOf(Prefix, StringComparison.Ordinal);
        const int digits = 2 + 2 * Hash32.Size;
        if (at < 0 || reason.Length < at + Prefix.Length + digits) return null;
        return Hash32.TryParse(reason.Substring(at + Prefix.Length, digits), out var comment) ? comment : null;
    }
}
