namespace DataBright.Learning.Trainers;

/// <summary>What a trainer process may take.</summary>
/// <param name="Time">From its start to its end.</param>
/// <param name="OutputBytes">On its standard output.</param>
/// <param name="LineBytes">In one line of it.</param>
public sealed record TrainerLimits(TimeSpan Time, long OutputBytes = 64 << 20, int LineBytes = 64 << 10);
