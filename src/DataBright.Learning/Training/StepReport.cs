namespace DataBright.Learning.Training;

/// <summary>What one step did.</summary>
/// <param name="Step">Steps done, this one included.</param>
/// <param name="Loss">Mean cross-entropy over the step's examples, in nats, before the step changed the parameters.</param>
public readonly record struct StepReport(long Step, float Loss);
