using System.Diagnostics;
using DataBright.Ethereum.Chain;
using DataBright.Ethereum.Generated;
using DataBright.Ethereum.Rpc;

namespace DataBright.Ethereum.Client;

[Collection(nameof(ChainCollection))]
public sealed class ChainMetricsTests(ChainFixture fixture) : IAsyncLifetime
{
    private const int TestTimeout = 60_000;

    private readonly MeterTally _tally = new();
    private readonly EthereumKey _key = EthereumKey.Generate();
    private TransactionSender _sender = null!;
    private Address _probe;

    public async ValueTask InitializeAsync()
    {
        await fixture.Chain.FundAsync(_key.Address, (Uint256)10_000_000_000_000_000_000UL);
        _probe = await ChainFixture.DeployAsync(fixture.SenderOf(_key));
        _sender = fixture.SenderOf(_key, metrics: new ChainMetrics(_tally));
    }

    public async ValueTask DisposeAsync()
    {
        await fixture.SetAutomineAsync(true);
        _tally.Dispose();
        _key.Dispose();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task What_is_sent_is_pending_until_its_receipt_is_there()
    {
        await fixture.SetAutomineAsync(false);
        var sending = Task.WhenAll(_sender.SendAsync(Add(1)), _sender.SendAsync(Add(2)), _sender.SendAsync(Add(3)));
        while (_tally["databright.transactions.sent"] < 3)
            await Task.Delay(1, TestContext.Current.CancellationToken);
        _tally["databright.transactions.pending"].ShouldBe(3);

        await fixture.SetAutomineAsync(true);
        await fixture.Chain.MineAsync(1);
        await sending;

        _tally["databright.transactions.sent"].ShouldBe(3);
        _tally["databright.transactions.pending"].ShouldBe(0);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_raised_fee_counts_as_a_bump_and_as_no_second_transaction()
    {
        await fixture.SetAutomineAsync(false);
        var sending = _sender.SendAsync(Add(1));
        while (_tally["databright.transactions.bumped"] < 1)
            await Task.Delay(1, TestContext.Current.CancellationToken);

        await fixture.SetAutomineAsync(true);
        await fixture.Chain.MineAsync(1);
        await sending;

        _tally["databright.transactions.sent"].ShouldBe(1);
        _tally["databright.transactions.pending"].ShouldBe(0);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task What_is_refused_or_no_longer_waited_for_is_not_pending()
    {
        await Should.ThrowAsync<RevertException>(() => _sender.SendAsync(Probe.AddAfter(_probe, 999)));
        _tally["databright.transactions.sent"].ShouldBe(0);

        await fixture.SetAutomineAsync(false);
        using var gone = new CancellationTokenSource();
        var sending = _sender.SendAsync(Add(1), gone.Token);
        while (_tally["databright.transactions.sent"] < 1)
            await Task.Delay(1, TestContext.Current.CancellationToken);
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sending);
        _tally["databright.transactions.pending"].ShouldBe(0);
    }

    [Fact]
    public async Task A_request_is_a_span_only_within_another_and_says_its_method_and_nothing_else()
    {
        var heard = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var own = new ActivitySource($"test {_key.Address}");
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ChainMetrics.Name || source == own,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = heard.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var http = new HttpClient(
            ScriptedChain.Calling((method, _) => method == "eth_getBalance" ? throw new HttpRequestException("secret") : "0x1"));
        var client = new EthereumClient(new JsonRpcClient(http, new Uri("http://user:password@127.0.0.1:1/a-key-in-the-path"),
            new JsonRpcOptions { Attempts = 1 }));

        await client.ChainIdAsync();
        ActivityTraceId trace;
        using (var parent = own.StartActivity("parent"))
        {
            trace = parent!.TraceId;
            await client.BlockNumberAsync();
            await Should.ThrowAsync<ChainException>(() => client.BalanceAsync(_key.Address));
        }

        var spans = heard.Where(span => span.Source != own && span.TraceId == trace).ToList();
        spans.Select(span => string.Join(' ', span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))).ShouldBe(
        [
            "rpc.system=jsonrpc rpc.method=eth_blockNumber databright.chain.calls=1",
            "rpc.system=jsonrpc rpc.method=eth_getBalance databright.chain.calls=1 error.type=Unreachable",
        ]);
        spans.ShouldAllBe(span => span.OperationName == "chain.request" && span.StatusDescription == null && !span.Events.Any());
        heard.ShouldNotContain(span => Equals(span.GetTagItem("rpc.method"), "eth_chainId"), "nobody wants to read of polls");
    }

    private ContractCall Add(uint amount) => Probe.Add(_probe, amount) with { GasLimit = 100_000 };
}
