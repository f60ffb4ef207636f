using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Rest;
using DataBright.Services.Discussion;

namespace DataBright.Node.Discussion;

/// <summary>A comment before it is signed.</summary>
/// <param name="Author">Who says it.</param>
/// <param name="Text">Plain text.</param>
/// <param name="Parent">The comment it answers; none for one that begins a thread.</param>
/// <param name="Replaces">The author's own comment of which this is a later wording.</param>
public sealed record CommentDraft(Address Author, string Text, Hash32? Parent = null, Hash32? Replaces = null)
{
    internal Comment On(ProposalId proposal, DateTimeOffset at) => new(proposal, Author, None(Parent), None(Replaces), Text, at);

    /// <summary>Under the signature nothing is written as zero; both are taken.</summary>
    internal static Hash32? None(Hash32? hash) => hash == Hash32.Zero ? null : hash;
}

/// <summary>A signed comment.</summary>
/// <param name="Author">Who says it.</param>
/// <param name="Text">Plain text, as it was signed.</param>
/// <param name="At">When, in seconds since 1970, as it was signed.</param>
/// <param name="Signature">65 bytes, hexadecimal.</param>
/// <param name="Parent">The comment it answers; none for one that begins a thread.</param>
/// <param name="Replaces">The author's own comment of which this is a later wording.</param>
public sealed record CommentForm(Address Author, string Text, long At, string Signature, Hash32? Parent = null, Hash32? Replaces = null)
{
    /// <exception cref="InvalidRequestException">The time or the signature cannot be.</exception>
    internal Signed<Comment> On(ProposalId proposal) =>
        new(new CommentDraft(Author, Text, Parent, Replaces).On(proposal, SignatureParsers.Time(At)), SignatureParsers.Read(Signature));
}

/// <summary>A wish that a comment be hidden or shown, before it is signed.</summary>
public sealed record HidingDraft(Address Voter, Hash32 Comment, bool Hidden)
{
    internal Hiding On(ProposalId proposal, DateTimeOffset at) => new(proposal, Voter, Comment, Hidden, at);
}

/// <summary>A signed wish that a comment be hidden or shown.</summary>
/// <param name="Voter">Who wishes it: somebody with votes at the proposal's snapshot.</param>
/// <param name="Comment">The hash of the comment's first wording.</param>
/// <param name="Hidden">False to show it.</param>
/// <param name="At">When, in seconds since 1970, as it was signed.</param>
/// <param name="Signature">65 bytes, hexadecimal.</param>
public sealed record HidingForm(Address Voter, Hash32 Comment, bool Hidden, long At, string Signature)
{
    /// <exception cref="InvalidRequestException">The time or the signature cannot be.</exception>
    internal Signed<Hiding> On(ProposalId proposal) =>
        new(new HidingDraft(Voter, Comment, Hidden).On(proposal, SignatureParsers.Time(At)), SignatureParsers.Read(Signature));
}
