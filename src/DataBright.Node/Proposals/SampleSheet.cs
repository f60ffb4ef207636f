namespace DataBright.Node.Proposals;

/// <summary>Which samples of a shard can be looked at.</summary>
/// <param name="SheetWidth">Pixels of each row of samples; zero where they are read and not drawn.</param>
/// <param name="SheetHeight">Pixels of one sample; zero where they are read and not drawn.</param>
public sealed record SampleSheet(IReadOnlyList<SampledLabel> Labels, int MoreLabels, int SheetWidth, int SheetHeight)
{
    /// <summary>Of how many points these were drawn, where the others are sealed; null where all can be read.</summary>
    public int? DrawnFrom { get; init; }

    /// <summary>What a page says about them, after what it says where they are taken evenly.</summary>
    public string Origin(string evenly) => DrawnFrom is { } all
        ? $"{Labels.Sum(label => label.Count)} of the {all} points, drawn by the block in which they were offered. The others are sealed."
        : evenly;

    /// <summary>Whether there is a picture for each label; else there are lines.</summary>
    public bool IsDrawn => SheetWidth > 0;
}

/// <summary>How many points have a label, and how many of them are shown.</summary>
/// <param name="Lines">The points in words, where they are no pictures.</param>
public readonly record struct SampledLabel(int Label, int Count, int Shown, IReadOnlyList<string> Lines);
