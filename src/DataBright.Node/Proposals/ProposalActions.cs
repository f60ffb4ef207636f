using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Actions;

namespace DataBright.Node.Proposals;

/// <summary>What people do about proposals. Voting has rules of its own in <see cref="ProposalVoting"/>.</summary>
internal static class ProposalActions
{
    public static IReadOnlyList<MarketAction> All { get; } =
    [
        MarketAction.By<ProposalVoting>("vote", "Vote openly on a proposal", ["proposal", "choice", "reason", "gas", "anyway"],
            (voting, form, stop) => voting.VoteAsync(form, stop)),
        MarketAction.By<ProposalVoting>("commit-vote", "The first step of a shielded vote", ["proposal", "commitment", "anyway"],
            (voting, form, stop) => voting.CommitAsync(form, stop)),
        MarketAction.By<ProposalVoting>("reveal-vote", "The second step of a shielded vote", ["proposal", "choice", "salt", "reason"],
            (voting, form, stop) => voting.RevealAsync(form, stop)),
        new("appeal", "Take what curators found to all shareholders", ["proposal"],
            (form, context, stop) =>
                Simple(form, "appealed to the shareholders", "Appeal", (acts, id) => acts.Appeal(id), context, stop)),
        new("finalise", "End a proposal whose outcome can no longer change", ["proposal"],
            (form, context, stop) => Simple(form, "final", "Finalise", (acts, id) => acts.Finalise(id), context, stop)),
        ReplacementAction.Propose,
        new("replace-best", "Carry out an accepted replacement of a dataset's best model", ["proposal"],
            ReplaceBestAsync),
        new("withdraw-bond", "Pay the bond of a proposal back to its contributor", ["proposal"], (form, context, stop) =>
            Simple(form, "rid of its bond, which was paid back", "Pay back the bond", (acts, id) => acts.WithdrawBond(id), context, stop)),
    ];

    private static Task<PreparedAction> ReplaceBestAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var proposal = form.Id<ProposalId>("proposal");
        return context.PrepareAsync($"Proposal {proposal} is carried out.", $"Carry out proposal {proposal}",
            context.Ledger.Models.Acts.ReplaceBest(proposal), form.By, stop);
    }

    private static Task<PreparedAction> Simple(ActionForm form, string became, string verb, Func<ProposalActs, ProposalId, LedgerAct> act,
        ActionContext context, CancellationToken stop)
    {
        var proposal = form.Id<ProposalId>("proposal");
        return context.PrepareAsync($"Proposal {proposal} is {became}.", $"{verb}: proposal {proposal}",
            act(context.Ledger.Proposals.Acts, proposal), form.By, stop);
    }
}
