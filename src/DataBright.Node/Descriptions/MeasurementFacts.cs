namespace DataBright.Node.Descriptions;

/// <summary>By what a dataset measures proposals; null where its terms are not on this node.</summary>
/// <param name="IsHeldOutPrivate">Whether only schedulers, referees and the workers that measure can read the points to measure on.</param>
/// <param name="Architecture">What is trained where there is no best model; null where the buyer says it.</param>
/// <param name="Pairs">Pairs of runs, without the points and with them.</param>
/// <param name="Steps">Steps of each run.</param>
/// <param name="Workers">Workers of each task.</param>
/// <param name="SpotChecks">Steps of each task that the referee executes again.</param>
/// <param name="Samples">Points of every shard that anybody may look at, where the dataset's points are sealed; null where anybody may read
/// all of them.</param>
public sealed record MeasurementFacts(bool IsHeldOutPrivate, string? Architecture, int Pairs, int Steps, int Workers, int SpotChecks,
    int? Samples = null);
