namespace DataBright.Market;

/// <summary>
/// Compares media types as RFC 9110 (8.3.1) has them: type and subtype have no case, and parameters (<c>charset</c>, a name) do not make
/// another type.
/// </summary>
public static class MediaType
{
    /// <summary>Errors as documents (RFC 9457).</summary>
    public const string Problem = "application/problem+json";

    /// <param name="header">A whole <c>Content-Type</c>, with its parameters; null where there is none.</param>
    /// <param name="type">The type alone.</param>
    public static bool Is(string? header, string type) =>
        header is not null && Bare(header).Equals(type, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is some type of a family, such as <c>image</c>.</summary>
    public static bool IsOf(string? header, string family) =>
        header is not null && Bare(header) is var bare && bare.Length > family.Length && bare[family.Length] == '/'
            && bare.StartsWith(family, StringComparison.OrdinalIgnoreCase);

    /// <summary>A quoted parameter may contain semicolons; the first one of all stands before the first parameter.</summary>
    private static ReadOnlySpan<char> Bare(string header)
    {
        int end = header.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? header : header.AsSpan(0, end)).Trim(" \t");
    }
}
