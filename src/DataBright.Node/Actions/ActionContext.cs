using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Rest;

namespace DataBright.Node.Actions;

/// <summary>What actions are made ready with: the contracts as they are now, and the clock.</summary>
internal sealed class ActionContext(Market.Ledger ledger, TimeProvider clock, IServiceProvider services)
{
    public Market.Ledger Ledger => ledger;

    /// <summary>In whole seconds, as statements are signed.</summary>
    public DateTimeOffset Now => ChainTime.Whole(clock.GetUtcNow());

    public MarketAddresses At => ledger.Addresses;

    /// <summary>Builds what makes an action ready, from this and from whatever else of the node it asks for.</summary>
    public TMaker Make<TMaker>() where TMaker : class => ActivatorUtilities.CreateInstance<TMaker>(services, this);

    /// <summary>
    /// Makes an action ready. Where it is one transaction it is tried out first, so that a rule in its way is told before anything is
    /// signed.
    /// </summary>
    /// <exception cref="RuleBrokenException">The market's rules forbid it now.</exception>
    public async Task<PreparedAction> PrepareAsync(MarketAction action, ActionForm form, CancellationToken stop)
    {
        var prepared = await action.Prepare(form, this, stop);
        if (prepared.Steps is not [var only]) return prepared;
        await ledger.SimulateAsync(only.Call, form.By, stop);
        return prepared;
    }

    /// <summary>
    /// Makes one act ready. Where a contract takes money for it, the approval of exactly that sum comes first, where there is none.
    /// </summary>
    /// <exception cref="InvalidRequestException">The account does not have the sum: that is told before it approves anything.</exception>
    public async Task<PreparedAction> PrepareAsync(string says, string step, LedgerAct act, Address by, CancellationToken stop)
    {
        var last = new Step(step, act.Call);
        if (act.Takes is not { Sum: var sum } approval) return new PreparedAction(says, [last]);
        var held = await ledger.Dollars.BalanceAsync(by, stop);
        if (held < sum) throw new InvalidRequestException("account",
            $"{by} has {Web.Wording.Dollars(held)}; {Web.Wording.Dollars(sum)} are needed. Bring what is missing to the account first.");
        return await approval.FindMissingAsync(ledger.Client, by, stop) is { } approve
            ? new PreparedAction(says, [new Step($"Allow the market to take {Web.Wording.Dollars(sum)}", approve), last])
            : new PreparedAction(says, [last]);
    }
}
