namespace DataBright.Learning.Trainers;

/// <summary>One line that a trainer process wrote about its progress.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps of the whole training; null when the trainer does not know.</param>
/// <param name="Loss">The loss of the last step; null when it was not said.</param>
public readonly record struct TrainerProgress(long Step, long? Steps, double? Loss);
