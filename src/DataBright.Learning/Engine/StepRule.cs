namespace DataBright.Learning.Engine;

/// <summary>What an optimiser does in one step: its figures with the schedule applied.</summary>
/// <param name="Rate">The learning rate of this step.</param>
/// <param name="Momentum">Momentum, or Adam's β₁.</param>
/// <param name="Decay">Weight decay.</param>
/// <param name="LooksAhead">Nesterov's momentum.</param>
/// <param name="SecondMomentum">Adam's β₂.</param>
/// <param name="Epsilon">Adam's ε.</param>
/// <param name="IsDecoupled">Decay acts on the parameters, not on the gradients.</param>
/// <param name="FirstCorrection">1 − β₁^t.</param>
/// <param name="SecondCorrection">√(1 − β₂^t).</param>
/// <param name="ClipNorm">The largest norm of the gradients; 0 for none.</param>
internal readonly record struct StepRule(
    float Rate, float Momentum, float Decay, bool LooksAhead, float SecondMomentum, float Epsilon, bool IsDecoupled,
    float FirstCorrection, float SecondCorrection, float ClipNorm);
