using System.Buffers.Text;
using System.Text;

namespace DataBright.Node.Rest;

/// <summary>A part of a list, and where the next part begins.</summary>
/// <param name="Next">To be handed back as it is; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    public static Page<T> Empty { get; } = new([], null);
}

/// <summary>Which part of a list is wanted.</summary>
/// <param name="After">The <see cref="Page{T}.Next"/> of the part before; null for the first.</param>
public sealed record PageRequest(int Limit, string? After)
{
    public const int Default = 50;
    public const int Most = 200;

    public static PageRequest First(int limit) => new(limit, null);
}

/// <summary>Words to look for; bounded, because a stranger wrote them.</summary>
public readonly record struct Search(string? Words)
{
    public const int MaxCharacters = 100;

    public bool IsEmpty => string.IsNullOrWhiteSpace(Words);
}

/// <summary>The text form of a place in a list. It names its list, so that it cannot be used on another.</summary>
public static class Cursor
{
    private const int MaxCharacters = 300;

    public static string Write(string list, string after) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"1\n{list}\n{after}"));

    /// <exception cref="InvalidRequestException">The text is not a cursor of this list.</exception>
    public static string Read(string list, string text)
    {
        var parts = text.Length <= MaxCharacters && Base64Url.IsValid(text)
            ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('\n')
            : [];
        return parts is ["1", var name, var after] && name == list
            ? after
            : throw NotHere();
    }

    public static InvalidRequestException NotHere() =>
        new("cursor", "The cursor is not one of this list. Take it from 'next' of the page before, or leave it out for the first page.");
}
