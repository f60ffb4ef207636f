using DataBright.Market.Owed;

namespace DataBright.Market.Workers;

/// <summary>A worker's stake, which it alone takes back when its cool-down is over.</summary>
internal static class WorkerDebts
{
    public static async Task AddAsync(OwedReading reading)
    {
        if (await reading.Ledger.Workers.FindAsync(reading.Account, reading.Stop) is not { } worker) return;
        if (worker.ExitAt is { } exit && reading.Now >= exit)
            reading.Owe(new Debt(DebtKind.Stake, new("worker", null), worker.Stake,
                [new DebtCall("Take the stake back", reading.Ledger.Workers.Acts.WithdrawStake().Call)]) { OnlyByItself = true,
                    HeldBy = reading.At.Workers });
        else
            reading.Wait(DebtKind.Stake, new("worker", null), worker.Stake, worker.ExitAt, worker.ExitAt is null
                ? "the worker is registered" : "the worker leaves; until then it can be slashed", reading.At.Workers);
    }
}
