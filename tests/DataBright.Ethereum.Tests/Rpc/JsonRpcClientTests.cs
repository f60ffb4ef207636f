using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace DataBright.Ethereum.Rpc;

public sealed class JsonRpcClientTests
{
    private readonly HurriedClock _clock = new(TimeSpan.FromSeconds(20));

    [Fact]
    public async Task A_result_is_given_as_it_came()
    {
        var chain = new ScriptedChain((r, _) => ScriptedChain.Result(r, "0x10"));

        (await Client(chain).CallAsync("eth_blockNumber")).GetString().ShouldBe("0x10");

        chain.Requests.ShouldHaveSingleItem().ToJsonString()
            .ShouldBe("""{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}""");
    }

    [Fact]
    public async Task Answers_of_a_batch_are_matched_by_id_in_whatever_order_they_come()
    {
        var chain = new ScriptedChain((r, _) => ScriptedChain.Http(new JsonArray([.. r.AsArray().Reverse().Select(c => new JsonObject
        {
            ["id"] = c!["id"]!.DeepClone(), ["result"] = c["params"]![0]!.DeepClone(),
        })]).ToJsonString()));

        var replies = await Client(chain).BatchAsync([Get("a"), Get("b"), Get("c")]);

        replies.Select(r => r.Result.GetString()).ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public async Task One_refused_call_of_a_batch_leaves_the_others_standing()
    {
        var chain = new ScriptedChain((_,
            _) => ScriptedChain.Http("""[{"id":2,"error":{"code":-32000,"message":"no"}},{"id":1,"result":"0x1"}]"""));

        var replies = await Client(chain).BatchAsync([Get("a"), Get("b")]);

        replies[0].Result.GetString().ShouldBe("0x1");
        Should.Throw<RpcException>(() => replies[1].Result).Code.ShouldBe(-32000);
    }

    [Fact]
    public async Task A_large_batch_is_split_and_comes_back_whole()
    {
        var chain = ScriptedChain.Calling((_, parameters) => parameters[0]!.DeepClone());

        var replies = await Client(chain, new JsonRpcOptions { MaxBatch = 3 })
            .BatchAsync([.. Enumerable.Range(0, 8).Select(i => Get($"{i}"))]);

        replies.Select(r => r.Result.GetString()).ShouldBe(["0", "1", "2", "3", "4", "5", "6", "7"]);
        chain.Requests.Select(r => r.AsArray().Count).ShouldBe([3, 3, 2]);
    }

    [Fact]
    public async Task An_empty_batch_asks_nothing()
    {
        var chain = ScriptedChain.Saying("never");
        (await Client(chain).BatchAsync([])).ShouldBeEmpty();
        chain.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":99,"result":"0x1"}""", "id 99")]
    [InlineData("""{"jsonrpc":"2.0","id":"1","result":"0x1"}""", "id \"1\"")]
    [InlineData("""{"jsonrpc":"2.0","result":"0x1"}""", "id missing")]
    public async Task An_answer_to_another_question_is_refused(string answer, string named)
    {
        var fault = await FaultAsync(ScriptedChain.Saying(answer));

        fault.Fault.ShouldBe(ChainFault.WrongId);
        fault.Message
            .ShouldBe(
                $"http://chain.example:8545/ answered a question that was not asked ({named}). A proxy may be mixing up connections: ask "
                + "the node directly.");
    }

    [Theory]
    [InlineData("""[{"id":1,"result":"0x1"}]""")]
    [InlineData("""[{"id":1,"result":"0x1"},{"id":1,"result":"0x1"}]""")]
    public async Task A_batch_with_a_missing_or_doubled_answer_is_refused(string answer)
    {
        var fault = await Should.ThrowAsync<ChainException>(() => Client(ScriptedChain.Saying(answer)).BatchAsync([Get("a"), Get("b")]));
        fault.Fault.ShouldBe(ChainFault.WrongId);
    }

    /// <summary>RFC 8259, 8.1: it must not be sent, and may be passed over.</summary>
    [Theory]
    [InlineData("\uFEFF", "0x1")]
    [InlineData("\uFEFF\r\n", "0x1")]
    [InlineData("\r\n", "0x1")]
    [InlineData("\uFEFF\uFEFF", null)]
    public async Task A_byte_order_mark_before_an_answer_is_passed_over(string before, string? result)
    {
        var chain = new ScriptedChain((request, _) => ScriptedChain.Http(before + (request is JsonArray
            ? """[{"id":1,"result":"0x1"},{"id":2,"result":"0x1"}]"""
            : """{"id":1,"result":"0x1"}""")));

        if (result is null)
            (await FaultAsync(chain)).Fault.ShouldBe(ChainFault.NotJsonRpc);
        else
            (await Client(chain).CallAsync("eth_blockNumber")).GetString().ShouldBe(result);
        var batch = Client(chain).BatchAsync([Get("a"), Get("b")]);
        if (result is null)
            (await Should.ThrowAsync<ChainException>(() => batch)).Fault.ShouldBe(ChainFault.NotJsonRpc);
        else
            (await batch).Select(reply => reply.Result.GetString()).ShouldBe([result, result]);
    }

    [Fact]
    public async Task A_web_page_is_no_chain()
    {
        var fault = await FaultAsync(ScriptedChain.Saying("<!DOCTYPE html>\n<html><body>Welcome</body></html>"));

        fault.Fault.ShouldBe(ChainFault.NotJsonRpc);
        fault.Message
            .ShouldBe("http://chain.example:8545/ does not answer JSON-RPC; it says \"<!DOCTYPE html> <html><body>Welcome</body></html>\". "
            + "Check that the URL is that of an Ethereum node and that no web page or proxy stands before it.");
    }

    [Theory]
    [InlineData("\"0x1\"")]
    [InlineData("[1]")]
    [InlineData("""{"jsonrpc":"2.0","id":1}""")]
    public async Task Json_that_is_no_json_rpc_is_refused(string answer) =>
        (await FaultAsync(ScriptedChain.Saying(answer))).Fault.ShouldBe(ChainFault.NotJsonRpc);

    [Fact]
    public async Task A_page_not_found_names_the_status()
    {
        var fault = await FaultAsync(ScriptedChain.Saying("nothing here", HttpStatusCode.NotFound));
        fault.Fault.ShouldBe(ChainFault.Refused);
        fault.Message.ShouldContain("answers HTTP 404 Not Found");
    }

    [Fact]
    public async Task An_error_in_proper_json_is_read_whatever_the_status()
    {
        var chain = new ScriptedChain((r, _) =>
        {
            var error = ScriptedChain.Error(r, -32601, "no such method");
            error.StatusCode = HttpStatusCode.BadRequest;
            return error;
        });
        (await Should.ThrowAsync<RpcException>(() => Client(chain).CallAsync("eth_x"))).Code.ShouldBe(RpcException.MethodNotFound);
    }

    [Fact]
    public async Task An_answer_cut_short_is_asked_for_again()
    {
        var chain = new ScriptedChain((r,
            attempt) => attempt < 3 ? ScriptedChain.Http("""{"jsonrpc":"2.0","id":1,"resul""") : ScriptedChain.Result(r, "0x1"));

        (await Client(chain).CallAsync("eth_blockNumber")).GetString().ShouldBe("0x1");

        chain.Requests.Count.ShouldBe(3);
        ShouldHavePaused(100, 200);
    }

    [Fact]
    public async Task An_answer_cut_short_behind_a_byte_order_mark_is_asked_for_again()
    {
        var chain = new ScriptedChain((r,
            attempt) => attempt == 1 ? ScriptedChain.Http("\uFEFF{\"jsonrpc\":\"2.0\",\"id\":1,\"resul") : ScriptedChain.Result(r, "0x1"));

        (await Client(chain).CallAsync("eth_blockNumber")).GetString().ShouldBe("0x1");
    }

    [Fact]
    public async Task An_answer_that_stays_cut_short_is_one_clear_error()
    {
        var chain = ScriptedChain.Saying("""{"jsonrpc":"2.0","id":1,"resul""");
        var fault = await FaultAsync(chain);

        fault.Fault.ShouldBe(ChainFault.Truncated);
        fault.Message
            .ShouldBe(
                "http://chain.example:8545/ broke off in the middle of an answer. The node may have been stopped: check that it runs and "
                + "try again.");
        chain.Requests.Count.ShouldBe(5);
        ShouldHavePaused(100, 200, 400, 800);
    }

    [Fact]
    public async Task A_chain_that_is_down_is_one_clear_error()
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        listener.Stop();

        var fault = await Should.ThrowAsync<ChainException>(() => new JsonRpcClient(http, url, null, _clock).CallAsync("eth_blockNumber"));

        fault.Fault.ShouldBe(ChainFault.Unreachable);
        fault.Message.ShouldBe($"{url} refuses connections. Start the node, or correct the URL and the port.");
    }

    [Fact]
    public async Task What_speaks_no_http_is_one_clear_error()
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        var server = Task.Run(async () =>
        {
            using var socket = await listener.AcceptSocketAsync();
            await socket.SendAsync(Encoding.ASCII.GetBytes("220 mail ready\r\n\r\n"));
        });

        var fault = await Should.ThrowAsync<ChainException>(() => new JsonRpcClient(http, url, null, _clock).CallAsync("eth_blockNumber"));
        await server;

        fault.Fault.ShouldBe(ChainFault.NotJsonRpc);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_larger_than_allowed_is_refused(bool lengthIsSaid)
    {
        var chain = new ScriptedChain((_, _) => new HttpResponseMessage
        {
            Content = lengthIsSaid ? new ByteArrayContent(new byte[1001]) : new StreamContent(new Unsized(new byte[1001])),
        });
        var fault = await FaultAsync(chain, new JsonRpcOptions { MaxAnswerBytes = 1000 });

        fault.Fault.ShouldBe(ChainFault.TooLarge);
        chain.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task No_answer_in_time_is_one_clear_error()
    {
        using var http = new HttpClient(new Silent());
        var client = new JsonRpcClient(http, ScriptedChain.Url,
            new JsonRpcOptions { Timeout = TimeSpan.FromSeconds(3), Attempts = 2 }, _clock);

        var fault = await Should.ThrowAsync<ChainException>(() => client.CallAsync("eth_blockNumber"));

        fault.Fault.ShouldBe(ChainFault.TimedOut);
        fault.Message.ShouldStartWith("http://chain.example:8545/ did not answer eth_blockNumber in 3 s.");
    }

    [Fact]
    public async Task A_callers_cancellation_is_no_fault_of_the_chain()
    {
        using var http = new HttpClient(new Silent());
        using var stop = new CancellationTokenSource();
        var call = Client(http).CallAsync(new RpcRequest("eth_blockNumber"), stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_revert_is_never_asked_for_again_and_keeps_its_data()
    {
        var chain = new ScriptedChain((r, _) => ScriptedChain.Error(r, 3, "execution reverted", "0x08c379a0"));

        var refusal = await Should.ThrowAsync<RpcException>(() => Client(chain).CallAsync("eth_call"));

        refusal.IsRevert.ShouldBeTrue();
        refusal.ErrorData!.Value.ToArray().ShouldBe([0x08, 0xc3, 0x79, 0xa0]);
        refusal.Message.ShouldBe("eth_call was refused: execution reverted (code 3).");
        chain.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Revert_data_inside_an_object_is_found()
    {
        var chain = new ScriptedChain((r,
            _) => ScriptedChain.Error(r, -32000, "VM execution error: revert", new JsonObject { ["data"] = "0x0102" }));
        (await Should.ThrowAsync<RpcException>(() => Client(chain).CallAsync("eth_call"))).ErrorData!.Value.ToArray().ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_node_that_could_not_read_the_question_is_heard()
    {
        var chain = ScriptedChain.Saying("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}""");
        (await Should.ThrowAsync<RpcException>(() => Client(chain).CallAsync("eth_call"))).Code.ShouldBe(-32700);
    }

    [Theory]
    [InlineData("evm_mine")]
    [InlineData("eth_sendTransaction")]
    [InlineData("anvil_setBalance")]
    [InlineData("eth_getFilterChanges")]
    public async Task What_is_not_safe_twice_is_asked_once(string method)
    {
        var chain = ScriptedChain.Saying("", HttpStatusCode.BadGateway);
        (await Should.ThrowAsync<ChainException>(() => Client(chain).CallAsync(method))).Fault.ShouldBe(ChainFault.Busy);
        chain.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.GatewayTimeout)]
    public async Task A_busy_node_is_asked_again_later(HttpStatusCode status)
    {
        var chain = new ScriptedChain((r, attempt) => attempt == 1 ? ScriptedChain.Http("busy", status) : ScriptedChain.Result(r, "0x1"));
        (await Client(chain).CallAsync("eth_sendRawTransaction")).GetString().ShouldBe("0x1");
    }

    [Fact]
    public async Task A_limit_that_passes_is_waited_for_and_one_that_stays_is_told()
    {
        var passing = new ScriptedChain((r,
            attempt) => attempt == 1 ? ScriptedChain.Error(r, -32005, "slow down") : ScriptedChain.Result(r, "0x1"));
        (await Client(passing).CallAsync("eth_blockNumber")).GetString().ShouldBe("0x1");

        var staying = new ScriptedChain((r, _) => ScriptedChain.Error(r, -32005, "slow down"));
        (await Should.ThrowAsync<RpcException>(() => Client(staying).CallAsync("eth_blockNumber"))).Code
            .ShouldBe(RpcException.LimitExceeded);
        staying.Requests.Count.ShouldBe(5);
    }

    [Theory]
    [InlineData("https://user:secret@node.example/v3/0123456789abcdef0123456789abcdef?key=secret", "https://node.example/v3/…")]
    [InlineData("http://127.0.0.1:8545", "http://127.0.0.1:8545/")]
    public void Secrets_in_a_url_are_not_repeated(string url, string shown) =>
        ChainException.Shown(new Uri(url)).ShouldBe(shown);

    [Theory]
    [InlineData("12")]
    [InlineData("0x1ffffffffffffffff")]
    [InlineData("0x")]
    [InlineData("0xzz")]
    public async Task A_number_of_the_wrong_form_is_one_clear_error(string number)
    {
        var client = new EthereumClient(Client(new ScriptedChain((r, _) => ScriptedChain.Result(r, number))));
        var fault = await Should.ThrowAsync<ChainException>(() => client.BlockNumberAsync());
        fault.Fault.ShouldBe(ChainFault.Malformed);
        fault.Message.ShouldContain("eth_blockNumber");
    }

    /// <summary>Each pause is near its base and seldom exactly that.</summary>
    private void ShouldHavePaused(params double[] bases)
    {
        _clock.Waits.Count.ShouldBe(bases.Length);
        foreach (var (wait, pause) in _clock.Waits.Zip(bases))
            wait.TotalMilliseconds.ShouldBeInRange(pause * 0.75, pause * 1.25);
    }

    private static RpcRequest Get(string parameter) => new("eth_getCode", parameter);

    private JsonRpcClient Client(HttpMessageHandler handler, JsonRpcOptions? options = null) => Client(new HttpClient(handler), options);

    private JsonRpcClient Client(HttpClient http, JsonRpcOptions? options = null) => new(http, ScriptedChain.Url, options, _clock);

    private Task<ChainException> FaultAsync(ScriptedChain chain, JsonRpcOptions? options = null) =>
        Should.ThrowAsync<ChainException>(() => Client(chain, options).CallAsync("eth_blockNumber"));

    private sealed class Silent : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("An endless wait ended.");
        }
    }

    private sealed class Unsized(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
