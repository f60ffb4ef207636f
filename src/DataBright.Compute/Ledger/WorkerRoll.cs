using System.Collections.Concurrent;
using DataBright.Ethereum;
using DataBright.Market;
using Contract = DataBright.Market.Generated.Workers;

namespace DataBright.Compute.Ledger;

/// <summary>The workers that have ever registered, with what may change about them asked anew each time.</summary>
internal sealed class WorkerRoll(Market.Ledger ledger)
{
    /// <summary>Blocks that are read again, in case the chain has forgotten some.</summary>
    private const ulong Overlap = 64;

    // Workers that are admitted and the scheduler's own look ask side by side.
    private readonly ConcurrentDictionary<Address, PublicKey> _keys = [];
    private ulong _next = ledger.Addresses.FirstBlock;

    /// <summary>Workers that may be drawn: registered, not leaving, with the minimum stake.</summary>
    public async Task<IReadOnlyList<RegisteredWorker>> ActiveAsync(CancellationToken stop)
    {
        await ReadRegistrationsAsync(stop);
        var at = ledger.Addresses.Workers;
        var known = _keys.Keys.Order().ToList();
        if (known.Count == 0) return [];
        var active = await ledger.Client.CallAllAsync([.. known.Select(worker => Contract.IsActive(at, worker))], stop: stop);
        var facts = await ledger.Client.CallAllAsync([.. known.Select(worker => Contract.WorkerOf(at, worker))], stop: stop);
        // On this ledger the address that registers is the worker and answers for its stake: worker and operator are one.
        return [.. known.Select((worker, i) => (worker, i)).Where(pair => active[pair.i])
            .Select(pair => new RegisteredWorker(pair.worker, pair.worker, new Market.Money(facts[pair.i].MinimumFee),
                _keys[pair.worker]))];
    }

    private async Task ReadRegistrationsAsync(CancellationToken stop)
    {
        var head = await ledger.Client.BlockNumberAsync(stop);
        var from = Math.Max(ledger.Addresses.FirstBlock, Math.Min(_next, head) - Math.Min(Overlap, Math.Min(_next, head)));
        var filter = new LogFilter([ledger.Addresses.Workers], [Contract.Events.WorkerRegistered.Topic]);
        var logs = await ledger.Client.GetAllLogsAsync(filter, from, head, stop);
        foreach (var (_, registered) in logs.Readable(Contract.Events.WorkerRegistered.Decode))
        {
            if (TryParse(registered.EncryptionKey.Span) is { } key) _keys[registered.Worker] = key;
        }

        _next = head + 1;
    }

    /// <summary>A worker whose key is no point of the curve can be sent nothing, and so is never drawn.</summary>
    private static PublicKey? TryParse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return PublicKey.Parse(bytes);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
