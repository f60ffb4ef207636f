using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Generated;
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
        if (held < sum) throw new InvalidRequestException("account",
            $"{by} has {Web.Wording.Dollars(held)}; {Web.Wording.Dollars(sum)} are needed. Bring what is missing to the account first.");
        var allowed = await ledger.Client.CallAsync(TestDollar.Allowance(At.Money, by, call.To), stop: stop);
        var act = new Step(step, call);
        return allowed >= (Uint256)sum
            ? new PreparedAction(says, [act])
            : new PreparedAction(says, [new Step($"Allow the market to take {Web.Wording.Dollars(sum)}",
                TestDollar.Approve(At.Money, call.To, sum)), act]);
    }
}
