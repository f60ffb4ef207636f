using System.Net;
using System.Text.Json.Nodes;
using DataBright.Ethereum.Rpc;

namespace DataBright.Ethereum.Providers;

/// <summary>Batches that are refused, and providers that are busy.</summary>
public sealed class TransportTests
{
    private readonly HurriedClock _clock = new(TimeSpan.FromSeconds(20));

    public static TheoryData<string, string, int> NoBatches => new()
    {
        { "an error of the whole",
            """{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch requests are not supported"}}""", 200 },
        { "an error without an id", """{"error":{"code":-32600,"message":"Invalid Request"}}""", 200 },
        { "an error in words alone", """{"error":"batching is disabled"}""", 400 },
        { "a page", "<html>Bad Request</html>", 400 },
        { "too large", "", 413 },
        { "nothing for each", "[]", 200 },
        { "one answer for all", """{"jsonrpc":"2.0","id":1,"result":"0x1"}""", 200 },
    };

    [Theory]
    [MemberData(nameof(NoBatches))]
    public async Task A_node_without_batches_is_asked_one_by_one_from_then_on(string form, string answer, int status)
    {
        var chain = new ScriptedChain((request, _) => request is JsonArray
            ? ScriptedChain.Http(answer, (HttpStatusCode)status)
            : ScriptedChain.Result(request, request["params"]![0]!.DeepClone()));
        var client = Client(chain);

        var first = await client.BatchAsync([.. Enumerable.Range(0, 5).Select(Get)]);
        var batches = chain.Requests.Count(r => r is JsonArray);
        var second = await client.BatchAsync([.. Enumerable.Range(0, 5).Select(Get)]);

        first.Concat(second).Select(r => r.Result.GetString()).ShouldBe(["0", "1", "2", "3", "4", "0", "1", "2", "3", "4"], form);
        batches.ShouldBeInRange(1, 3);
        chain.Requests.Count(r => r is JsonArray).ShouldBe(batches, "it is remembered");
    }

    [Fact]
    public async Task A_node_with_small_batches_is_asked_by_those()
    {
        var chain = new ScriptedChain((request, _) => request is JsonArray { Count: > 10 } large
            ? ScriptedChain.Http(
                new JsonArray(
                    [.. large.Select(c => new JsonObject { ["id"] = c!["id"]!.DeepClone(),
                        ["error"] = new JsonObject { ["code"] = 31, ["message"] = "Batch of more than 10 requests are not allowed" } })])
                        .ToJsonString())
            : request is JsonArray small
                ? ScriptedChain.Http(
                    new JsonArray([.. small.Select(
                        c => new JsonObject { ["id"] = c!["id"]!.DeepClone(), ["result"] = c["params"]![0]!.DeepClone() })]).ToJsonString())
                : ScriptedChain.Result(request, request["params"]![0]!.DeepClone()));

        var replies = await Client(chain).BatchAsync([.. Enumerable.Range(0, 100).Select(Get)]);

        replies.Select(r => r.Result.GetString()).ShouldBe(Enumerable.Range(0, 100).Select(i => $"{i}"));
        chain.Requests.Count.ShouldBeLessThan(30);
    }

    [Fact]
    public async Task A_node_that_was_asked_by_small_batches_is_asked_by_larger_ones_again_after_a_while()
    {
        var clock = new HurriedClock(TimeSpan.FromMinutes(11));
        var chain = new ScriptedChain((request, nth) => request is not JsonArray calls
            ? ScriptedChain.Result(request, "0x1")
            : nth == 1 ? ScriptedChain.Http("""{"error":"batching is disabled"}""", HttpStatusCode.BadRequest)
            : ScriptedChain.Http(
                new JsonArray([.. calls.Select(
                    c => new JsonObject { ["jsonrpc"] = "2.0", ["id"] = c!["id"]!.DeepClone(), ["result"] = "0x1" })]).ToJsonString()));
        using var http = new HttpClient(chain);
        var client = new JsonRpcClient(http, ScriptedChain.Url, new JsonRpcOptions { Timeout = TimeSpan.FromHours(1) }, clock);
        await client.BatchAsync([Get(1), Get(2)]);
        await Task.Delay(TimeSpan.FromMinutes(11), clock);
        var before = chain.Requests.Count;

        await client.BatchAsync([Get(1), Get(2)]);

        chain.Requests.Count.ShouldBe(before + 1);
    }

    [Fact]
    public async Task A_node_that_refuses_everything_is_not_taken_for_one_without_batches()
    {
        var chain = ScriptedChain.Saying("no", HttpStatusCode.Unauthorized);

        (await Should.ThrowAsync<ChainException>(() => Client(chain).BatchAsync([Get(1), Get(2), Get(3)]))).Fault
            .ShouldBe(ChainFault.Refused);
        chain.Requests.Count.ShouldBeLessThan(4);
    }

    [Theory]
    [InlineData("4", 4_000)]
    [InlineData("0", 0)]
    [InlineData("-3", 0)]
    [InlineData("soon", 0)]
    [InlineData("Tue, 01 Jan 2030 00:00:09 GMT", 9_000)]
    [InlineData("Mon, 01 Jan 2029 00:00:00 GMT", 0)]
    public async Task A_server_that_says_when_to_come_back_is_obeyed(string after, int least)
    {
        var chain = new ScriptedChain((request, nth) => nth == 1 ? Busy(429, after) : ScriptedChain.Result(request, "0x1"));

        (await Client(chain).CallAsync("eth_blockNumber")).GetString().ShouldBe("0x1");

        var pause = _clock.Waits.ShouldHaveSingleItem().TotalMilliseconds;
        if (least > 0)
            pause.ShouldBe(least, 1_000);
        else
            pause.ShouldBeInRange(75, 125);
    }

    [Theory]
    [InlineData("3600")]
    [InlineData("Fri, 01 Jan 2100 00:00:00 GMT")]
    [InlineData("2147483647")]
    public async Task A_server_that_asks_too_much_patience_is_told_and_not_asked_again(string after)
    {
        var chain = new ScriptedChain((_, _) => Busy(503, after));

        var busy = await Should.ThrowAsync<ChainException>(() => Client(chain).CallAsync("eth_blockNumber"));

        busy.Message.ShouldContain("asks to wait");
        chain.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(522)]
    [InlineData(529)]
    public async Task A_passing_fault_is_waited_out_with_growing_pauses_that_differ_and_end(int status)
    {
        var chain = new ScriptedChain((_, _) => Busy(status, null));

        (await Should.ThrowAsync<ChainException>(() => Client(chain).CallAsync("eth_blockNumber"))).IsTransient.ShouldBeTrue();

        chain.Requests.Count.ShouldBe(5);
        _clock.Waits.Select(w => w.TotalMilliseconds).ShouldBeInOrder();
        _clock.Waits.Select(w => w.TotalMilliseconds % 100).ShouldContain(part => part != 0);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(501)]
    public async Task A_lasting_fault_is_told_at_once(int status)
    {
        var chain = new ScriptedChain((_, _) => ScriptedChain.Http("no", (HttpStatusCode)status));

        await Should.ThrowAsync<ChainException>(() => Client(chain).CallAsync("eth_blockNumber"));

        chain.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(-32005, "daily request count exceeded, request rate limited", 5)]
    [InlineData(-32097, "limit", 5)]
    [InlineData(429, "Too Many Requests", 5)]
    [InlineData(-32000, "Too many requests, please slow down", 5)]
    [InlineData(-32601, "the method does not exist", 1)]
    [InlineData(-32602, "invalid params", 1)]
    [InlineData(3, "execution reverted: too many requests", 1)]
    public async Task Being_busy_in_json_is_waited_out_and_other_errors_are_not(int code, string message, int asked)
    {
        foreach (var named in new[] { true, false })
        {
            var chain = new ScriptedChain((request, _) =>
                named ? ScriptedChain.Error(request, code, message)
                    : ScriptedChain.Http($$$"""{"id":null,"error":{"code":{{{code}}},"message":"{{{message}}}"}}"""));
            (await Should.ThrowAsync<RpcException>(() => Client(chain).CallAsync("eth_call"))).Code.ShouldBe(code);
            chain.Requests.Count.ShouldBe(asked);
        }
    }

    private static HttpResponseMessage Busy(int status, string? after)
    {
        var answer = ScriptedChain.Http("""{"jsonrpc":"2.0","id":null,"error":{"code":429,"message":"Too Many Requests"}}""",
            (HttpStatusCode)status);
        if (after is not null)
            answer.Headers.TryAddWithoutValidation("Retry-After", after);
        return answer;
    }

    private static RpcRequest Get(int i) => new("eth_getCode", $"{i}");

    private JsonRpcClient Client(HttpMessageHandler handler) => new(new HttpClient(handler), ScriptedChain.Url, null, _clock);
}
