using DataBright.Ethereum;
using DataBright.Market.Generated;

namespace DataBright.Market.Owed;

/// <summary>Collects what an account is owed. One transaction that fails does not stop the others.</summary>
public static class OwedAct
{
    /// <summary>Sends the steps of a plan one after the other.</summary>
    /// <param name="account">Who is paid.</param>
    /// <param name="steps">The plan.</param>
    /// <param name="ledger">The market.</param>
    /// <param name="signer">Who pays for the gas.</param>
    /// <param name="begin">Told of each step before it is sent.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="ChainException">The chain does not answer: that is no matter of one step.</exception>
    public static async Task<IReadOnlyList<OwedPayment>> PayAsync(
        Address account, IReadOnlyList<OwedStep> steps, Ledger ledger, Signer signer, Action<OwedStep>? begin, CancellationToken stop)
    {
        var payments = new List<OwedPayment>();
        foreach (var step in steps)
        {
            begin?.Invoke(step);
            try
            {
                var receipt = await signer.SendAsync(step.Call, stop);
                payments.Add(new OwedPayment(step, PaidTo(account, receipt.Logs, ledger.Addresses.Money), receipt.GasUsed,
                    receipt.TransactionHash, null));
            }
            catch (Exception refusal) when (refusal is RuleBrokenException or RevertException)
            {
                payments.Add(new OwedPayment(step, Money.Zero, null, null, refusal.Message));
            }
        }
        return Told(payments);
    }

    /// <summary>What sending the steps of a plan would do; nothing is sent.</summary>
    /// <remarks>Where the node cannot rehearse one call upon another, steps that wait for others have no figure for their gas.</remarks>
    public static async Task<IReadOnlyList<OwedPayment>> RehearseAsync(
        Address account, IReadOnlyList<OwedStep> steps, Ledger ledger, Address sender, CancellationToken stop)
    {
        if (await ledger.Client.RehearseAsync([.. steps.Select(step => step.Call)], sender, stop) is not { } rehearsed)
            return Told([.. await Task.WhenAll(steps.Select(step => EstimateAsync(step, ledger, sender, stop)))]);
        return Told([.. steps.Zip(rehearsed, (step, one) => one.Fault is { } fault
            ? new OwedPayment(step, Money.Zero, null, null, (RuleBrokenException.From(fault) ?? (Exception)fault).Message)
            : new OwedPayment(step, PaidTo(account, one.Logs, ledger.Addresses.Money), one.GasUsed, null, null))]);
    }

    private static async Task<OwedPayment> EstimateAsync(OwedStep step, Ledger ledger, Address sender, CancellationToken stop)
    {
        try
        {
            return new OwedPayment(step, step.Amount, await ledger.Client.EstimateGasAsync(step.Call, sender, stop), null, null);
        }
        catch (RevertException)
        {
            return new OwedPayment(step, step.Amount, null, null, null);
        }
    }

    /// <summary>A preparation that was refused was done by somebody else, or the step that needed it says why it fails.</summary>
    private static IReadOnlyList<OwedPayment> Told(IReadOnlyList<OwedPayment> payments) =>
        [.. payments.Where(payment => payment is not { Failure: not null, Step.Prepares: true })];

    private static Money PaidTo(Address account, IReadOnlyList<Log> logs, Address money) => Money.Sum(logs
        .Where(log => log.Address == money && TestDollar.Events.Transfer.Matches(log)).Select(TestDollar.Events.Transfer.Decode)
        .Where(move => move.To == account).Select(move => (Money)move.Value));
}
