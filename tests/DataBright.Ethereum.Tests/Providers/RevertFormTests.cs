using System.Text.Json.Nodes;
using DataBright.Ethereum.Generated;
using DataBright.Ethereum.Rpc;

namespace DataBright.Ethereum.Providers;

/// <summary>How nodes tell that a contract refused: the reason is found in each form.</summary>
public sealed class RevertFormTests
{
    // TooMuch(101, 100)
    private static readonly string Data =
        Hex.Encode([.. Keccak.HashText("TooMuch(uint256,uint64)").AsSpan()[..4], .. new byte[31], 101, .. new byte[31], 100]);

    public static TheoryData<string, int, string, string?> Forms => new()
    {
        { "go-ethereum", 3, "execution reverted", "\"DATA\"" },
        { "Nethermind", -32015, "VM execution error.", "\"Reverted DATA\"" },
        { "Parity", -32015, "VM execution error.", "\"DATA\"" },
        { "Hardhat", -32603, "Internal error",
            """{"message":"reverted with custom error","data":"DATA","txHash":"0x0000000000000000000000000000000000000000000000000000000000000001"}""" },
        { "Ganache", -32000, "VM Exception while processing transaction: revert",
            """{"0x00000000000000000000000000000000000000000000000000000000000000aa":{"error":"revert","return":"DATA"},"name":"c"}""" },
        { "a wallet", -32603, "Internal JSON-RPC error.", """{"originalError":{"code":3,"data":"DATA","message":"execution reverted"}}""" },
        { "a wallet over a wallet", -32603, "execution reverted", """{"originalError":{"cause":{"data":{"data":"DATA"}}}}""" },
        { "a node that writes it into the message", -32000, "execution reverted: DATA", null },
        { "another that does", -32015, "Reverted DATA", null },
        { "a list", 3, "execution reverted", "[\"DATA\"]" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_reason_is_found_in_every_form(string node, int code, string message, string? data)
    {
        var chain = new ScriptedChain((request,
            _) => ScriptedChain.Error(request, code, message.Replace("DATA", Data, StringComparison.Ordinal),
            data is null ? null : JsonNode.Parse(data.Replace("DATA", Data, StringComparison.Ordinal))));
        var client = new EthereumClient(new JsonRpcClient(new HttpClient(chain), ScriptedChain.Url), Errors.Table);
        var call = Probe.Add(DevelopmentAccounts.Key(0).Address, 101u);

        var simulated = await Should.ThrowAsync<RevertException>(() => client.SimulateAsync(call, Address.Zero));
        var estimated = await Should.ThrowAsync<RevertException>(() => client.EstimateGasAsync(call, Address.Zero));

        simulated.Error.ShouldBe(new Errors.TooMuch(101u, 100), node);
        estimated.Error.ShouldBe(new Errors.TooMuch(101u, 100), node);
        chain.Requests.Count.ShouldBe(2, "a refusal is not asked for again");
    }

    [Theory]
    [InlineData("execution reverted: only on Sundays", "only on Sundays")]
    [InlineData("VM Exception while processing transaction: reverted with reason string 'only on Sundays'", "only on Sundays")]
    public async Task A_reason_in_words_alone_is_shown(string message, string shown)
    {
        var client =
            new EthereumClient(new JsonRpcClient(
                new HttpClient(new ScriptedChain((request, _) => ScriptedChain.Error(request, 3, message))), ScriptedChain.Url));

        (await Should.ThrowAsync<RevertException>(() => client.SimulateAsync(Probe.Add(Address.Zero, 1u), Address.Zero))).Message
            .ShouldContain(shown);
    }

    [Fact]
    public async Task A_hash_in_an_error_is_no_reason()
    {
        var chain = new ScriptedChain((request, _) => ScriptedChain.Error(request, 3, "execution reverted",
            new JsonObject { ["txHash"] = "0x" + new string('1', 64), ["from"] = "0x" + new string('2', 40) }));
        var client = new EthereumClient(new JsonRpcClient(new HttpClient(chain), ScriptedChain.Url));

        (await Should.ThrowAsync<RevertException>(() => client.SimulateAsync(Probe.Add(Address.Zero, 1u), Address.Zero))).RevertData.Length
            .ShouldBe(0);
    }
}
