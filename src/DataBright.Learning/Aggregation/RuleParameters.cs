namespace DataBright.Learning.Aggregation;

/// <summary>
/// What rules need to know besides the updates. A rule refuses a parameter that it does not use: a tolerance for hostile
/// participants that is ignored would be believed.
/// </summary>
public sealed record RuleParameters
{
    /// <summary>For rules that need none, and for those whose parameters have usual values.</summary>
    public static RuleParameters None { get; } = new();

    /// <summary>How many participants may be hostile: <c>multi-krum</c>, <c>bulyan</c>.</summary>
    public int? Hostile { get; init; }

    /// <summary>How many updates are averaged, n − <see cref="Hostile"/> when left out: <c>multi-krum</c>, which is Krum with 1.</summary>
    public int? Keep { get; init; }

    /// <summary>Values cut off at either end of each coordinate: <c>trimmed-mean</c>.</summary>
    public int? Trim { get; init; }

    /// <summary>Deviations from the typical distance that are tolerated, 3 when left out: <c>three-sigma</c>.</summary>
    public double? Sigmas { get; init; }

    /// <summary>The largest Euclidean norm of an update: <c>norm-clipping</c>.</summary>
    public double? Bound { get; init; }

    /// <summary>The owner's own update: <c>fltrust</c>.</summary>
    public ReadOnlyMemory<float>? Root { get; init; }

    /// <summary>Refuses every parameter that is given and not among <paramref name="names"/>.</summary>
    internal void AllowOnly(IAggregationRule rule, params ReadOnlySpan<string> names)
    {
        (string Name, bool IsGiven)[] all =
        [
            (nameof(Hostile), Hostile is not null), (nameof(Keep), Keep is not null), (nameof(Trim), Trim is not null),
            (nameof(Sigmas), Sigmas is not null), (nameof(Bound), Bound is not null), (nameof(Root), Root is not null),
        ];
        foreach (var (name, isGiven) in all)
            if (isGiven && !names.Contains(name))
                throw new ArgumentException($"The rule {rule.Name} has no parameter {name}.");
    }

    /// <summary>The value of a parameter that has no usual one.</summary>
    internal static T Required<T>(IAggregationRule rule, string name, T? value) where T : struct =>
        value ?? throw new ArgumentException($"The rule {rule.Name} needs the parameter {name}.");
}
