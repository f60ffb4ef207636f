using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.Workers;

namespace DataBright.Market.Workers;

/// <summary>A worker as the ledger has it.</summary>
/// <param name="Address">Who registered.</param>
/// <param name="Stake">What it can lose.</param>
/// <param name="MinimumFee">The least pay for one task.</param>
/// <param name="ExitAt">When its stake is free; null while it stays.</param>
public sealed record Worker(Address Address, Money Stake, Money MinimumFee, DateTimeOffset? ExitAt);

/// <summary>Workers on the ledger.</summary>
public sealed class WorkerLedger
{
    private readonly Ledger _ledger;

    internal WorkerLedger(Ledger ledger)
    {
        _ledger = ledger;
        Acts = new WorkerActs(ledger.Addresses);
    }

    /// <summary>What is done about workers, as values for whoever does it.</summary>
    public WorkerActs Acts { get; }

    private Address At => _ledger.Addresses.Workers;

    /// <summary>Registers the signer as a worker and puts up its stake.</summary>
    /// <param name="stake">What a proved lie can cost.</param>
    /// <param name="minimumFee">The least pay for one task.</param>
    /// <param name="encryption">The key to which shards are encrypted.</param>
    /// <param name="capabilities">Digest of what the machine can do.</param>
    /// <param name="worker">Who registers.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="RuleBrokenException">It is registered already, or the stake is too low.</exception>
    public Task RegisterAsync(Money stake, Money minimumFee, PublicKey encryption, Digest capabilities, Signer worker,
        CancellationToken stop) =>
        worker.SendAsync(Acts.Register(stake, minimumFee, encryption, capabilities), stop);

    public Task ChangeMinimumFeeAsync(Money minimumFee, Signer worker, CancellationToken stop) =>
        worker.SendAsync(Acts.ChangeMinimumFee(minimumFee), stop);

    public Task AddStakeAsync(Money sum, Signer worker, CancellationToken stop) =>
        worker.SendAsync(Acts.AddStake(sum), stop);

    /// <summary>Begins to leave: no further task is drawn, and the stake is free after the cool-down.</summary>
    /// <returns>When the stake is free.</returns>
    public Task<DateTimeOffset> BeginExitAsync(Signer worker, CancellationToken stop) => worker.SendAsync(Acts.BeginExit(), stop);

    /// <summary>Takes the stake back after the cool-down.</summary>
    public Task<Money> WithdrawStakeAsync(Signer worker, CancellationToken stop) => worker.SendAsync(Acts.WithdrawStake(), stop);

    public async Task<Worker?> FindAsync(Address worker, CancellationToken stop)
    {
        var found = await _ledger.ReadAsync(Contract.WorkerOf(At, worker), stop);
        return found.Stake == 0 ? null : new Worker(
            worker, new Money(found.Stake), new Money(found.MinimumFee), found.ExitAt == 0 ? null : ChainTime.From(found.ExitAt));
    }

    /// <summary>Whether it may be drawn for tasks: registered, not leaving, with the minimum stake.</summary>
    public Task<bool> IsActiveAsync(Address worker, CancellationToken stop) => _ledger.ReadAsync(Contract.IsActive(At, worker), stop);

    public async Task<Money> MinimumStakeAsync(CancellationToken stop) => new(await _ledger.ReadAsync(Contract.MinimumStake(At), stop));

    /// <summary>The part of a stake that a conviction takes, per ten thousand.</summary>
    public async Task<int> SlashBpsAsync(CancellationToken stop) => await _ledger.ReadAsync(Contract.SlashBps(At), stop);
}
