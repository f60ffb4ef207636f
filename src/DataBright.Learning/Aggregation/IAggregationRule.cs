namespace DataBright.Learning.Aggregation;

/// <summary>A way to make one update of a round's updates. <see cref="AggregationRules"/> knows all by name.</summary>
public interface IAggregationRule
{
    /// <summary>Lower-case letters and dashes; a plan names its rule by it.</summary>
    string Name { get; }

    /// <summary>The aggregate of a round: the same updates in the same order give the same bits everywhere.</summary>
    /// <param name="updates">The updates, with their weights.</param>
    /// <param name="parameters">What the rule needs to know besides.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer updates than the rule's promise needs, or a parameter is missing, out of range or not one of the rule.
    /// </exception>
    /// <exception cref="OverflowException">A value of the aggregate is beyond binary32.</exception>
    Aggregate Aggregate(Updates updates, RuleParameters parameters);
}
