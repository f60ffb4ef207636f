using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Rest;
using DataBright.Services.Discussion;

namespace DataBright.Node.Relays;

/// <summary>A vote before it is signed.</summary>
/// <param name="Voter">Whose vote it is.</param>
/// <param name="Choice">yes or no.</param>
/// <param name="Reason">Why; it is kept on the ledger for everyone to read.</param>
/// <param name="Comment">A comment on which the vote rests, by the hash of the wording meant; it is named in the reason.</param>
public sealed record BallotDraft(Address Voter, Choice Choice, string? Reason = null, Hash32? Comment = null)
{
    internal Ballot On(ProposalId proposal, DateTimeOffset deadline) =>
        new(proposal, BallotForm.Known(Choice), Voter,
            Comment is { } comment ? VoteAnchor.Reason(comment, Reason) : Reason ?? "", deadline);
}

/// <summary>A signed vote that somebody else pays the gas for.</summary>
/// <param name="Voter">Whose vote it is.</param>
/// <param name="Choice">yes or no.</param>
/// <param name="Reason">As it was signed.</param>
/// <param name="Deadline">Until when it may be carried, in seconds since 1970, as it was signed.</param>
/// <param name="Signature">65 bytes, hexadecimal.</param>
public sealed record BallotForm(Address Voter, Choice Choice, string Reason, long Deadline, string Signature)
{
    internal Signed<Ballot> On(ProposalId proposal) =>
        new(new Ballot(proposal, Known(Choice), Voter, Reason, SignatureParsers.Time(Deadline, "deadline")),
            SignatureParsers.Read(Signature));

    internal static Choice Known(Choice choice) =>
        Enum.IsDefined(choice) ? choice : throw new InvalidRequestException("choice", "A choice is yes or no.");
}

/// <summary>Whose dividends are to be paid out.</summary>
public sealed record ClaimForm(Address Holder);

/// <summary>How this node's relayer stands.</summary>
/// <param name="Address">Whose ether pays for the gas.</param>
/// <param name="Balance">What it has, in wei.</param>
/// <param name="Floor">What stays in it, in wei.</param>
/// <param name="LeftToday">Transactions that it would carry still within 24 hours.</param>
/// <param name="Carries">Whether it would carry anything now.</param>
public sealed record RelayerFacts(Address Address, string Balance, string Floor, int LeftToday, bool Carries);
