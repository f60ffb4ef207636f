using System.Text.Json.Nodes;
using DataBright.Ethereum.Chain;
using DataBright.Ethereum.Generated;
using DataBright.Ethereum.Rpc;

namespace DataBright.Ethereum.Tests.Signers;

/// <summary>What a signer says of a transaction is not believed before the chain shows it; and it is never asked twice.</summary>
[Collection(nameof(ChainCollection))]
public sealed class LyingSignerTests(ChainFixture fixture) : IAsyncLifetime
{
    private const int Mine = 13;

    private static readonly TimeSpan TestTimeout = TimeSpan.FromMinutes(5);

    private readonly StubSigner _stub = new();
    private readonly ManualTimeoutClock _clock = new(TestTimeout);
    private readonly EthereumKey _mine = DevelopmentAccounts.Key(Mine);
    private ExternalAccount _account = null!;
    private Address _probe;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _account = await OpenAsync(fixture.Client);
        _probe = (await _account.DeployAsync(Probe.Deploy(Uint256.Zero, "start"), Stop)).ContractAddress!.Value;
    }

    public ValueTask DisposeAsync()
    {
        _stub.Dispose();
        _mine.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_hash_of_another_transaction_is_told_and_nothing_is_sent_again()
    {
        Hash32 other = default;
        _stub.Doing("eth_sendTransaction", async (request, chain) =>
        {
            // It sends ether to somebody else, from our own account.
            request["params"]![0]!["to"] = AddressOf(5);
            request["params"]![0]!["data"] = "0x";
            request["params"]![0]!["value"] = "0xde0b6b3a7640000";
            var answer = await chain();
            other = Hash32.Parse(JsonNode.Parse(await answer.Content.ReadAsStringAsync(Stop))!["result"]!.GetValue<string>());
            return answer;
        });

        var lie = await ShouldFailAsync(SignerFault.WrongTransaction);

        lie.MayHaveSent.ShouldBeTrue();
        lie.Transaction.ShouldBe(other);
        lie.Message.ShouldContain("Money may have moved");
        lie.Message.ShouldContain(other.ToString());
        lie.Message.ShouldNotContain("again");
        (await CountAsync()).ShouldBe(0u);
    }

    [Theory]
    [InlineData("value", "0x1")]
    [InlineData("data", "0x")]
    public async Task A_transaction_that_differs_in_one_field_is_another_one(string field, string value)
    {
        var call = Probe.Pay(_probe, 2UL);
        _stub.Doing("eth_sendTransaction", (request, chain) =>
        {
            request["params"]![0]![field] = value;
            return chain();
        });

        (await Should.ThrowAsync<SignerException>(() => _account.SendAsync(call, Stop))).Fault.ShouldBe(SignerFault.WrongTransaction);
    }

    [Fact]
    public async Task An_earlier_transaction_that_did_the_same_does_not_count()
    {
        var first = await _account.SendAsync(Probe.Add(_probe, 1u), Stop);
        _stub.Saying("eth_sendTransaction", first.TransactionHash.ToString());

        (await ShouldFailAsync(SignerFault.WrongTransaction)).Message.ShouldContain("was sent before it was asked");
        (await CountAsync()).ShouldBe(1u);
    }

    [Theory]
    [InlineData(4001, "User rejected the request")]
    [InlineData(4100, "unauthorized")]
    [InlineData(-32000, "request was cancelled")]
    [InlineData(-32601, "the method does not exist")]
    public async Task A_refusal_after_it_was_sent_is_not_believed(int code, string text)
    {
        _stub.Doing("eth_sendTransaction", async (request, chain) =>
        {
            (await chain()).EnsureSuccessStatusCode();
            return ScriptedChain.Error(request, code, text);
        });

        (await _account.SendAsync(Probe.Add(_probe, 1u), Stop)).Succeeded.ShouldBeTrue();

        (await CountAsync()).ShouldBe(1u);
        _stub.Times("eth_sendTransaction").ShouldBe(2, "the deployment, and this once");
    }

    [Fact]
    public async Task A_transaction_of_another_account_does_not_count()
    {
        _stub.Doing("eth_sendTransaction", (request, chain) =>
        {
            request["params"]![0]!["from"] = AddressOf(14);
            return chain();
        });

        await ShouldFailAsync(SignerFault.WrongTransaction);
    }

    [Fact]
    public async Task A_hash_that_the_chain_never_hears_of_leaves_the_outcome_open()
    {
        var unknown = Keccak.Hash([7]);
        _stub.Saying("eth_sendTransaction", unknown.ToString());

        var open = await ShouldFailAsync(SignerFault.OutcomeUnknown);

        open.Transaction.ShouldBe(unknown);
        open.Message.ShouldContain($"says that it sent transaction {unknown}");
        open.MayHaveSent.ShouldBeTrue();
    }

    [Fact]
    public async Task Another_hash_than_the_right_one_does_not_hide_what_was_sent()
    {
        _stub.Doing("eth_sendTransaction", async (request, chain) =>
        {
            (await chain()).Dispose();
            return ScriptedChain.Result(request, Keccak.Hash([8]).ToString());
        });

        (await _account.SendAsync(Probe.Add(_probe, 3u), Stop)).Succeeded.ShouldBeTrue();
        (await CountAsync()).ShouldBe(3u);
    }

    [Fact]
    public async Task Silence_leaves_the_outcome_open_where_the_chain_shows_nothing()
    {
        _stub.Doing("eth_sendTransaction", (_, _) => Silence());

        var open = await ShouldFailAsync(SignerFault.OutcomeUnknown);

        open.Message.ShouldContain("has not answered");
        open.Message.ShouldContain("is not known");
        open.Message.ShouldContain("before you do the same again");
    }

    [Fact]
    public async Task Silence_after_it_was_sent_is_found_out_on_the_chain()
    {
        _stub.Doing("eth_sendTransaction", async (_, chain) =>
        {
            (await chain()).Dispose();
            return await Silence();
        });

        var receipt = await _account.SendAsync(Probe.Add(_probe, 4u), Stop);

        receipt.Succeeded.ShouldBeTrue();
        (await CountAsync()).ShouldBe(4u);
        Sent.ShouldBe(2, "the constructor and the call");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"0x1234\"")]
    [InlineData("{\"hash\":7}")]
    public async Task An_answer_of_no_use_is_not_taken_for_a_refusal(string result)
    {
        _stub.Saying("eth_sendTransaction", JsonNode.Parse(result));

        await ShouldFailAsync(SignerFault.OutcomeUnknown);
    }

    [Theory]
    [InlineData("<!doctype html>")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":")]
    [InlineData("")]
    public async Task Garbage_is_not_taken_for_a_refusal(string body)
    {
        _stub.Doing("eth_sendTransaction", (_, _) => Task.FromResult(ScriptedChain.Http(body)));

        await ShouldFailAsync(SignerFault.OutcomeUnknown);
    }

    [Fact]
    public async Task A_line_that_breaks_after_the_question_leaves_the_outcome_open()
    {
        _stub.Doing("eth_sendTransaction", (_, _) => throw new HttpRequestException(HttpRequestError.ResponseEnded, "It broke."));

        await ShouldFailAsync(SignerFault.OutcomeUnknown);
    }

    [Fact]
    public async Task A_line_that_never_stood_moves_nothing()
    {
        _stub.Doing("eth_sendTransaction", (_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError, "Nobody is there."));

        (await ShouldFailAsync(SignerFault.Unreachable)).MayHaveSent.ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_transaction_that_was_replaced_is_followed_where_the_other_one_does_the_same(bool cancels)
    {
        JsonNode? asked = null;
        _stub.Doing("eth_sendTransaction", (request, chain) =>
        {
            asked = request["params"]![0]!.DeepClone();
            return chain();
        });
        // Once a receipt is asked for, the hash that the signer named has been believed.
        var waiting = new TaskCompletionSource();
        using var line = new HttpClient(new FaultInjectingHandler((method, _, send) =>
        {
            if (method == "eth_getTransactionReceipt") waiting.TrySetResult();
            return send();
        }));
        var account = await OpenAsync(fixture.ClientThrough(line));
        await fixture.SetAutomineAsync(false);
        try
        {
            var nonce = await fixture.Client.NonceAsync(_mine.Address, BlockTag.Latest, Stop);
            var sending = account.SendAsync(Probe.Add(_probe, 6u), Stop);
            await waiting.Task.WaitAsync(Stop);
            // The wallet's owner pays more for it, or cancels it: the same nonce, another hash.
            asked!["nonce"] = $"0x{nonce:x}";
            asked["maxFeePerGas"] = "0x2540be400";
            asked["maxPriorityFeePerGas"] = "0x2540be400";
            if (cancels) (asked["to"], asked["data"]) = (_mine.Address.ToString(), "0x");
            var other = Hash32.Parse((await fixture.Chain.Rpc.CallAsync("eth_sendTransaction", asked)).GetString()!);
            await fixture.Chain.Rpc.CallAsync("evm_mine");

            if (cancels)
            {
                var told = await Should.ThrowAsync<SignerException>(() => sending);
                told.Fault.ShouldBe(SignerFault.WrongTransaction);
                told.Transaction.ShouldBe(other);
                told.Message.ShouldContain($"was replaced by {other}");
            }
            else
            {
                (await sending).TransactionHash.ShouldBe(other);
            }
            (await CountAsync()).ShouldBe(cancels ? 0u : 6u);
            Sent.ShouldBe(2, "the constructor and the call");
        }
        finally
        {
            await fixture.SetAutomineAsync(true);
        }
    }

    [Fact]
    public async Task Whoever_stops_waiting_is_told_that_it_may_still_be_sent()
    {
        var said = new List<string>();
        var options = new ExternalSignerOptions { ApprovalTimeout = TestTimeout, Sending = ChainFixture.Hasty, Asking = said.Add };
        var http = new HttpClient(_stub, disposeHandler: false);
        var account = await ExternalAccount.OpenAsync(new ExternalSigner(http, fixture.Chain.Url, options, _clock), fixture.Client,
            _mine.Address, _clock, Stop);
        using var interruption = new CancellationTokenSource();
        _stub.Doing("eth_sendTransaction", (_, _) =>
        {
            interruption.Cancel();
            return new TaskCompletionSource<HttpResponseMessage>().Task;
        });

        await Should.ThrowAsync<OperationCanceledException>(() => account.SendAsync(Probe.Add(_probe, 1u), interruption.Token));

        said[^1].ShouldContain("Decline it there");
    }

    private Task<ExternalAccount> OpenAsync(EthereumClient chain)
    {
        var options = new ExternalSignerOptions { ApprovalTimeout = TestTimeout, Sending = ChainFixture.Hasty,
            AppearWithin = TimeSpan.FromMilliseconds(200) };
        var http = new HttpClient(_stub, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        return ExternalAccount.OpenAsync(new ExternalSigner(http, fixture.Chain.Url, options, _clock), chain, _mine.Address, _clock, Stop);
    }

    private static string AddressOf(int account)
    {
        using var key = DevelopmentAccounts.Key(account);
        return key.Address.ToString();
    }

    private int Sent => _stub.Times("eth_sendTransaction");

    /// <summary>Tries to add one; whatever happens, the signer is asked no second time.</summary>
    private async Task<SignerException> ShouldFailAsync(SignerFault fault)
    {
        var before = Sent;
        var thrown = await Should.ThrowAsync<SignerException>(() => _account.SendAsync(Probe.Add(_probe, 1u), Stop));
        thrown.Fault.ShouldBe(fault);
        Sent.ShouldBe(before + 1);
        return thrown;
    }

    private async Task<ulong> CountAsync() => (ulong)await fixture.Client.CallAsync(Probe.Count(_probe), stop: Stop);

    private Task<HttpResponseMessage> Silence()
    {
        _clock.RunOut();
        return new TaskCompletionSource<HttpResponseMessage>().Task;
    }
}
