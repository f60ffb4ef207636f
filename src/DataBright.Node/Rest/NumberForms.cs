namespace DataBright.Node.Rest;

/// <summary>Every kind of number that the node's features know.</summary>
internal sealed class NumberForms(IEnumerable<NumberForm> forms)
{
    private readonly NumberForm[] _forms = [.. forms];

    public IReadOnlyList<NumberForm> All => _forms;

    /// <summary>The page of a thing; null where it has none.</summary>
    public string? PageOf(string noun, ulong number) =>
        _forms.FirstOrDefault(form => form.Noun == noun)?.Path is { } path ? $"{path}/{number}" : null;
}
