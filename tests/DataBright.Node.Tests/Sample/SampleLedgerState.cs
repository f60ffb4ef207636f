using DataBright.Node.Ledger;
using static DataBright.Node.Tests.SampleMarket;

namespace DataBright.Node.Tests;

/// <summary>How far the sample market's ledger has been read.</summary>
internal sealed class SampleLedgerState : ILedgerStateReader
{
    public LedgerState State { get; set; } = new(31337, 1_284, 1_284, Hash(9), Now.AddSeconds(-4));

    public Task<LedgerState> ReadAsync(CancellationToken stop) => Task.FromResult(State);
}
