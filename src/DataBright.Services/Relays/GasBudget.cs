using DataBright.Ethereum;

namespace DataBright.Services.Relays;

/// <summary>The ether that a relayer spends. What is being spent at this moment counts as gone.</summary>
internal sealed class GasBudget(EthereumClient client, Address owner, RelayTerms terms)
{
    // The sender adds a quarter to an estimate, and may offer more for gas than the first quote.
    private const ulong Margin = 2;

    private readonly Lock _turn = new();
    private Uint256 _underway;

    public async Task<Uint256> BalanceAsync(CancellationToken stop) => await client.BalanceAsync(owner, stop: stop);

    /// <summary>Sets aside what a call may cost.</summary>
    /// <exception cref="RelayRefusedException">It costs too much, or more than there is above the floor.</exception>
    /// <exception cref="RevertException">The contract refuses the call.</exception>
    public async Task<IDisposable> TakeAsync(ContractCall call, CancellationToken stop)
    {
        var gas = await client.EstimateGasAsync(call, owner, stop);
        if (gas > terms.MaxGas)
            throw new RelayRefusedException(RelayRefusal.TooCostly,
                $"It takes {gas} gas; this node pays for {terms.MaxGas} at most. Send it yourself.");
        var cost = (await client.FeesAsync(stop)).Max * (Uint256)(gas * Margin);
        if (cost > terms.MaxCost)
            throw new RelayRefusedException(RelayRefusal.TooCostly,
                "Gas is too dear now. Try again when it is cheaper, or send it yourself.");
        var balance = await BalanceAsync(stop);
        lock (_turn)
        {
            if (balance < terms.Floor + _underway + cost) throw Empty();
            _underway += cost;
        }
        return new Part(this, cost);
    }

    private static RelayRefusedException Empty() =>
        new(RelayRefusal.GasBudgetEmpty,
            "This node's ether for others' gas is used up for now. Send it yourself, or ask the operator to fill it.");

    private sealed class Part(GasBudget gasAccount, Uint256 cost) : IDisposable
    {
        public void Dispose()
        {
            lock (gasAccount._turn) gasAccount._underway -= cost;
        }
    }
}
