using System.Text.Json.Nodes;
using DataBright.Ethereum.Generated;
using DataBright.Ethereum.Rpc;

namespace DataBright.Ethereum.Providers;

/// <summary>Whatever a stranger answers to whatever it is asked: a value, or one of the errors that say so.</summary>
public sealed class StrangeAnswerTests
{
    private static readonly Address Somebody = Address.Parse("0x00000000000000000000000000000000000000aa");
    private static readonly Hash32 Some = Keccak.HashText("some");

    private static readonly string[] Odd =
    [
        "null", "[]", "{}", "true", "false", "0", "-1", "1e300", "123456789012345678901234567890", "\"\"", "\"0x\"", "\"0x0\"", "\"0x00\"",
        "\"0xg\"", "\"1\"", "\"0x1\"",
        "\"0xffffffffffffffff\"", "\"0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\"",
        "\"0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\"",
        "\"\\ud800\"", "{\"\\udfff\":1}", "[null]", "[[]]", "[{}]", "\"latest\"", "\"-0x1\"", "[\"0x1\",null,{},[]]",
    ];

    private static readonly (string Name, Func<EthereumClient, Task> Ask)[] Questions =
    [
        ("chain", c => c.ChainIdAsync()),
        ("head", c => c.BlockNumberAsync()),
        ("block", c => c.BlockAsync(5)),
        ("block by hash", c => c.BlockAsync(Some)),
        ("hash", c => c.BlockHashAsync(5)),
        ("heads", c => c.HeadsAsync([4, 5], default)),
        ("blocks", c => c.BlocksAsync([4, 5])),
        ("receipts of blocks", async c => await c.BlockReceiptsAsync([.. (await c.BlocksAsync([4, 5])).OfType<Block>()])),
        ("balance", c => c.BalanceAsync(Somebody)),
        ("code", c => c.CodeAsync(Somebody)),
        ("nonce", c => c.NonceAsync(Somebody)),
        ("fees", c => c.FeesAsync()),
        ("tip", c => c.TipAsync(default)),
        ("call", c => c.CallAsync(Probe.Count(Somebody))),
        ("calls", c => c.CallAllAsync([Probe.Count(Somebody), Probe.Count(Somebody)])),
        ("gas", c => c.EstimateGasAsync(Probe.Add(Somebody, 1u), Somebody)),
        ("logs", c => c.GetLogsAsync(LogFilter.Of(Somebody), 0, 9)),
        ("logs by hash", c => c.GetLogsAsync(LogFilter.Of(Somebody), [Some], default)),
        ("receipt", c => c.ReceiptAsync(Some)),
        ("receipts", c => c.ReceiptsAsync([Some, Some])),
        ("transaction", c => c.TransactionAsync(Some, default)),
        ("transactions", c => c.TransactionsAsync(BlockTag.Pending, Somebody, default)),
        ("sending", async c => await Sender(c).SendAsync(Probe.Add(Somebody, 1u))),
        ("sending with gas", async c => await Sender(c).SendAsync(Probe.Add(Somebody, 1u) with { GasLimit = 50_000 })),
        ("following", c => Poller(c).NextAsync(LogCursor.From(3))),
        ("following on", c => Poller(c).NextAsync(new LogCursor(0, 6, [new BlockMark(2, Some), new BlockMark(5, Some)]))),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task No_answer_of_a_stranger_is_anything_but_a_value_or_a_clear_error(int seed)
    {
        var random = new Random(seed);
        var (values, errors) = (0, 0);
        foreach (var (name, ask) in Questions)
            for (var i = 0; i < 250; i++)
            {
                var told = new List<string>();
                var chain = ScriptedChain.Calling((method, _) =>
                {
                    var answer = Mutated(Proper(method), random, method == "eth_blockNumber" ? 0.2 : 0.5);
                    told.Add($"{method}: {answer?.ToJsonString() ?? "null"}");
                    return answer;
                });
                var clock = new HurriedClock(TimeSpan.FromSeconds(20));
                try
                {
                    await ask(new EthereumClient(new JsonRpcClient(new HttpClient(chain), ScriptedChain.Url, null, clock), Errors.Table));
                    values++;
                }
                catch (Exception clear) when (clear is ChainException or RpcException or RevertException or TransactionPendingException)
                {
                    errors++;
                    clear.Message.ShouldNotBeNullOrWhiteSpace();
                }
                catch (Exception other)
                {
                    Assert.Fail($"{name} ended with {other}\nafter\n{string.Join('\n', told.TakeLast(6))}");
                }
            }
        values.ShouldBeGreaterThan(500);
        errors.ShouldBeGreaterThan(500);
    }

    private static TransactionSender Sender(EthereumClient client) =>
        new(client, DevelopmentAccounts.Key(0), new HurriedClock(TimeSpan.FromSeconds(20)),
            new SendingOptions { GiveUpAfter = TimeSpan.FromSeconds(20) });

    private static LogPoller Poller(EthereumClient client) =>
        new(client, LogFilter.Of(Somebody), new HurriedClock(TimeSpan.FromSeconds(20)));

    private static JsonNode? Mutated(JsonNode? proper, Random random, double chance)
    {
        if (random.NextDouble() > chance)
            return proper;
        if (random.Next(4) == 0 || proper is not (JsonObject or JsonArray))
            return JsonNode.Parse(Odd[random.Next(Odd.Length)]);
        for (var changes = random.Next(1, 3); changes > 0; changes--)
            Change(proper, random);
        return proper;
    }

    private static void Change(JsonNode at, Random random)
    {
        if (at is JsonObject { Count: > 0 } members)
        {
            var (name, value) = members.ElementAt(random.Next(members.Count));
            if (value is JsonObject or JsonArray && random.Next(2) == 0)
                Change(value, random);
            else if (random.Next(3) == 0)
                members.Remove(name);
            else
                members[name] = JsonNode.Parse(Odd[random.Next(Odd.Length)]);
        }
        else if (at is JsonArray items)
        {
            if (items.Count > 0 && random.Next(2) == 0 && items[random.Next(items.Count)] is { } inner and (JsonObject or JsonArray))
                Change(inner, random);
            else
                items.Add(JsonNode.Parse(Odd[random.Next(Odd.Length)]));
        }
    }

    private static JsonNode? Proper(string method) => method switch
    {
        "eth_chainId" => "0x7a69",
        "eth_blockNumber" => "0x9",
        "eth_getTransactionCount" => "0x1",
        "eth_getBalance" or "eth_gasPrice" or "eth_maxPriorityFeePerGas" => "0x5",
        "eth_estimateGas" => "0xc350",
        "eth_getCode" => "0x6001",
        "eth_call" => "0x" + new string('0', 63) + "1",
        "eth_sendRawTransaction" => Some.ToString(),
        "eth_feeHistory" => JsonNode.Parse("""{"baseFeePerGas":["0x5","0x7"],"reward":[["0x3"],["0x2"]],"gasUsedRatio":[0.5]}"""),
        "eth_getLogs" => new JsonArray(Log()),
        "eth_getTransactionReceipt" => Receipt(),
        "eth_getBlockReceipts" => new JsonArray(Receipt()),
        "eth_getTransactionByHash" => Transaction(),
        "eth_getBlockByNumber" or "eth_getBlockByHash" => new JsonObject
        {
            ["number"] = "0x5", ["hash"] = Some.ToString(), ["parentHash"] = Some.ToString(), ["timestamp"] = "0x64",
            ["gasLimit"] = "0x1c9c380", ["gasUsed"] = "0x0",
            ["baseFeePerGas"] = "0x7", ["logsBloom"] = "0x" + new string('0', 512), ["transactions"] = new JsonArray(Some.ToString()),
        },
        _ => null,
    };

    private static JsonObject Log() => new()
    {
        ["address"] = Somebody.ToString(), ["topics"] = new JsonArray(Some.ToString()), ["data"] = "0x", ["blockNumber"] = "0x5",
        ["blockHash"] = Some.ToString(),
        ["transactionHash"] = Some.ToString(), ["transactionIndex"] = "0x0", ["logIndex"] = "0x0", ["blockTimestamp"] = "0x64",
        ["removed"] = false,
    };

    private static JsonObject Receipt() => new()
    {
        ["transactionHash"] = Some.ToString(), ["blockNumber"] = "0x5", ["blockHash"] = Some.ToString(), ["transactionIndex"] = "0x0",
        ["from"] = Somebody.ToString(),
        ["to"] = Somebody.ToString(), ["contractAddress"] = null, ["gasUsed"] = "0x5208", ["effectiveGasPrice"] = "0x7", ["status"] = "0x1",
        ["logs"] = new JsonArray(Log()),
    };

    private static JsonObject Transaction() => new()
    {
        ["hash"] = Some.ToString(), ["from"] = Somebody.ToString(), ["to"] = Somebody.ToString(), ["value"] = "0x0", ["input"] = "0x",
        ["nonce"] = "0x1", ["gas"] = "0x5208",
    };
}
