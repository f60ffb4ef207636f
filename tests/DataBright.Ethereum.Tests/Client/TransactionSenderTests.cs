using DataBright.Ethereum.Chain;
using DataBright.Ethereum.Generated;
using DataBright.Ethereum.Rpc;

namespace DataBright.Ethereum.Client;

[Collection(nameof(ChainCollection))]
public sealed class TransactionSenderTests(ChainFixture fixture)
{
    private readonly EthereumClient _client = fixture.Client;

    [Fact]
    public async Task Calls_from_many_callers_at_once_all_take_effect_once()
    {
        var sender = await fixture.SenderAsync();
        var probe = await ChainFixture.DeployAsync(sender);

        var receipts = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => sender.SendAsync(Probe.Add(probe, 1u))));

        receipts.Select(r => r.TransactionHash).Distinct().Count().ShouldBe(60);
        await ShouldHaveCountedAsync(probe, 60, sender, 61);
    }

    [Fact]
    public async Task Two_processes_with_the_same_key_do_not_lose_or_repeat_a_call()
    {
        var key = EthereumKey.Generate();
        await fixture.Chain.FundAsync(key.Address, (Uint256)10_000_000_000_000_000_000UL);
        var (one, other) = (fixture.SenderOf(key), fixture.SenderOf(key));
        var probe = await ChainFixture.DeployAsync(one);

        await Task.WhenAll(new[] { one, other }.SelectMany(s => Enumerable.Range(0, 30).Select(_ => s.SendAsync(Probe.Add(probe, 1u)))));

        await ShouldHaveCountedAsync(probe, 60, one, 61);
    }

    [Fact]
    public async Task A_revert_is_found_before_anything_is_paid()
    {
        var sender = await fixture.SenderAsync();
        var probe = await ChainFixture.DeployAsync(sender);
        var before = await _client.BalanceAsync(sender.Address);

        var revert = await Should.ThrowAsync<RevertException>(() => sender.SendAsync(Probe.Add(probe, 101u)));

        revert.Receipt.ShouldBeNull();
        (await _client.BalanceAsync(sender.Address)).ShouldBe(before);
    }

    [Fact]
    public async Task A_revert_that_was_mined_is_explained_with_its_receipt()
    {
        var sender = await fixture.SenderAsync();
        var probe = await ChainFixture.DeployAsync(sender);

        var revert = await Should.ThrowAsync<RevertException>(() => sender.SendAsync(Probe.Add(probe, 101u) with { GasLimit = 100_000 }));

        revert.Error.ShouldBe(new Errors.TooMuch(101u, 100));
        revert.Receipt!.Succeeded.ShouldBeFalse();
        (await sender.SendAsync(Probe.Add(probe, 1u))).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Running_out_of_gas_is_told()
    {
        var sender = await fixture.SenderAsync();
        var probe = await ChainFixture.DeployAsync(sender);

        var revert = await Should.ThrowAsync<RevertException>(() => sender.SendAsync(Probe.Burn(probe) with { GasLimit = 100_000 }));

        revert.Message.ShouldBe("Probe.burn reverted: it used all of its 100000 gas.");
    }

    [Fact]
    public async Task A_constructor_that_refuses_is_explained()
    {
        var sender = await fixture.SenderAsync();
        var revert = await Should.ThrowAsync<RevertException>(() => sender.DeployAsync(Probe.Deploy(1001u, "much")));
        revert.Error.ShouldBe(new Errors.TooMuch(1001u, 1000));
    }

    [Fact]
    public async Task An_account_that_cannot_pay_is_refused_and_can_go_on_when_it_can()
    {
        var probe = await ChainFixture.DeployAsync(await fixture.SenderAsync());
        var key = EthereumKey.Generate();
        var poor = fixture.SenderOf(key);
        var call = Probe.Add(probe, 1u) with { GasLimit = 100_000 };

        (await Should.ThrowAsync<RpcException>(() => poor.SendAsync(call))).Text.ShouldContain("nsufficient funds");
        await fixture.Chain.FundAsync(key.Address, (Uint256)1_000_000_000_000_000_000UL);

        (await poor.SendAsync(call)).Succeeded.ShouldBeTrue();
        await ShouldHaveCountedAsync(probe, 1, poor, 1);
    }

    [Fact]
    public async Task A_client_that_sends_everything_twice_does_nothing_twice()
    {
        using var http = new HttpClient(FaultInjectingHandler.Stuttering());
        var key = EthereumKey.Generate();
        await fixture.Chain.FundAsync(key.Address, (Uint256)10_000_000_000_000_000_000UL);
        var sender = fixture.SenderOf(key, http);
        var probe = await ChainFixture.DeployAsync(sender);

        for (var i = 0; i < 10; i++)
            await sender.SendAsync(Probe.Add(probe, 1u));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => sender.SendAsync(Probe.Add(probe, 1u))));

        await ShouldHaveCountedAsync(probe, 20, sender, 21);
    }

    [Fact]
    public async Task Lost_answers_to_broadcasts_neither_lose_nor_repeat_a_call()
    {
        using var http = new HttpClient(FaultInjectingHandler.LosingAnswers("eth_sendRawTransaction", nth: 2));
        var key = EthereumKey.Generate();
        await fixture.Chain.FundAsync(key.Address, (Uint256)10_000_000_000_000_000_000UL);
        var sender = fixture.SenderOf(key, http);
        var probe = await ChainFixture.DeployAsync(sender);

        for (var i = 0; i < 6; i++)
            await sender.SendAsync(Probe.Add(probe, 1u));

        await ShouldHaveCountedAsync(probe, 6, sender, 7);
    }

    [Fact]
    public async Task A_chain_that_never_confirms_a_broadcast_still_executes_it_once()
    {
        using var http = new HttpClient(FaultInjectingHandler.LosingAnswers("eth_sendRawTransaction", nth: 1));
        var key = EthereumKey.Generate();
        await fixture.Chain.FundAsync(key.Address, (Uint256)10_000_000_000_000_000_000UL);
        var probe = await ChainFixture.DeployAsync(fixture.SenderOf(key));
        var clock = new HurriedClock(TimeSpan.FromSeconds(20));
        var client = new EthereumClient(new JsonRpcClient(http, fixture.Chain.Url, null, clock), Errors.Table);
        var sender = new TransactionSender(client, key, TimeProvider.System, ChainFixture.Hasty);

        await sender.SendAsync(Probe.Add(probe, 1u));
        await sender.SendAsync(Probe.Add(probe, 1u));

        await ShouldHaveCountedAsync(probe, 2, sender, 3);
    }

    private async Task ShouldHaveCountedAsync(Address probe, uint count, TransactionSender sender, ulong transactions)
    {
        (await _client.CallAsync(Probe.Count(probe))).ShouldBe(count);
        (await _client.NonceAsync(sender.Address)).ShouldBe(transactions);
    }
}
