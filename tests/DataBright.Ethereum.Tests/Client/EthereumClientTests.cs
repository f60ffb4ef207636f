using DataBright.Ethereum.Chain;
using DataBright.Ethereum.Generated;

namespace DataBright.Ethereum.Client;

[Collection(nameof(ChainCollection))]
public sealed class EthereumClientTests(ChainFixture fixture)
{
    private readonly EthereumClient _client = fixture.Client;

    [Fact]
    public async Task A_contract_is_deployed_called_and_read()
    {
        var sender = await fixture.SenderAsync();
        var deployed = await sender.DeployAsync(Probe.Deploy(7u, "first"));
        var probe = deployed.ContractAddress!.Value;

        probe.ShouldBe(Address.OfCreated(sender.Address, 0));
        (await _client.CodeAsync(probe)).Length.ShouldBeGreaterThan(100);
        (await _client.CallAsync(Probe.Owner(probe))).ShouldBe(sender.Address);
        (await _client.CallAsync(Probe.Count(probe))).ShouldBe(7u);

        var receipt = await sender.SendAsync(Probe.Add(probe, 5u));

        receipt.Succeeded.ShouldBeTrue();
        (await _client.CallAsync(Probe.Count(probe))).ShouldBe(12u);
        (await _client.CallAsync(Probe.Count(probe), receipt.BlockNumber - 1)).ShouldBe(7u);
        var counted = Probe.Events.Counted.Decode(receipt.Logs.ShouldHaveSingleItem());
        counted.By.ShouldBe(sender.Address);
        counted.Count.ShouldBe(12u);
        counted.Label.ShouldBe(Keccak.HashText("add"));
        counted.Mood.ShouldBe(Probe.Mood.Wild);
    }

    [Fact]
    public async Task Many_reads_take_one_request_and_come_in_order()
    {
        var sender = await fixture.SenderAsync();
        var probe = await ChainFixture.DeployAsync(sender);
        await sender.SendAsync(Probe.Add(probe, 3u));

        var counts =
            await _client.CallAllAsync([Probe.CountOf(probe, sender.Address), Probe.CountOf(probe, Address.Zero), Probe.Count(probe)]);

        counts.ShouldBe([3u, 0u, 3u]);
    }

    [Fact]
    public async Task Blocks_hashes_balances_fees_and_logs_have_their_types()
    {
        var sender = await fixture.SenderAsync();
        var probe = await ChainFixture.DeployAsync(sender);
        var receipt = await sender.SendAsync(Probe.Pay(probe, 1_000u));

        var block = (await _client.BlockAsync(receipt.BlockNumber))!;
        block.Hash.ShouldBe(receipt.BlockHash);
        block.Transactions.ShouldContain(receipt.TransactionHash);
        (await _client.BlockAsync(block.Hash))!.ShouldBeEquivalentTo(block);
        (await _client.BlockHashAsync(block.Number - 1)).ShouldBe(block.ParentHash);
        (await _client.HeadsAsync([block.Number, 1_000_000], default)).Select(head => head?.Hash).ShouldBe([block.Hash, null]);
        (await _client.BalanceAsync(probe)).ShouldBe(1_000u);
        (await _client.NonceAsync(sender.Address)).ShouldBe(2UL);
        (await _client.ChainIdAsync()).ShouldBe(EmbeddedChain.ChainId);
        var fees = await _client.FeesAsync();
        fees.Max.ShouldBeGreaterThan(fees.Tip);
        fees.Tip.ShouldBeGreaterThan(Uint256.Zero);

        var filter = new LogFilter([probe], [Probe.Events.Counted.Topic]);
        var logs = await _client.GetLogsAsync(filter, 0, block.Number);
        logs.ShouldHaveSingleItem().Topics.Count.ShouldBe(4);
        (await _client.GetLogsAsync(new LogFilter([probe], [Probe.Events.Told.Topic]), 0, block.Number)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reverted_read_names_the_contracts_own_error_and_its_arguments()
    {
        var probe = await ChainFixture.DeployAsync(await fixture.SenderAsync());

        var revert = await Should.ThrowAsync<RevertException>(() => _client.SimulateAsync(Probe.Check(probe, 101u), Address.Zero));

        revert.ErrorName.ShouldBe("TooMuch");
        revert.Error.ShouldBe(new Errors.TooMuch(101u, 100));
        revert.Arguments.Select(a => a.Key).ShouldBe(["asked", "allowed"]);
        revert.Receipt.ShouldBeNull();
        revert.Message.ShouldBe("Probe.check reverted: TooMuch(asked: 101, allowed: 100)");
    }

    [Fact]
    public async Task Texts_panics_silence_and_long_errors_are_told_apart()
    {
        var probe = await ChainFixture.DeployAsync(await fixture.SenderAsync());
        async Task<string> Reason(ContractCall call) =>
            (await Should.ThrowAsync<RevertException>(() => _client.SimulateAsync(call, Address.Zero))).Message;

        (await Reason(Probe.AddAfter(probe, 99u))).ShouldBe("Probe.addAfter reverted: count is another");
        (await Reason(Probe.Overflow(probe, 1u))).ShouldBe("Probe.overflow reverted: an arithmetic overflow (panic 0x11)");
        (await Reason(Probe.Silent(probe))).ShouldBe("Probe.silent reverted: the contract gave no reason.");
        (await Reason(Probe.Refuse(probe, [probe], new byte[] { 1, 2 })))
            .ShouldBe($"Probe.refuse reverted: Unwanted(why: \"because\", who: [{probe}], proof: 0x0102, mood: Wild)");
    }

    [Fact]
    public async Task An_unknown_error_is_shown_as_its_bytes()
    {
        var probe = await ChainFixture.DeployAsync(await fixture.SenderAsync());
        using var http = new HttpClient(new SocketsHttpHandler());
        var stranger = new EthereumClient(new JsonRpcClient(http, fixture.Chain.Url));

        var revert = await Should.ThrowAsync<RevertException>(() => stranger.SimulateAsync(Probe.Check(probe, 101u), Address.Zero));

        revert.ErrorName.ShouldBeNull();
        revert.Message.ShouldContain(Selector.Of("TooMuch(uint256,uint64)").ToString());
    }

    [Fact]
    public async Task Reading_where_no_contract_is_says_so()
    {
        var problem = await Should.ThrowAsync<ChainException>(() => _client.CallAsync(Probe.Count(DevelopmentAccounts.Key(19).Address)));
        problem.Message.ShouldContain("There is no such contract");
    }

    [Fact]
    public async Task Another_chain_than_the_expected_one_is_refused()
    {
        await _client.RequireChainAsync(31337);
        var fault = await Should.ThrowAsync<ChainException>(() => _client.RequireChainAsync(1));
        fault.Fault.ShouldBe(ChainFault.WrongChain);
        fault.Message
            .ShouldBe($"{fixture.Chain.Url} is chain 31337, not chain 1. Give the URL of a node of chain 1, or expect chain 31337.");
    }
}
