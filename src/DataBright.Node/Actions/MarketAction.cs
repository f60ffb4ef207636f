using System.Collections.Frozen;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Discussion;
using DataBright.Market.Generated;
using DataBright.Market.Relays;
using DataBright.Node.Discussion;
using DataBright.Node.Ledger;
using DataBright.Node.Predictions;
using DataBright.Node.Proposals;
using DataBright.Node.Requests;
using DataBright.Node.Rest;
using DataBright.Node.Shares;

namespace DataBright.Node.Actions;

/// <summary>Something that people do from the pages.</summary>
/// <param name="Name">As it stands in addresses.</param>
/// <param name="Summary">For those who program against it.</param>
/// <param name="Fields">What is filled in, for those who program against it.</param>
/// <param name="Prepare">Makes it ready to be signed. It changes nothing.</param>
internal sealed record MarketAction(string Name, string Summary, string[] Fields, Func<ActionForm, ActionContext, CancellationToken, Task<PreparedAction>> Prepare)
{
    /// <summary>Every action there is, by its name.</summary>
    public static FrozenDictionary<string, MarketAction> All { get; } =
        ((MarketAction[])[.. ProposalActions.All, .. DiscussionActions.All, .. ShareActions.All, .. RequestActions.All, .. ChannelActions.All]).ToFrozenDictionary(action => action.Name);
}

/// <summary>What actions are made ready with: the contracts as they are now, and the index.</summary>
internal sealed class ActionContext(Market.Ledger ledger, IMarketView market, ProposalDiscussions discussions, LedgerPulse pulse, TimeProvider clock, Relayer? relayer = null)
{
    public Market.Ledger Ledger => ledger;

    public IMarketView Market => market;

    public ProposalDiscussions Discussions => discussions;

    /// <summary>Who pays for others' gas; null where this node does not.</summary>
    public Relayer? Relayer => relayer;

    public LedgerPulse Pulse => pulse;

    /// <summary>In whole seconds, as statements are signed.</summary>
    public DateTimeOffset Now => ChainTime.Whole(clock.GetUtcNow());

    public MarketAddresses At => ledger.Addresses;

    /// <summary>Makes an action ready. Where it is one transaction it is tried out first, so that a rule in its way is told before anything is signed.</summary>
    /// <exception cref="RuleBrokenException">The market's rules forbid it now.</exception>
    public async Task<PreparedAction> PrepareAsync(MarketAction action, ActionForm form, CancellationToken stop)
    {
        var prepared = await action.Prepare(form, this, stop);
        if (prepared.Steps is not [var only]) return prepared;
        try
        {
            await ledger.Client.SimulateAsync(only.Call, form.By, stop: stop);
        }
        catch (RevertException revert) when (RuleBrokenException.From(revert) is { } broken)
        {
            throw broken;
        }
        return prepared;
    }

    /// <summary>A call for which a contract takes money: the approval of exactly that sum comes first, where there is none.</summary>
    /// <exception cref="InvalidRequestException">The account does not have the sum: that is told before it approves anything.</exception>
    public async Task<PreparedAction> SpendAsync(string says, string step, ContractCall call, Money sum, Address by, CancellationToken stop)
    {
        var held = await ledger.Dollars.BalanceAsync(by, stop);
        if (held < sum) throw new InvalidRequestException("account", $"{by} has {Web.Wording.Dollars(held)}; {Web.Wording.Dollars(sum)} are needed. Bring what is missing to the account first.");
        var allowed = await ledger.Client.CallAsync(TestDollar.Allowance(At.Money, by, call.To), stop: stop);
        var act = new Step(step, call);
        return allowed >= (Uint256)sum
            ? new PreparedAction(says, [act])
            : new PreparedAction(says, [new Step($"Allow the market to take {Web.Wording.Dollars(sum)}", TestDollar.Approve(At.Money, call.To, sum)), act]);
    }
}
