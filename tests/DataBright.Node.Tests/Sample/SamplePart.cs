namespace DataBright.Node.Tests;

/// <summary>
/// A market word's part of the sample market. It is found by its type, so that a new word has it in its own folder, and no list of the
/// tests is changed.
/// </summary>
internal abstract class SamplePart
{
    /// <summary>All parts, in the order of their names.</summary>
    public static IReadOnlyList<SamplePart> All { get; } =
    [
        .. typeof(SamplePart).Assembly.GetTypes().Where(type => type.BaseType == typeof(SamplePart))
            .OrderBy(type => type.Name, StringComparer.Ordinal).Select(type => (SamplePart)Activator.CreateInstance(type)!),
    ];

    /// <summary>Addresses of the REST interface as they are described.</summary>
    public abstract IEnumerable<string> Described { get; }

    /// <summary>Addresses of the REST interface that have an answer, without what they all begin with.</summary>
    public abstract IEnumerable<string> Answered { get; }

    /// <summary>Addresses of pages.</summary>
    public abstract IEnumerable<string> Pages { get; }

    /// <summary>Hands over the word's readers.</summary>
    public abstract void AddTo(SampleReaders readers);
}
