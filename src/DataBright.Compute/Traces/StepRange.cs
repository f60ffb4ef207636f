using System.Numerics;

namespace DataBright.Compute.Traces;

/// <summary>The leaves that one node of a <see cref="StepTree"/> covers.</summary>
public readonly record struct StepRange(int First, int Count)
{
    public bool IsLeaf => Count == 1;

    public bool Contains(int step) => step >= First && step < First + Count;

    /// <summary>The left child covers the largest power of two of leaves that leaves something for the right one.</summary>
    /// <exception cref="InvalidOperationException">A leaf has no children.</exception>
    public (StepRange Left, StepRange Right) Children()
    {
        if (Count < 2) throw new InvalidOperationException("A leaf has no children.");
        var left = 1 << BitOperations.Log2((uint)(Count - 1));
        return (new StepRange(First, left), new StepRange(First + left, Count - left));
    }
}
