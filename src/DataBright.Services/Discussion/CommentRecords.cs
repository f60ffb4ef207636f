using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Services.Discussion;

/// <summary>What somebody says about a proposal, to be signed.</summary>
/// <param name="Proposal">What it is about.</param>
/// <param name="Author">Who says it.</param>
/// <param name="Parent">The comment it answers; null for one that begins a thread.</param>
/// <param name="Replaces">The author's own first comment that this is a later wording of; null for a new one.</param>
/// <param name="Text">What is said.</param>
/// <param name="At">When, in whole seconds, by the author's clock.</param>
public sealed record Comment(ProposalId Proposal, Address Author, Hash32? Parent, Hash32? Replaces, string Text, DateTimeOffset At);

/// <summary>A shareholder's wish that a comment be hidden or shown, to be signed. The latest one of each voter counts.</summary>
public sealed record Hiding(ProposalId Proposal, Address Voter, Hash32 Comment, bool Hidden, DateTimeOffset At);

/// <summary>One wording of a comment.</summary>
/// <param name="Id">The hash that its author signed.</param>
/// <param name="Cid">Where the signed statement is.</param>
public sealed record CommentWording(Hash32 Id, string Text, DateTimeOffset At, Cid Cid);

/// <summary>A comment as it stands.</summary>
/// <param name="Id">The hash of its first wording, by which others refer to it.</param>
/// <param name="Wordings">All it ever said, the first one first; the last one counts.</param>
/// <param name="HideWeight">Shares at the proposal's snapshot that want it hidden.</param>
/// <param name="ShowWeight">Shares that want it shown.</param>
/// <param name="IsHidden">More want it hidden than shown, and enough have said so. Its words can still be had.</param>
public sealed record ThreadComment(
    Hash32 Id, ProposalId Proposal, Address Author, Hash32? Parent, IReadOnlyList<CommentWording> Wordings, ShareAmount HideWeight,
    ShareAmount ShowWeight,
    bool IsHidden)
{
    /// <summary>How many comments are above it up to the beginning of its thread.</summary>
    public int Depth { get; init; }

    public CommentWording Current => Wordings[^1];

    public bool IsEdited => Wordings.Count > 1;
}

/// <summary>What somebody is to a proposal.</summary>
/// <param name="IsProposer">It is the proposer.</param>
/// <param name="Weight">Its votes at the proposal's snapshot.</param>
/// <param name="Holds">Its shares now.</param>
/// <param name="Quorum">Weight that must take part before anything is decided.</param>
public sealed record CommenterStanding(bool IsProposer, ShareAmount Weight, ShareAmount Holds, ShareAmount Quorum)
{
    /// <summary>It holds less than a thousandth of the quorum, and held no more at the snapshot.</summary>
    public bool IsCrumb => (Weight > Holds ? Weight : Holds).Units < Quorum.Units / 1_000;

    public bool MayWrite => IsProposer || Weight > ShareAmount.Zero || Holds > ShareAmount.Zero;
}

/// <summary>How much anybody may say.</summary>
public sealed record DiscussionLimits
{
    /// <summary>Bytes of a comment in UTF-8.</summary>
    public int TextBytes { get; init; } = 8_192;

    /// <summary>Statements of one author on one proposal in any hour, wordings and hidings included.</summary>
    public int PerHour { get; init; } = 20;

    /// <summary>Statements of one author on one proposal.</summary>
    public int PerAuthor { get; init; } = 200;

    /// <summary>Statements on one proposal.</summary>
    public int PerProposal { get; init; } = 10_000;

    /// <summary>How far the author's clock may be from ours.</summary>
    public TimeSpan Skew { get; init; } = TimeSpan.FromMinutes(10);
}
