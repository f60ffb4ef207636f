namespace DataBright.Learning.Trainers;

/// <summary>A program that trains by the protocol.</summary>
/// <param name="Program">The executable.</param>
/// <param name="Arguments">What stands before the protocol's own arguments: a script, for example.</param>
public sealed record TrainerCommand(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>The folder it starts in, which scripts are named from; null for the folder of the files that it is given.</summary>
    public string? Folder { get; init; }
}
