using System.Text.Json.Nodes;
using DataBright.Ethereum.Chain;
using DataBright.Ethereum.Generated;
using DataBright.Ethereum.Rpc;

namespace DataBright.Ethereum.Providers;

/// <summary>Histories of fees as nodes write them, and fees that a node finds too low.</summary>
[Collection(nameof(ChainCollection))]
public sealed class FeeTests(ChainFixture fixture)
{
    private const string Sending = "eth_sendRawTransaction";

    public static TheoryData<string, string, string> Histories => new()
    {
        { "blocks without rewards", """{"baseFeePerGas":["0x5","0x7"],"reward":[[],["0x3"],[]]}""", "17 3" },
        { "no rewards", """{"baseFeePerGas":["0x5","0x7"],"reward":null}""", "15 1" },
        { "rewards of nothing", """{"baseFeePerGas":["0x5","0x7"],"reward":[null,[null],["0x"],"0x4",{},["0x2"]]}""", "16 2" },
        { "no base fees", """{"reward":[["0x3"]]}""", "21 3" },
        { "an empty list of base fees", """{"baseFeePerGas":[],"reward":[["0x3"]]}""", "21 3" },
        { "base fees of nothing", """{"baseFeePerGas":[null],"reward":[["0x3"]]}""", "21 3" },
        { "nothing at all", "null", "19 1" },
        { "a list", "[]", "19 1" },
        { "a base fee of zero", """{"baseFeePerGas":["0x0"],"reward":[]}""", "1 1" },
        { "a reward beyond reason",
            """{"baseFeePerGas":["0x7"],"reward":[["0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"]]}""", "15 1" },
    };

    [Theory]
    [MemberData(nameof(Histories))]
    public async Task Of_a_history_of_fees_what_is_there_is_used(string form, string history, string fees)
    {
        var chain = ScriptedChain.Calling((method, _) => method switch
        {
            "eth_feeHistory" => JsonNode.Parse(history),
            "eth_getBlockByNumber" => Block("0x9"),
            _ => throw new InvalidOperationException(method),
        });

        var quote = await new EthereumClient(new JsonRpcClient(new HttpClient(chain), ScriptedChain.Url)).FeesAsync();

        $"{quote.Max} {quote.Tip}".ShouldBe(fees, form);
    }

    [Fact]
    public async Task A_node_without_a_history_is_asked_for_its_price()
    {
        var chain = new ScriptedChain((request, _) => request["method"]!.GetValue<string>() switch
        {
            "eth_feeHistory" => ScriptedChain.Error(request, -32601, "the method eth_feeHistory does not exist"),
            "eth_getBlockByNumber" => ScriptedChain.Result(request, Block(null)),
            _ => ScriptedChain.Result(request, "0x8"),
        });

        (await new EthereumClient(new JsonRpcClient(new HttpClient(chain), ScriptedChain.Url)).FeesAsync()).ShouldBe(new Fees(17u, 1u));
    }

    [Fact]
    public async Task Fees_beyond_reason_are_one_clear_error()
    {
        var chain = ScriptedChain.Calling((_,
            _) => JsonNode.Parse("""{"baseFeePerGas":["0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"]}"""));

        (await Should.ThrowAsync<ChainException>(() => new EthereumClient(new JsonRpcClient(new HttpClient(chain), ScriptedChain.Url))
            .FeesAsync())).Fault.ShouldBe(ChainFault.Malformed);
    }

    [Theory]
    [InlineData(-32000, "transaction underpriced: gas tip cap 1, minimum needed 25000000000")]
    [InlineData(-32000, "max fee per gas less than block base fee: address 0x70, maxFeePerGas: 1, baseFee: 7")]
    [InlineData(-32010, "FeeTooLow, MaxFeePerGas too low")]
    [InlineData(-32009, "Gas price below configured minimum gas price")]
    public async Task A_fee_that_is_too_low_is_raised_on_the_same_nonce(int code, string words)
    {
        const ulong least = 25_000_000_000;
        var (offered, mined) = (new List<SignedTransaction>(), 0);

        var (key, probe) = await ReadyAsync();
        var http = new HttpClient(new FaultInjectingHandler(async (method, body, send) =>
        {
            if (method != Sending)
                return await send();
            var sent = SignedTransaction.Decode(Hex.Decode(body["params"]![0]!.GetValue<string>()));
            offered.Add(sent);
            if (((Transaction1559)sent.Transaction).MaxPriorityFeePerGas < least)
                return ScriptedChain.Error(body, code, words);
            mined++;
            return await send();
        }));

        (await fixture.SenderOf(key, http).SendAsync(Probe.Add(probe, 2u))).Succeeded.ShouldBeTrue();

        mined.ShouldBe(1);
        offered.Count.ShouldBeInRange(2, 20);
        offered.Select(o => o.Transaction.Nonce).Distinct().ShouldHaveSingleItem();
        (await fixture.Client.NonceAsync(key.Address)).ShouldBe(1UL, "no gap, nothing else was paid for");
        (await fixture.Client.CallAsync(Probe.Count(probe))).ShouldBe(2u);
    }

    [Fact]
    public async Task A_fee_is_raised_no_further_than_the_signers_limit()
    {
        var highest = Uint256.Zero;
        var (key, probe) = await ReadyAsync();
        var http = new HttpClient(new FaultInjectingHandler((method, body, send) =>
        {
            if (method != Sending)
                return send();
            var fees = (Transaction1559)SignedTransaction.Decode(Hex.Decode(body["params"]![0]!.GetValue<string>())).Transaction;
            highest = fees.MaxFeePerGas > highest ? fees.MaxFeePerGas : highest;
            return Task.FromResult(ScriptedChain.Error(body, -32000, "transaction underpriced"));
        }));
        var sender = new TransactionSender(fixture.ClientThrough(http), key, TimeProvider.System,
            ChainFixture.Hasty with { MaxPerGas = 9_000_000_000UL });

        var dear = await Should.ThrowAsync<ChainException>(() => sender.SendAsync(Probe.Add(probe, 2u)));

        dear.Fault.ShouldBe(ChainFault.TooDear);
        dear.Message.ShouldContain("nothing was sent");
        highest.ShouldBe((Uint256)9_000_000_000UL);
        (await fixture.SenderOf(key).SendAsync(Probe.Add(probe, 1u))).Succeeded.ShouldBeTrue();
        (await fixture.Client.NonceAsync(key.Address)).ShouldBe(1UL, "the nonce is free again");
    }

    [Theory]
    [InlineData("replacement transaction underpriced")]
    [InlineData("nonce too low")]
    [InlineData("txpool is full")]
    [InlineData("insufficient funds for gas * price + value")]
    public async Task What_is_said_of_a_second_attempt_after_a_lost_answer_never_makes_a_second_act(string words)
    {
        var (key, probe) = await ReadyAsync();
        var lost = 0;
        var http = new HttpClient(new FaultInjectingHandler(async (method, body, send) =>
        {
            if (method != Sending)
                return await send();
            if (lost++ > 0)
                return ScriptedChain.Error(body, -32000, words);
            (await send()).Dispose();
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The answer was lost.");
        }));

        (await fixture.SenderOf(key, http).SendAsync(Probe.Add(probe, 2u))).Succeeded.ShouldBeTrue();

        (await fixture.Client.NonceAsync(key.Address)).ShouldBe(1UL);
        (await fixture.Client.CallAsync(Probe.Count(probe))).ShouldBe(2u);
    }

    private async Task<(EthereumKey, Address)> ReadyAsync()
    {
        var probe = await ChainFixture.DeployAsync(await fixture.SenderAsync());
        var key = EthereumKey.Generate();
        await fixture.Chain.FundAsync(key.Address, (Uint256)10_000_000_000_000_000_000UL);
        return (key, probe);
    }

    private static JsonObject Block(string? baseFee) => new()
    {
        ["number"] = "0x1", ["hash"] = "0x" + new string('1', 64), ["parentHash"] = "0x" + new string('2', 64), ["timestamp"] = "0x1",
        ["gasLimit"] = "0x1", ["gasUsed"] = "0x0", ["baseFeePerGas"] = baseFee, ["transactions"] = null,
    };
}
