namespace DataBright.Compute.Jobs;

/// <summary>What a measurement is computed with and its buyer does not state. Workers sign for it with their traces.</summary>
/// <param name="Beacon">What the seeds follow from: the beacon of the proposal's first measurement that was drawn.</param>
/// <param name="Copies">Points of the proposed shard that are left out because they say nothing new.</param>
public sealed record MeasurementInputs(Hash32 Beacon, int Copies);
