using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Actions;
using Contract = DataBright.Market.Generated.Proposals;

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
            (form, context, _) => Simple(form, "appealed to the shareholders", "Appeal", Contract.Appeal, context)),
        new("finalise", "End a proposal whose outcome can no longer change", ["proposal"],
            (form, context, _) => Simple(form, "final", "Finalise", Contract.Finalise, context)),
        ReplacementAction.Propose,
        new("replace-best", "Carry out an accepted replacement of a dataset's best model", ["proposal"],
            (form, context, _) => Task.FromResult(ReplaceBest(form, context))),
        new("withdraw-bond", "Pay the bond of a proposal back to its contributor", ["proposal"], (form, context,
            _) => Simple(form, "rid of its bond, which was paid back", "Pay back the bond", Contract.WithdrawBond, context)),
    ];

    private static PreparedAction ReplaceBest(ActionForm form, ActionContext context)
    {
        var proposal = form.Id<ProposalId>("proposal");
        return PreparedAction.Of($"Proposal {proposal} is carried out.", $"Carry out proposal {proposal}",
            Market.Generated.Models.ReplaceBest(context.At.Models, proposal));
    }

    private static Task<PreparedAction> Simple(ActionForm form, string became, string verb, Func<Address, Uint256, ContractCall> call,
        ActionContext context)
    {
        var proposal = form.Id<ProposalId>("proposal");
        return Task.FromResult(PreparedAction.Of($"Proposal {proposal} is {became}.", $"{verb}: proposal {proposal}",
            call(context.At.Proposals, proposal)));
    }
}
