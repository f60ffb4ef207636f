namespace DataBright.Testing;

/// <summary>
/// The debts that one word of the market can make. It is found by its type, so that a new word that owes money has it in its own folder.
/// </summary>
internal abstract class DebtChapter(DebtWalk walk)
{
    protected DebtWalk Walk => walk;

    /// <summary>Those of all words, in the order of their names.</summary>
    public static IReadOnlyList<DebtChapter> All(DebtWalk walk) =>
    [
        .. typeof(DebtChapter).Assembly.GetTypes().Where(type => type.BaseType == typeof(DebtChapter))
            .OrderBy(type => type.Name, StringComparer.Ordinal).Select(type => (DebtChapter)Activator.CreateInstance(type, walk)!),
    ];

    /// <summary>Makes them.</summary>
    /// <returns>What is done when twelve days have passed.</returns>
    public abstract Task<Func<Task>> BeginAsync();

    /// <summary>What runs when everything else is over.</summary>
    public virtual Task RunningAsync() => Task.CompletedTask;
}
