namespace DataBright.Node.Proposals;

/// <summary>Which samples of a shard can be looked at.</summary>
/// <param name="SheetWidth">Pixels of each row of samples; zero where they are read and not drawn.</param>
/// <param name="SheetHeight">Pixels of one sample; zero where they are read and not drawn.</param>
public sealed record SampleSheet(IReadOnlyList<SampledLabel> Labels, int MoreLabels, int SheetWidth, int SheetHeight)
{
    /// <summary>Whether there is a picture for each label; else there are lines.</summary>
    public bool IsDrawn => SheetWidth > 0;
}

/// <summary>How many points have a label, and how many of them are shown.</summary>
/// <param name="Lines">The points in words, where they are no pictures.</param>
public readonly record struct SampledLabel(int Label, int Count, int Shown, IReadOnlyList<string> Lines);
