namespace DataBright.Learning.Benchmarks;

/// <summary>One measured bar.</summary>
/// <param name="Bar">What was measured.</param>
/// <param name="Value">The figure; null when it could not be measured here.</param>
/// <param name="Unit">The unit of the figure and of the reference.</param>
/// <param name="Limit">What has to be reached: by the ratio where the bar has a reference, else by the value.</param>
/// <param name="Reference">What the reference reached in the same run; null without one.</param>
/// <param name="Ratio">Value ÷ reference.</param>
/// <param name="Holds">Whether the bar is met; null when that could not be found out.</param>
/// <param name="Note">What the reference was, or why there is none.</param>
public sealed record BenchBar(string Bar, double? Value, string Unit, double Limit, double? Reference, double? Ratio, bool? Holds,
    string? Note = null);
