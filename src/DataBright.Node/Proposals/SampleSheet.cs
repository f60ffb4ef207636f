namespace DataBright.Node.Proposals;

/// <summary>Which samples of a shard can be looked at.</summary>
/// <param name="SheetWidth">Pixels of each row of samples.</param>
/// <param name="SheetHeight">Pixels of one sample.</param>
public sealed record SampleSheet(IReadOnlyList<SampledLabel> Labels, int MoreLabels, int SheetWidth, int SheetHeight);

/// <summary>How many points have a label, and how many of them are in its row.</summary>
public readonly record struct SampledLabel(int Label, int Count, int Shown);
