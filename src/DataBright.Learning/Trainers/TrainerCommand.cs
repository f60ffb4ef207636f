namespace DataBright.Learning.Trainers;

/// <summary>A program that trains by the protocol.</summary>
/// <param name="Program">The executable.</param>
/// <param name="Arguments">What stands before the protocol's own arguments: a script, for example.</param>
public sealed record TrainerCommand(string Program, params IReadOnlyList<string> Arguments);

/// <summary>What a trainer process may take.</summary>
/// <param name="Time">From its start to its end.</param>
/// <param name="OutputBytes">On its standard output.</param>
/// <param name="LineBytes">In one line of it.</param>
public sealed record TrainerLimits(TimeSpan Time, long OutputBytes = 64 << 20, int LineBytes = 64 << 10);
