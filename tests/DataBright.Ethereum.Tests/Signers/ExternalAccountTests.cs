using System.Text.Json.Nodes;
using DataBright.Ethereum.Chain;
using DataBright.Ethereum.Generated;
using DataBright.Ethereum.Rpc;

namespace DataBright.Ethereum.Tests.Signers;

/// <summary>
/// An account whose key the chain's own process has: anvil answers as a wallet does, or a stub stands in front of it and lies.
/// </summary>
[Collection(nameof(ChainCollection))]
public sealed class ExternalAccountTests(ChainFixture fixture) : IDisposable
{
    private const int Mine = 11;
    private const int Others = 12;

    private static readonly TimeSpan TestTimeout = TimeSpan.FromMinutes(5);
    private static readonly TypedStruct NoteType = TypedStruct.Define("Note(address who,string text,uint256 at)");

    private readonly StubSigner _stub = new();
    private readonly ManualTimeoutClock _clock = new(TestTimeout);
    private readonly List<string> _announced = [];
    private readonly EthereumKey _mine = DevelopmentAccounts.Key(Mine);
    private readonly EthereumKey _others = DevelopmentAccounts.Key(Others);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TypedMessage Note => new(TypedDomain.Of("Tests", "1", EmbeddedChain.ChainId, _mine.Address), NoteType, _mine.Address,
        "Grüße, \"quoted\" and\nbroken", 7UL);

    public void Dispose()
    {
        _stub.Dispose();
        _mine.Dispose();
        _others.Dispose();
    }

    [Fact]
    public async Task Anvil_signs_what_our_own_key_signs()
    {
        var account = await OpenAsync();

        (await account.SignAsync(Note, Stop)).ShouldBe(_mine.Sign(Note.Digest));
        _announced.ShouldHaveSingleItem().ShouldContain("to sign Note");
    }

    [Fact]
    public async Task Anvil_sends_what_it_is_asked_once()
    {
        var account = await OpenAsync();
        var probe = await DeployAsync(account);

        var receipt = await account.SendAsync(Probe.Add(probe, 5u), Stop);

        receipt.From.ShouldBe(_mine.Address);
        (await CountAsync(probe)).ShouldBe(5u);
        _stub.Times("eth_sendTransaction").ShouldBe(2, "the constructor and the call");
        _announced.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Many_callers_are_served_one_after_another()
    {
        var account = await OpenAsync();
        var probe = await DeployAsync(account);

        var receipts = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => account.SendAsync(Probe.Add(probe, 1u), Stop)));

        receipts.Select(one => one.TransactionHash).Distinct().Count().ShouldBe(12);
        (await CountAsync(probe)).ShouldBe(12u);
    }

    [Fact]
    public async Task What_a_contract_refuses_is_refused_before_a_person_is_asked()
    {
        var account = await OpenAsync();
        var probe = await DeployAsync(account);
        var before = _stub.Times("eth_sendTransaction");

        await Should.ThrowAsync<RevertException>(() => account.SendAsync(Probe.AddAfter(probe, 99u), Stop));

        _stub.Times("eth_sendTransaction").ShouldBe(before);
    }

    [Theory]
    [InlineData(4001, "User rejected the request.")]
    [InlineData(-32000, "Request denied")]
    [InlineData(-32603, "User denied transaction signature")]
    [InlineData(4001, "")]
    public async Task A_person_may_decline(int code, string text)
    {
        var account = await OpenAsync();
        var probe = await DeployAsync(account);
        _stub.Refusing("eth_sendTransaction", code, text).Refusing("eth_signTypedData_v4", code, text);

        var sending = await Should.ThrowAsync<SignerException>(() => account.SendAsync(Probe.Add(probe, 1u), Stop));
        var signing = await Should.ThrowAsync<SignerException>(() => account.SignAsync(Note, Stop));

        foreach (var refusal in new[] { sending, signing })
        {
            refusal.Fault.ShouldBe(SignerFault.Declined);
            refusal.MayHaveSent.ShouldBeFalse();
            refusal.Message.ShouldContain("Nothing was signed or sent.");
        }
        (await CountAsync(probe)).ShouldBe(0u);
    }

    [Fact]
    public async Task What_the_chain_refuses_through_the_signer_is_the_chains_refusal()
    {
        var account = await OpenAsync();
        var probe = await DeployAsync(account);
        _stub.Refusing("eth_sendTransaction", -32000, "insufficient funds for gas * price + value");

        (await Should.ThrowAsync<RpcException>(() => account.SendAsync(Probe.Add(probe, 1u), Stop))).Text
            .ShouldContain("insufficient funds");
    }

    [Theory]
    [InlineData("0x", SignerFault.WrongSignature)]
    [InlineData("0x1234", SignerFault.WrongSignature)]
    [InlineData("none", SignerFault.Malformed)]
    [InlineData(null, SignerFault.Malformed)]
    public async Task A_malformed_signature_is_not_used(string? answer, SignerFault fault)
    {
        var account = await OpenAsync();
        _stub.Saying("eth_signTypedData_v4", answer);

        (await Should.ThrowAsync<SignerException>(() => account.SignAsync(Note, Stop))).Fault.ShouldBe(fault);
    }

    [Fact]
    public async Task A_signature_of_another_key_or_over_something_else_is_not_used()
    {
        var account = await OpenAsync();
        foreach (var wrong in new[] { _others.Sign(Note.Digest), _mine.Sign(Keccak.Hash([1])) })
        {
            _stub.Saying("eth_signTypedData_v4", wrong.ToString());
            (await RefusedSignatureAsync(account)).ShouldContain($"not to {_mine.Address}");
        }
    }

    [Fact]
    public async Task Both_ways_of_writing_v_are_read_and_no_other()
    {
        var account = await OpenAsync();
        var right = _mine.Sign(Note.Digest);
        foreach (var v in new byte[] { right.YParity ? (byte)1 : (byte)0, right.YParity ? (byte)28 : (byte)27 })
        {
            _stub.Saying("eth_signTypedData_v4", Hex.Encode([.. right.ToBytes()[..64], v]));
            (await account.SignAsync(Note, Stop)).ShouldBe(right);
        }
        _stub.Saying("eth_signTypedData_v4", Hex.Encode([.. right.ToBytes()[..64], 37]));
        await RefusedSignatureAsync(account);
    }

    [Fact]
    public async Task The_twin_of_a_signature_with_s_in_the_upper_half_is_not_used()
    {
        var account = await OpenAsync();
        var right = _mine.Sign(Note.Digest);
        var twin = new Signature(right.R, CurveOrder.N - right.S, !right.YParity);
        _stub.Saying("eth_signTypedData_v4", twin.ToString());

        (await RefusedSignatureAsync(account)).ShouldContain("upper half");
    }

    [Fact]
    public async Task Its_accounts_are_chosen_from_by_name()
    {
        (await ShouldNotOpenAsync(null)).ShouldContain("Say which of them acts");
        _stub.Saying("eth_accounts", new JsonArray(_others.Address.ToString()));
        (await ShouldNotOpenAsync(_mine.Address)).ShouldContain($"does not offer {_mine.Address}");
        (await OpenAsync(named: null)).Address.ShouldBe(_others.Address);
        _stub.Saying("eth_accounts", new JsonArray());
        (await ShouldNotOpenAsync(null)).ShouldContain("offers no account");
        _stub.Refusing("eth_accounts", 4100, "Unauthorized");
        (await ShouldNotOpenAsync(_mine.Address)).ShouldContain("Allow it there");

        async Task<string> ShouldNotOpenAsync(Address? named)
        {
            var fault = await Should.ThrowAsync<SignerException>(() => OpenAsync(named));
            fault.Fault.ShouldBe(SignerFault.AccountNotOffered);
            return fault.Message;
        }
    }

    [Fact]
    public async Task A_signer_on_another_chain_is_asked_for_nothing()
    {
        var account = await OpenAsync();
        var probe = await DeployAsync(account);
        _stub.Saying("eth_chainId", "0x1");
        var before = _stub.Times("eth_sendTransaction");

        foreach (var ask in new Func<Task>[] { () => OpenAsync(), () => account.SignAsync(Note, Stop),
            () => account.SendAsync(Probe.Add(probe, 1u), Stop) })
            (await Should.ThrowAsync<SignerException>(ask)).Fault.ShouldBe(SignerFault.WrongChain);

        _stub.Times("eth_sendTransaction").ShouldBe(before);
        _stub.Times("eth_signTypedData_v4").ShouldBe(0);
    }

    [Fact]
    public async Task A_program_that_is_no_signer_is_told_from_one()
    {
        _stub.Refusing("eth_accounts", -32601, "the method eth_accounts does not exist");
        (await Should.ThrowAsync<SignerException>(() => OpenAsync())).Fault.ShouldBe(SignerFault.Unsupported);
        _stub.Doing("eth_accounts", (_, _) => Task.FromResult(ScriptedChain.Http("<!doctype html><title>Welcome</title>")));
        (await Should.ThrowAsync<SignerException>(() => OpenAsync())).Fault.ShouldBe(SignerFault.Malformed);
    }

    [Fact]
    public async Task A_message_for_another_chain_is_not_given_away()
    {
        var account = await OpenAsync();
        var foreign = new TypedMessage(TypedDomain.Of("Tests", "1", 1, _mine.Address), NoteType, _mine.Address, "", 0UL);

        await Should.ThrowAsync<ArgumentException>(() => account.SignAsync(foreign, Stop));

        _stub.Times("eth_signTypedData_v4").ShouldBe(0);
    }

    [Fact]
    public async Task Whoever_does_not_answer_a_question_that_moves_no_money_is_given_up()
    {
        var account = await OpenAsync();
        _stub.Doing("eth_signTypedData_v4", Never);

        (await Should.ThrowAsync<SignerException>(() => account.SignAsync(Note, Stop))).Fault.ShouldBe(SignerFault.TimedOut);
    }

    private async Task<string> RefusedSignatureAsync(ExternalAccount account)
    {
        var fault = await Should.ThrowAsync<SignerException>(() => account.SignAsync(Note, Stop));
        fault.Fault.ShouldBe(SignerFault.WrongSignature);
        fault.Message.ShouldContain("It was not used.");
        return fault.Message;
    }

    private Task<ExternalAccount> OpenAsync() => OpenAsync(_mine.Address);

    private async Task<ExternalAccount> OpenAsync(Address? named)
    {
        var options = new ExternalSignerOptions { ApprovalTimeout = TestTimeout, Sending = ChainFixture.Hasty,
            AppearWithin = TimeSpan.FromMilliseconds(200), Asking = _announced.Add };
        var http = new HttpClient(_stub, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        return await ExternalAccount.OpenAsync(new ExternalSigner(http, fixture.Chain.Url, options, _clock), fixture.Client, named,
            _clock, Stop);
    }

    private static async Task<Address> DeployAsync(ExternalAccount account) =>
        (await account.DeployAsync(Probe.Deploy(Uint256.Zero, "start"), Stop)).ContractAddress!.Value;

    private async Task<ulong> CountAsync(Address probe) => (ulong)await fixture.Client.CallAsync(Probe.Count(probe), stop: Stop);

    /// <summary>Answers nothing; the time that is given runs out.</summary>
    private Task<HttpResponseMessage> Never(JsonNode request, Func<Task<HttpResponseMessage>> chain)
    {
        _clock.RunOut();
        return new TaskCompletionSource<HttpResponseMessage>().Task;
    }
}
