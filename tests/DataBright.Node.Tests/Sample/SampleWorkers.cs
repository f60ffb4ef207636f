using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Trust;
using DataBright.Node.Rest;
using DataBright.Node.Workers;
using static DataBright.Node.Tests.SampleMarket;

namespace DataBright.Node.Tests;

/// <summary>Workers and trusted keys of the sample market.</summary>
internal sealed class SampleWorkers : SamplePart, IWorkerReader
{
    public override IEnumerable<string> Described => ["/api/v1/workers", "/api/v1/workers/{account}", "/api/v1/trusted-keys"];

    public override IEnumerable<string> Answered => ["workers", $"workers/{Account(20)}", "trusted-keys"];

    public override IEnumerable<string> Pages => ["/workers"];

    public override void AddTo(SampleReaders readers) => readers.Add<IWorkerReader>(this);

    private static WorkerFacts[] AllWorkers =>
    [
        .. Enumerable.Range(0, 6).Select(i => new WorkerFacts(Account(20 + i), true, i == 3 ? Money.Dollars(50) : Money.Dollars(100),
            Money.Parse("0.05"), Money.Dollars((ulong)(48 - i * 4)),
            i == 3 ? Money.Dollars(50) : Money.Zero, 9 - i, i == 3 ? 1 : 0, i == 5 ? Now.AddDays(2) : null, Now.AddDays(-12 + i))),
    ];

    public Task<Page<WorkerFacts>> ListAsync(PageRequest page, CancellationToken stop) => Task.FromResult(Slice(AllWorkers, page));

    public Task<WorkerFacts?> FindAsync(Address worker, CancellationToken stop) =>
        Task.FromResult(AllWorkers.FirstOrDefault(facts => facts.Worker == worker));

    public Task<IReadOnlyList<TrustedKeyFacts>> TrustedKeysAsync(CancellationToken stop) => Task.FromResult<IReadOnlyList<TrustedKeyFacts>>(
    [
        new(1, SampleMarket.Scheduler, TrustedRole.Scheduler, Attestation.None, null, false),
        new(2, Referee, TrustedRole.Referee, Attestation.None, null, false),
        new(3, Account(32), TrustedRole.Referee, Attestation.Sgx, Hash(500), true),
    ]);
}
