using DataBright.Ethereum.Chain;
using DataBright.Ethereum.Generated;
using DataBright.Ethereum.Rpc;

namespace DataBright.Ethereum.Client;

/// <summary>Transactions that the chain dropped, forgot, replaced or does not find worth their fee.</summary>
[Collection(nameof(ChainCollection))]
public sealed class StuckTransactionTests(ChainFixture fixture) : IAsyncLifetime
{
    /// <summary>Only a test that waits for what never comes takes that long; it ends then.</summary>
    private const int TestTimeout = 60_000;

    private readonly EthereumClient _client = fixture.Client;
    private TransactionSender _sender = null!;
    private EthereumKey _key = null!;
    private Address _probe;

    public async ValueTask InitializeAsync()
    {
        _key = EthereumKey.Generate();
        await fixture.Chain.FundAsync(_key.Address, (Uint256)10_000_000_000_000_000_000UL);
        _sender = fixture.SenderOf(_key);
        // Fees are told apart by multiples of it, and after many blocks with little in them it would be next to nothing.
        await fixture.Chain.Rpc.CallAsync("anvil_setNextBlockBaseFeePerGas", "0x3b9aca00");
        _probe = await ChainFixture.DeployAsync(_sender);
    }

    public async ValueTask DisposeAsync() => await fixture.SetAutomineAsync(true);

    [Fact(Timeout = TestTimeout)]
    public async Task What_the_node_dropped_is_broadcast_again_and_the_gap_closes()
    {
        await fixture.SetAutomineAsync(false);
        var first = _sender.SendAsync(Add(1));
        await PendingAsync(1);
        var second = _sender.SendAsync(Add(2));
        var waiting = await PendingAsync(2);
        await fixture.Chain.Rpc.CallAsync("anvil_dropTransaction", await HashOfNonceAsync(1));
        waiting.ShouldBe(2);

        await fixture.SetAutomineAsync(true);

        await Task.WhenAll(first, second);
        await ShouldHaveCountedAsync(3, nonce: 3);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_gap_that_nobody_fills_is_filled_with_nothing()
    {
        await fixture.SetAutomineAsync(false);
        using var gone = new CancellationTokenSource();
        var lost = fixture.SenderOf(_key).SendAsync(Add(1), gone.Token);
        await PendingAsync(1);
        // A third one that has not sent before: it asks for its nonce and so comes after the lost one.
        var second = fixture.SenderOf(_key).SendAsync(Add(2));
        await PendingAsync(2);
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => lost);
        await fixture.Chain.Rpc.CallAsync("anvil_dropTransaction", await HashOfNonceAsync(1));

        await fixture.SetAutomineAsync(true);

        (await second).Succeeded.ShouldBeTrue();
        await ShouldHaveCountedAsync(2, nonce: 3);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task What_the_chain_forgot_is_given_to_it_again()
    {
        var snapshot = (await fixture.Chain.Rpc.CallAsync("evm_snapshot")).GetString();
        for (var i = 0; i < 3; i++)
            await _sender.SendAsync(Add(1));
        await fixture.Chain.Rpc.CallAsync("evm_revert", snapshot);
        (await _client.NonceAsync(_key.Address)).ShouldBe(1UL);

        await _sender.SendAsync(Add(1));

        await ShouldHaveCountedAsync(4, nonce: 5);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_call_whose_nonce_another_process_took_is_signed_for_the_next_one()
    {
        await fixture.SetAutomineAsync(false);
        var ours = _sender.SendAsync(Add(1));
        await PendingAsync(1);
        var fees = await _client.FeesAsync();
        var theirs = new Transaction1559
        {
            ChainId = EmbeddedChain.ChainId,
            Nonce = 1,
            Gas = 100_000,
            To = _probe,
            Data = Add(10).Data,
            MaxFeePerGas = fees.Max * 5u,
            MaxPriorityFeePerGas = fees.Max * 2u,
        }.Sign(_key);
        await _client.SendRawAsync(theirs.Encode());

        await fixture.SetAutomineAsync(true);
        await fixture.Chain.MineAsync(1);

        (await ours).Succeeded.ShouldBeTrue();
        await ShouldHaveCountedAsync(11, nonce: 3);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_fee_that_became_too_low_is_raised_for_the_same_nonce()
    {
        await fixture.SetAutomineAsync(false);
        var sending = _sender.SendAsync(Add(1));
        await PendingAsync(1);
        var first = await HashOfNonceAsync(1);
        var fees = await _client.FeesAsync();
        await fixture.Chain.Rpc.CallAsync("anvil_setNextBlockBaseFeePerGas", (fees.Max * 8u).ToQuantity());
        await fixture.Chain.MineAsync(1);

        await fixture.SetAutomineAsync(true);
        var receipt = await sending;

        receipt.TransactionHash.ToString().ShouldNotBe(first);
        await ShouldHaveCountedAsync(1, nonce: 2);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_fee_below_the_base_fee_is_raised_even_where_the_node_only_says_that_it_knows_the_transaction()
    {
        var seen = new HashSet<string>();
        using var http = new HttpClient(new FaultInjectingHandler(async (method, body, send) =>
            method != "eth_sendRawTransaction" || seen.Add(body["params"]![0]!.GetValue<string>())
                ? await send() : ScriptedChain.Error(body, -32000, "already known")));
        var sender = fixture.SenderOf(_key, http);
        await fixture.SetAutomineAsync(false);
        var sending = sender.SendAsync(Add(1));
        await PendingAsync(1);
        var first = await HashOfNonceAsync(1);
        await fixture.Chain.Rpc.CallAsync("anvil_setNextBlockBaseFeePerGas", ((await _client.FeesAsync()).Max * 8u).ToQuantity());
        await fixture.Chain.MineAsync(1);

        await fixture.SetAutomineAsync(true);

        (await sending).TransactionHash.ToString().ShouldNotBe(first);
        await ShouldHaveCountedAsync(1, nonce: 2);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task What_waits_too_long_is_offered_for_more_under_the_same_nonce()
    {
        await fixture.SetAutomineAsync(false);
        var sending = _sender.SendAsync(Add(1));
        await PendingAsync(1);
        var first = await HashOfNonceAsync(1);
        while (await HashOfNonceAsync(1) == first)
            await Task.Delay(1, TestContext.Current.CancellationToken);

        await fixture.SetAutomineAsync(true);
        await fixture.Chain.MineAsync(1);

        (await sending).TransactionHash.ToString().ShouldNotBe(first);
        await ShouldHaveCountedAsync(1, nonce: 2);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Waiting_ends_at_last_and_says_what_to_look_for()
    {
        await fixture.SetAutomineAsync(false);
        var impatient = new TransactionSender(_client, _key, TimeProvider.System,
            ChainFixture.Hasty with { GiveUpAfter = TimeSpan.FromMilliseconds(50) });

        var pending = await Should.ThrowAsync<TransactionPendingException>(() => impatient.SendAsync(Add(1)));

        pending.Nonce.ShouldBe(1UL);
        pending.Transaction.ToString().ShouldBe(await HashOfNonceAsync(1));
        await fixture.SetAutomineAsync(true);
        await fixture.Chain.MineAsync(1);
        (await _client.ReceiptAsync(pending.Transaction))!.Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_nonce_that_a_node_only_says_is_used_is_not_given_up()
    {
        var lies = 0;
        var liar = true;
        using var http = new HttpClient(new FaultInjectingHandler(async (method, body, send) => method switch
        {
            "eth_getTransactionCount" when liar && body["params"]![1]!.GetValue<string>() != "pending" =>
                Told(ScriptedChain.Result(body, "0x2")),
            "eth_getTransactionByHash" or "eth_getTransactionReceipt" when liar => ScriptedChain.Result(body, null),
            _ => await send(),
        }));
        HttpResponseMessage Told(HttpResponseMessage lie)
        {
            Interlocked.Increment(ref lies);
            return lie;
        }
        await fixture.SetAutomineAsync(false);
        var sending = fixture.SenderOf(_key, http).SendAsync(Add(1));
        while (lies < 20)
            await Task.Delay(1, TestContext.Current.CancellationToken);

        liar = false;
        await fixture.SetAutomineAsync(true);
        await fixture.Chain.MineAsync(1);

        (await sending).Succeeded.ShouldBeTrue();
        await ShouldHaveCountedAsync(1, nonce: 2);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task What_the_node_has_had_and_then_refuses_for_good_is_not_offered_again()
    {
        var refuses = false;
        var offers = new List<string>();
        using var http = new HttpClient(new FaultInjectingHandler(async (method, body, send) =>
        {
            if (method == "eth_sendRawTransaction")
                lock (offers)
                    offers.Add(body["params"]![0]!.GetValue<string>());
            return !refuses ? await send() : method switch
            {
                "eth_sendRawTransaction" => ScriptedChain.Error(body, -32000, "sender is on a list"),
                "eth_getTransactionByHash" => ScriptedChain.Result(body, null),
                _ => await send(),
            };
        }));
        var sender = fixture.SenderOf(_key, http);
        await fixture.SetAutomineAsync(false);
        var refused = sender.SendAsync(Add(1));
        await PendingAsync(1);
        refuses = true;
        (await Should.ThrowAsync<TransactionSentException>(() => refused)).InnerException.ShouldBeOfType<RpcException>();
        await fixture.Chain.Rpc.CallAsync("anvil_dropTransaction", await HashOfNonceAsync(1));
        refuses = false;
        var dropped = offers[0];
        offers.Clear();

        var second = sender.SendAsync(Add(2));
        await PendingAsync(1);
        await fixture.SetAutomineAsync(true);
        await fixture.Chain.MineAsync(1);

        (await second).Succeeded.ShouldBeTrue();
        offers.ShouldNotContain(dropped);
        await ShouldHaveCountedAsync(2, nonce: 2);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_nonce_whose_broadcast_was_cancelled_is_asked_for_again()
    {
        using var gone = new CancellationTokenSource();
        var offers = 0;
        using var http = new HttpClient(new FaultInjectingHandler(async (method, body, send) =>
        {
            if (method == "eth_sendRawTransaction" && ++offers == 1 && !gone.IsCancellationRequested)
            {
                (await send()).Dispose();
                await gone.CancelAsync();
                throw new OperationCanceledException(gone.Token);
            }
            return await send();
        }));
        var sender = fixture.SenderOf(_key, http);
        await Should.ThrowAsync<OperationCanceledException>(() => sender.SendAsync(Add(1), gone.Token));
        var asked = await _client.NonceAsync(_key.Address);

        await sender.SendAsync(Add(2));

        asked.ShouldBe(2UL, "it had arrived");
        offers.ShouldBe(2, "the nonce that had arrived is not tried again");
        await ShouldHaveCountedAsync(3, nonce: 3);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_node_that_limits_how_often_it_is_asked_does_not_end_the_waiting()
    {
        var limited = 12;
        using var http = new HttpClient(new FaultInjectingHandler(async (method, body, send) =>
            method == "eth_getTransactionReceipt" && Interlocked.Decrement(ref limited) >= 0
                ? ScriptedChain.Error(body, -32005, "rate limit exceeded") : await send()));

        (await fixture.SenderOf(_key, http).SendAsync(Add(1))).Succeeded.ShouldBeTrue();

        limited.ShouldBeLessThan(0);
        await ShouldHaveCountedAsync(1, nonce: 2);
    }

    private ContractCall Add(uint amount) => Probe.Add(_probe, amount) with { GasLimit = 100_000 };

    /// <summary>Waits until the node knows that many transactions of the account that are in no block.</summary>
    private async Task<int> PendingAsync(int count)
    {
        while (await _client.NonceAsync(_key.Address, BlockTag.Pending) < 1 + (ulong)count)
            await Task.Delay(1, TestContext.Current.CancellationToken);
        return count;
    }

    private async Task<string> HashOfNonceAsync(ulong nonce)
    {
        var pool = await fixture.Chain.Rpc.CallAsync("txpool_content");
        foreach (var account in pool.GetProperty("pending").EnumerateObject())
            if (Address.Parse(account.Name) == _key.Address)
                return account.Value.GetProperty($"{nonce}").GetProperty("hash").GetString()!;
        throw new InvalidOperationException("The account has nothing that waits.");
    }

    private async Task ShouldHaveCountedAsync(uint count, ulong nonce)
    {
        (await _client.CallAsync(Probe.Count(_probe))).ShouldBe(count);
        (await _client.NonceAsync(_key.Address)).ShouldBe(nonce);
    }
}
