using System.Collections.Immutable;
using DataBright.Compute.Protocol;
using DataBright.Compute.Traces;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler.State;

public enum DisputeStage
{
    /// <summary>All open the same node, level after level, towards the first leaf that differs.</summary>
    Narrowing,

    /// <summary>All show the state before the step in question.</summary>
    Showing,

    /// <summary>The referee re-executes that step.</summary>
    Judging,
}

/// <summary>
/// A question about traces that the referee will settle: two that differ, and how far the search for the first differing step has come;
/// or a single one of which a step is checked at random.
/// </summary>
/// <param name="Parties">Those who must answer.</param>
/// <param name="Node">For two traces: the node whose hash is known to differ, while everything left of it is equal. At last, the step in
/// question.</param>
/// <param name="Stage">What they are asked for.</param>
/// <param name="Number">Number of the current question.</param>
/// <param name="Due">When all must have answered.</param>
public sealed record Dispute(ImmutableArray<DisputeParty> Parties, StepRange Node, DisputeStage Stage, int Number, DateTimeOffset Due)
{
    /// <summary>Whether everybody has answered the current question.</summary>
    public bool IsAnswered => Parties.All(party => party.HasAnswered(Stage));

    /// <summary>The party that answers for a lease, or null when it is not part of this.</summary>
    public DisputeParty? PartyOf(int lease) => Parties.FirstOrDefault(party => party.Lease == lease);

    public Dispute With(DisputeParty party) =>
        this with { Parties = [.. Parties.Select(other => other.Lease == party.Lease ? party : other)] };
}

/// <summary>One side of a dispute.</summary>
/// <param name="Lease">The lease of the copy in question.</param>
/// <param name="Node">The hash that this side's trace has at the disputed node.</param>
/// <param name="Opened">Its answer while narrowing.</param>
/// <param name="Before">Its proof of the state before the step in question.</param>
/// <param name="After">Its proof of the state after it.</param>
/// <param name="State">Where the state before it is kept.</param>
public sealed record DisputeParty(int Lease, Digest Node, NodeOpening? Opened = null, StepProof? Before = null, StepProof? After = null,
    Cid? State = null)
{
    public bool HasAnswered(DisputeStage stage) => stage == DisputeStage.Narrowing ? Opened is not null : State is not null;
}
