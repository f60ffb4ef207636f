namespace DataBright.Cli.Trainers;

/// <summary>Something that a trainer is held against.</summary>
/// <param name="What">What it should do.</param>
/// <param name="Holds">Whether it does; null where it did not come to that.</param>
/// <param name="Seen">What was seen.</param>
internal sealed record TrainerFinding(string What, bool? Holds, string Seen);
