namespace DataBright.Market.Tests.Indexes;

/// <summary>Facts as the index has them, beside what the contracts answer: events may be forgotten, state is not.</summary>
internal sealed class Compared
{
    private readonly List<(string What, object? Index, object? Chain)> _facts = [];

    public IReadOnlyList<(string What, object? Index, object? Chain)> Facts => _facts;

    public void Add(string what, object? indexed, object? chain) => _facts.Add((what, indexed, chain));
}
