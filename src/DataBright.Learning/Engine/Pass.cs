namespace DataBright.Learning.Engine;

/// <summary>What a way through the network is for: some operations do otherwise in training than in evaluation.</summary>
internal sealed class Pass
{
    public bool IsTraining { get; set; }

    /// <summary>The seed of the run, and the step that is being done, counted from 1: they decide what is dropped.</summary>
    public ulong Seed { get; set; }

    /// <inheritdoc cref="Seed"/>
    public long Step { get; set; }
}
