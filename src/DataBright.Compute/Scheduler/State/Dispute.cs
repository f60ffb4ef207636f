using DataBright.Compute.Protocol;
using DataBright.Compute.Traces;
using DataBright.Learning;
using DataBright.Market.Storage;

namespace DataBright.Compute.Scheduler.State;

public enum DisputeStage
{
    /// <summary>Both open the same node, level after level, towards the first leaf that differs.</summary>
    Narrowing,

    /// <summary>Both show the state before the first step they disagree on.</summary>
    Showing,

    /// <summary>The referee re-executes that step.</summary>
    Judging,
}

/// <summary>Two traces that differ, and how far the search for the first differing step has come.</summary>
/// <param name="Left">One party.</param>
/// <param name="Right">The other.</param>
/// <param name="Node">The node whose hash is known to differ, while everything left of it is equal.</param>
/// <param name="Stage">What both are asked for.</param>
/// <param name="Number">Number of the current question.</param>
/// <param name="Due">When both must have answered.</param>
public sealed record Dispute(Party Left, Party Right, StepRange Node, DisputeStage Stage, int Number, DateTimeOffset Due)
{
    public bool Involves(int lease) => Left.Lease == lease || Right.Lease == lease;

    public Party PartyOf(int lease) => Left.Lease == lease ? Left : Right;

    public Dispute With(Party party) => Left.Lease == party.Lease ? this with { Left = party } : this with { Right = party };
}

/// <summary>One side of a dispute.</summary>
/// <param name="Lease">The lease of the disputed copy.</param>
/// <param name="Node">The hash that this side's trace has at the disputed node.</param>
/// <param name="Opened">Its answer while narrowing.</param>
/// <param name="Before">Its proof of the state before the disputed step.</param>
/// <param name="After">Its proof of the state after the disputed step.</param>
/// <param name="State">Where the state before the disputed step is kept.</param>
public sealed record Party(int Lease, Digest Node, NodeOpening? Opened = null, StepProof? Before = null, StepProof? After = null, Cid? State = null)
{
    public bool HasAnswered(DisputeStage stage) => stage == DisputeStage.Narrowing ? Opened is not null : State is not null;
}
