using System.Collections.Concurrent;
using DataBright.Compute.Draws;
using DataBright.Compute.Ledger;
using DataBright.Compute.Protocol;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Compute.Scheduler;

/// <summary>Which registered workers are there. Not kept: after a restart everybody is given the time to show up again.</summary>
public sealed class Attendance(IJobLedger ledger, TimeProvider clock, SchedulerTerms terms)
{
    private readonly ConcurrentDictionary<Address, DateTimeOffset> _seen = [];
    private readonly ConcurrentDictionary<Address, bool> _leaving = [];
    private readonly DateTimeOffset _opened = clock.GetUtcNow();
    private volatile IReadOnlyDictionary<Address, RegisteredWorker> _registered = new Dictionary<Address, RegisteredWorker>();

    /// <summary>Asks the ledger who is registered.</summary>
    public async Task RefreshAsync(CancellationToken stop) =>
        _registered = (await ledger.WorkersAsync(stop)).ToDictionary(worker => worker.Worker);

    /// <summary>A worker says whether it stays.</summary>
    public void Note(Address worker, bool leaving)
    {
        if (leaving) _leaving[worker] = true;
        else _leaving.TryRemove(worker, out _);
    }

    /// <summary>A worker has sent a message.</summary>
    /// <exception cref="ProtocolException">It is not registered.</exception>
    public async Task<RegisteredWorker> AdmitAsync(Address worker, CancellationToken stop)
    {
        if (!_registered.TryGetValue(worker, out var known))
        {
            await RefreshAsync(stop);
            if (!_registered.TryGetValue(worker, out known))
                throw new ProtocolException(Refusal.UnknownWorker, $"{worker} is not registered as a worker, or is leaving.");
        }

        _seen[worker] = clock.GetUtcNow();
        return known;
    }

    public RegisteredWorker? Find(Address worker) => _registered.GetValueOrDefault(worker);

    /// <summary>Whether a worker has been heard of lately, or may still be heard of after a restart.</summary>
    public bool IsPresent(Address worker) =>
        _registered.ContainsKey(worker) && !_leaving.ContainsKey(worker) && clock.GetUtcNow() - (_seen.TryGetValue(worker, out var seen) ? seen : _opened) <= terms.Presence;

    /// <summary>Workers that have really been heard of and work for that much a task.</summary>
    public IReadOnlyList<PoolMember> Present(Money least) =>
    [
        .. _registered.Values
            .Where(worker => worker.MinimumFee <= least && _seen.ContainsKey(worker.Worker) && IsPresent(worker.Worker))
            .Select(worker => new PoolMember(worker.Worker, worker.Operator, worker.MinimumFee))
            .OrderBy(worker => worker.Worker),
    ];
}
