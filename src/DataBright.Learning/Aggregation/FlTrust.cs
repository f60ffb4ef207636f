namespace DataBright.Learning.Aggregation;

/// <summary>
/// FLTrust (X. Cao et al., "FLTrust: Byzantine-robust Federated Learning via Trust Bootstrapping", NDSS 2021): the owner trains on a small
/// clean set of its own; an update counts by the cosine of its angle to the owner's, nothing where that is negative, and is scaled to the
/// owner's length. Holds for any number of hostile participants; the result is never longer than the owner's update.
/// </summary>
public sealed class FlTrust : IAggregationRule
{
    /// <inheritdoc />
    public string Name => "fltrust";

    /// <inheritdoc />
    public Aggregate Aggregate(Updates updates, RuleParameters parameters)
    {
        parameters.AllowOnly(this, nameof(RuleParameters.Root));
        return Of(updates, RuleParameters.Required(this, nameof(RuleParameters.Root), parameters.Root));
    }

    /// <summary>The aggregate; weights do not count. Where nobody is trusted it is zero.</summary>
    /// <param name="updates">The updates.</param>
    /// <param name="root">The owner's update.</param>
    /// <exception cref="ArgumentException">The owner's update has another length, is zero or not finite.</exception>
    /// <exception cref="OverflowException">The owner's update is longer than the largest binary32, and a value of the aggregate too;
    /// participants cannot cause that.</exception>
    public static Aggregate Of(Updates updates, ReadOnlyMemory<float> root)
    {
        if (root.Length != updates.Length)
            throw new ArgumentException($"The owner's update has {root.Length} values, the others {updates.Length}.", nameof(root));
        var rootNorm = VectorMath.Norm(root.Span);
        if (!double.IsFinite(rootNorm) || rootNorm == 0)
            throw new ArgumentException("The owner's update must be finite and not zero.", nameof(root));
        var sum = new WeightedSum(updates.Length);
        var total = 0.0;
        var kept = new List<int>();
        for (var i = 0; i < updates.Count; i++)
        {
            var update = updates[i];
            var norm = VectorMath.Norm(update);
            var trust = norm == 0 ? 0 : VectorMath.Inner(update, root.Span) / (norm * rootNorm);
            if (trust <= 0) continue;
            kept.Add(i);
            total += trust;
            sum.Add(update, trust * rootNorm / norm);
        }

        return new Aggregate(sum.FiniteOver(total == 0 ? 1 : total), kept);
    }
}
