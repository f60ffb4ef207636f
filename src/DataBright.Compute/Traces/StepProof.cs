namespace DataBright.Compute.Traces;

/// <summary>Shows that a trace's state hash at one step is what it is.</summary>
/// <param name="Step">Steps done; 0 is the state before the first.</param>
/// <param name="State">The state's hash after that many steps.</param>
/// <param name="Siblings">Hashes beside the path to the root, lowest first.</param>
public sealed record StepProof(int Step, Digest State, IReadOnlyList<Digest> Siblings);
