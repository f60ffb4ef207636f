using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Generated;
using DataBright.Market.Proposals;
using DataBright.Services.Relays;
using DataBright.Storage.Sql;

namespace DataBright.Services.Tests.Relays;

[Collection(nameof(TestMarket))]
public sealed class RelayerTests(TestMarket market) : IDisposable
{
    private static readonly Uint256 OneEther = Uint256.Parse("1000000000000000000");

    private readonly TemporaryFolder _folder = new();
    private readonly List<IDisposable> _owned = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var owned in Enumerable.Reverse(_owned)) owned.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_ballot_is_carried_for_its_voter_who_needs_no_ether()
    {
        var (anna, proposal, _) = await OpenAsync();
        var relayer = await RelayerAsync();
        var ether = await market.Client.BalanceAsync(anna.Address, stop: Stop);
        var carried = await relayer.VoteAsync(await BallotAsync(anna, proposal, "By the evaluation."), Stop);
        carried.Vote.ShouldBe(new Vote(proposal, anna.Address, Choice.Yes, ShareAmount.Whole(60), "By the evaluation."));
        (await market.Client.BalanceAsync(anna.Address, stop: Stop)).ShouldBe(ether);
        (await market.Client.ReceiptAsync(carried.Transaction, Stop))!.From.ShouldBe((await relayer.StateAsync(Stop)).Address);
        (await market.Ledger.Proposals.HasVotedAsync(proposal, anna.Address, Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_same_ballot_again_is_answered_with_the_first_transaction()
    {
        var (anna, proposal, _) = await OpenAsync();
        using var gasAccount = await GasAccountAsync(OneEther);
        var ballot = await BallotAsync(anna, proposal);
        RelayedVote first;
        using (var relayer = Open(gasAccount))
        {
            var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => relayer.VoteAsync(ballot, Stop)));
            both.Distinct().Count().ShouldBe(1, "asked for at the same moment");
            first = both[0];
            (await relayer.VoteAsync(ballot, Stop)).ShouldBe(first);
        }
        using var restarted = Open(gasAccount);
        (await restarted.VoteAsync(ballot, Stop)).ShouldBe(first, "after a restart");
        (await market.Client.NonceAsync(gasAccount.Address, stop: Stop)).ShouldBe(1ul, "one transaction was paid");
        (await RefusedAsync(Rule.AlreadyVoted,
            async () => await restarted.VoteAsync(await BallotAsync(anna, proposal, choice: Choice.No), Stop))).Message
            .ShouldContain("has voted");
    }

    [Fact]
    public async Task A_ballot_whose_answer_was_lost_by_a_crash_is_found_on_the_chain()
    {
        var (anna, proposal, _) = await OpenAsync();
        using var gasAccount = await GasAccountAsync(OneEther);
        var ballot = await BallotAsync(anna, proposal);
        RelayedVote first;
        using (var relayer = Open(gasAccount)) first = await relayer.VoteAsync(ballot, Stop);
        using (var file = new SqlSession(_folder["relayer.db"], RelayBook.Schema)) file.Run("UPDATE errands SET tx = NULL").ShouldBe(1);
        using var restarted = Open(gasAccount);
        (await restarted.VoteAsync(ballot, Stop)).ShouldBe(first);
        (await market.Client.NonceAsync(gasAccount.Address, stop: Stop)).ShouldBe(1ul);
    }

    [Fact]
    public async Task Ballots_that_cannot_count_cost_nothing()
    {
        var (anna, proposal, stranger) = await OpenAsync();
        using var gasAccount = await GasAccountAsync(OneEther);
        using var relayer = Open(gasAccount);
        var good = await BallotAsync(anna, proposal);

        await RefusedAsync(RelayRefusal.SignatureInvalid,
            () => relayer.VoteAsync(good with { Statement = good.Statement with { Choice = Choice.No } }, Stop));
        await RefusedAsync(RelayRefusal.SignatureInvalid,
            () => relayer.VoteAsync(good with { Statement = good.Statement with { Voter = stranger.Address } }, Stop));
        await RefusedAsync(RelayRefusal.SignatureInvalid,
            () => relayer.VoteAsync(good with { Signature = new Signature(0, 0, false) }, Stop));
        var elsewhere = new Statements(market.Addresses.With("Proposals", market.Addresses.Jobs));
        await RefusedAsync(RelayRefusal.SignatureInvalid, () => relayer.VoteAsync(elsewhere.Sign(good.Statement, anna.Key), Stop));
        var otherChain = new Statements(market.Addresses with { ChainId = 1 });
        await RefusedAsync(RelayRefusal.SignatureInvalid, () => relayer.VoteAsync(otherChain.Sign(good.Statement, anna.Key), Stop));
        await RefusedAsync(RelayRefusal.TooLate,
            async () => await relayer.VoteAsync(await BallotAsync(anna, proposal, lasts: TimeSpan.FromSeconds(20)), Stop));
        await RefusedAsync(RelayRefusal.TooLate,
            async () => await relayer.VoteAsync(await BallotAsync(anna, proposal, lasts: TimeSpan.FromDays(-400)), Stop));
        await RefusedAsync(Rule.NoVotingWeight, async () => await relayer.VoteAsync(await BallotAsync(stranger, proposal), Stop));
        await RefusedAsync(Rule.ProposalUnknown,
            async () => await relayer.VoteAsync(await BallotAsync(anna, new ProposalId(99_999)), Stop));
        await RefusedAsync(RelayRefusal.TooCostly,
            async () => await relayer.VoteAsync(await BallotAsync(anna, proposal, new string('x', 30_000)), Stop));

        (await market.Client.NonceAsync(gasAccount.Address, stop: Stop)).ShouldBe(0ul);
        (await market.Client.BalanceAsync(gasAccount.Address, stop: Stop)).ShouldBe(OneEther, "to the last wei");
        (await relayer.VoteAsync(good, Stop)).Vote.Weight.ShouldBe(ShareAmount.Whole(60), "refusals count against nobody");
    }

    /// <summary>EIP-7702: the key signs, and the contract asks the code all the same.</summary>
    [Fact]
    public async Task An_account_with_code_burns_no_gas_of_ours()
    {
        var (anna, proposal, _) = await OpenAsync();
        using var gasAccount = await GasAccountAsync(OneEther);
        using var relayer = Open(gasAccount);
        var ballot = await BallotAsync(anna, proposal);
        // isValidSignature answers its own selector to whatever it is asked.
        await market.Chain.Rpc.CallAsync(new RpcRequest("anvil_setCode", anna.Address.ToString(),
            "0x631626ba7e60e01b60005260206000f3"), Stop);

        await RefusedAsync(RelayRefusal.SignatureInvalid, () => relayer.VoteAsync(ballot, Stop));
        (await market.Client.NonceAsync(gasAccount.Address, stop: Stop)).ShouldBe(0ul);
        (await market.Ledger.Proposals.HasVotedAsync(proposal, anna.Address, Stop)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_wallet_is_asked_for_no_ballot_that_would_be_refused()
    {
        var (anna, proposal, stranger) = await OpenAsync();
        var relayer = await RelayerAsync();
        var ballot = (await BallotAsync(anna, proposal)).Statement;
        await relayer.RequireCastableAsync(ballot, Stop);
        await RefusedAsync(Rule.NoVotingWeight, () => relayer.RequireCastableAsync(ballot with { Voter = stranger.Address }, Stop));
        await RefusedAsync(RelayRefusal.TooLate,
            () => relayer.RequireCastableAsync(ballot with { Deadline = DateTimeOffset.UnixEpoch }, Stop));
        await market.Ledger.Proposals.VoteAsync(proposal, Choice.No, null, anna, Stop);
        await RefusedAsync(Rule.AlreadyVoted, () => relayer.RequireCastableAsync(ballot, Stop));
    }

    [Fact]
    public async Task A_drained_account_carries_nothing_and_keeps_what_it_has()
    {
        var (anna, proposal, _) = await OpenAsync();
        var terms = new RelayTerms();
        using var gasAccount = await GasAccountAsync(terms.Floor + 1_000_000ul);
        using var relayer = Open(gasAccount, terms);
        await RefusedAsync(RelayRefusal.GasBudgetEmpty, async () => await relayer.VoteAsync(await BallotAsync(anna, proposal), Stop));
        (await market.Client.BalanceAsync(gasAccount.Address, stop: Stop)).ShouldBe(terms.Floor + 1_000_000ul);
        await market.Chain.FundAsync(gasAccount.Address, OneEther, Stop);
        await relayer.VoteAsync(await BallotAsync(anna, proposal), Stop);
    }

    [Fact]
    public async Task Gas_that_is_too_dear_is_not_paid_for()
    {
        var (anna, proposal, _) = await OpenAsync();
        using var gasAccount = await GasAccountAsync(OneEther);
        using var relayer = Open(gasAccount, new RelayTerms { MaxCost = Uint256.One });
        await RefusedAsync(RelayRefusal.TooCostly, async () => await relayer.VoteAsync(await BallotAsync(anna, proposal), Stop));
        (await market.Client.NonceAsync(gasAccount.Address, stop: Stop)).ShouldBe(0ul);
    }

    [Theory]
    [InlineData(20_000_000_000_000_000UL, 400_000UL, 50_000_000_000UL)]
    [InlineData(4_000UL, 0UL, 4_000UL)]
    public void What_is_offered_for_gas_is_bounded_by_what_a_transaction_may_cost(ulong cost, ulong gas, ulong each) =>
        new RelayTerms { MaxCost = cost, MaxGas = gas }.Sending.MaxPerGas.ShouldBe((Uint256)each);

    [Fact]
    public async Task Nobody_has_more_carried_than_its_share_of_a_day()
    {
        var (anna, first, _) = await OpenAsync();
        var dataset = (await market.Ledger.Proposals.FindAsync(first, Stop))!.Dataset;
        var clock = new MovedClock();
        using var gasAccount = await GasAccountAsync(OneEther);
        using var relayer = Open(gasAccount, new RelayTerms { PerAccount = 1, PerDay = 2, MinTime = TimeSpan.Zero }, clock);
        await relayer.VoteAsync(await BallotAsync(anna, first), Stop);
        await RefusedAsync(RelayRefusal.TooMany,
            async () => await relayer.VoteAsync(await BallotAsync(anna, await ProposeAsync(dataset)), Stop));
        var (ben, second, _) = await OpenAsync();
        await relayer.VoteAsync(await BallotAsync(ben, second), Stop);
        var (cleo, third, _) = await OpenAsync();
        await RefusedAsync(RelayRefusal.TooMany, async () => await relayer.VoteAsync(await BallotAsync(cleo, third), Stop));
        (await relayer.StateAsync(Stop)).LeftToday.ShouldBe(0);
        clock.Ahead = TimeSpan.FromHours(25);
        await relayer.VoteAsync(await BallotAsync(cleo, third, lasts: TimeSpan.FromDays(3)), Stop);
    }

    /// <summary>Anybody may have another's dividends claimed; so somebody could ask for twenty of them on the day of a vote.</summary>
    [Fact]
    public async Task Claims_that_others_ask_for_use_up_nobodys_votes()
    {
        var (anna, proposal, payer) = await OpenAsync();
        var dataset = (await market.Ledger.Proposals.FindAsync(proposal, Stop))!.Dataset;
        using var gasAccount = await GasAccountAsync(OneEther);
        using var relayer = Open(gasAccount, new RelayTerms { PerAccount = 1 });
        await market.Ledger.Shares.DepositAsync(dataset, Money.Dollars(100), payer, Stop);
        await relayer.ClaimAsync(dataset, anna.Address, Stop);
        await market.Ledger.Shares.DepositAsync(dataset, Money.Dollars(100), payer, Stop);
        await RefusedAsync(RelayRefusal.TooMany, () => relayer.ClaimAsync(dataset, anna.Address, Stop));

        await relayer.VoteAsync(await BallotAsync(anna, proposal), Stop);
        await RefusedAsync(RelayRefusal.TooMany,
            async () => await relayer.VoteAsync(await BallotAsync(anna, await ProposeAsync(dataset)), Stop));
    }

    [Fact]
    public async Task What_is_under_way_is_not_spent_twice()
    {
        var call = TestDollar.Approve(market.Addresses.Money, market.Addresses.Jobs, 1);
        using var rich = await GasAccountAsync(OneEther);
        var cost = (await market.Client.FeesAsync(Stop)).Max
            * (Uint256)(await market.Client.EstimateGasAsync(call, rich.Address, Stop) * 2);
        var terms = new RelayTerms();
        using var key = await GasAccountAsync(terms.Floor + cost + (Uint256)((System.UInt128)cost / 2)); // for one, and not for two
        var gasAccount = new GasBudget(market.Client, key.Address, terms);

        var first = await gasAccount.TakeAsync(call, Stop);
        await RefusedAsync(RelayRefusal.GasBudgetEmpty, () => gasAccount.TakeAsync(call, Stop));
        first.Dispose();
        (await gasAccount.TakeAsync(call, Stop)).Dispose();
    }

    [Fact]
    public async Task What_the_chain_would_not_take_counts_against_nobody()
    {
        var (anna, proposal, _) = await OpenAsync();
        using var gasAccount = await GasAccountAsync(OneEther);
        using var moods = new Moody();
        using var http = new HttpClient(moods);
        var ledger = new Ledger(new EthereumClient(new JsonRpcClient(http, market.Chain.Url), Errors.Table), market.Addresses);
        using var relayer = new Relayer(_folder["moody.db"], ledger, gasAccount, new RelayTerms { PerAccount = 1 }, TimeProvider.System);
        var ballot = await BallotAsync(anna, proposal);
        moods.TakesTransactions = false;
        await Should.ThrowAsync<RpcException>(() => relayer.VoteAsync(ballot, Stop));
        (await relayer.StateAsync(Stop)).LeftToday.ShouldBe(new RelayTerms().PerDay);
        moods.TakesTransactions = true;
        (await relayer.VoteAsync(ballot, Stop)).Vote.Voter.ShouldBe(anna.Address);
    }

    [Fact]
    public async Task Dividends_are_claimed_for_their_holder_and_by_nobody_else()
    {
        var (anna, proposal, payer) = await OpenAsync();
        var dataset = (await market.Ledger.Proposals.FindAsync(proposal, Stop))!.Dataset;
        using var gasAccount = await GasAccountAsync(OneEther);
        using var relayer = Open(gasAccount);
        await RefusedAsync(Rule.NothingToClaim, () => relayer.ClaimAsync(dataset, anna.Address, Stop));

        await market.Ledger.Shares.DepositAsync(dataset, Money.Dollars(100), payer, Stop);
        var before = await market.Ledger.Dollars.BalanceAsync(anna.Address, Stop);
        var all = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => relayer.ClaimAsync(dataset, anna.Address, Stop)));
        all.Distinct().ShouldHaveSingleItem().Amount.ShouldBe(Money.Dollars(60));
        (await relayer.ClaimAsync(dataset, anna.Address, Stop)).ShouldBe(all[0], "asked for again");
        (await market.Ledger.Dollars.BalanceAsync(anna.Address, Stop)).ShouldBe(before + Money.Dollars(60));
        (await market.Ledger.Dollars.BalanceAsync(gasAccount.Address, Stop)).ShouldBe(Money.Zero);

        await market.Ledger.Shares.DepositAsync(dataset, Money.Parse("0.01"), payer, Stop);
        await RefusedAsync(RelayRefusal.TooLittle, () => relayer.ClaimAsync(dataset, anna.Address, Stop));
        await market.Ledger.Shares.DepositAsync(dataset, Money.Dollars(10), payer, Stop);
        (await relayer.ClaimAsync(dataset, anna.Address, Stop)).Amount.ShouldBe(Money.Parse("6.006"));
        (await market.Client.NonceAsync(gasAccount.Address, stop: Stop)).ShouldBe(2ul);
        await RefusedAsync(Rule.DatasetUnknown, () => relayer.ClaimAsync(new DatasetId(99_999), anna.Address, Stop));
    }

    /// <summary>A proposal to a dataset of which Anna has sixty shares in a hundred, and somebody who has none.</summary>
    private async Task<(Signer Anna, ProposalId Proposal, Signer Stranger)> OpenAsync()
    {
        var (anna, ben, carl) = (await market.PartyAsync(), await market.PartyAsync(), await market.PartyAsync());
        var dataset = await market.DatasetAsync(TestMarket.Policy with { VotingPeriod = TimeSpan.FromDays(30), QuorumBps = 9_000 }, anna,
            (anna, 60), (ben, 40));
        return (anna, await market.Ledger.Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), carl, Stop), carl);
    }

    private async Task<ProposalId> ProposeAsync(DatasetId dataset) =>
        await market.Ledger.Proposals.ProposeAsync(dataset, TestMarket.Offer(), await market.PartyAsync(), Stop);

    private async Task<Signed<Ballot>> BallotAsync(Signer voter, ProposalId proposal, string reason = "", Choice choice = Choice.Yes,
        TimeSpan? lasts = null)
    {
        // Other tests move the chain's clock on; what is to be good must be so by both clocks, what is to be late by the relayer's.
        var (ours, chains) = (TimeProvider.System.GetUtcNow(), await market.NowAsync());
        var span = lasts ?? TimeSpan.FromDays(1);
        var from = span >= TimeSpan.FromDays(1) && chains > ours ? chains : ours;
        var deadline = DateTimeOffset.FromUnixTimeSeconds((from + span).ToUnixTimeSeconds());
        return market.Ledger.Proposals.Statements.Sign(new Ballot(proposal, choice, voter.Address, reason, deadline), voter.Key);
    }

    private async Task<EthereumKey> GasAccountAsync(Uint256 wei)
    {
        var key = EthereumKey.Generate();
        await market.Chain.FundAsync(key.Address, wei);
        return key;
    }

    private async Task<Relayer> RelayerAsync()
    {
        var gasAccount = await GasAccountAsync(OneEther);
        _owned.Add(gasAccount);
        var relayer = Open(gasAccount);
        _owned.Add(relayer);
        return relayer;
    }

    private Relayer Open(EthereumKey gasAccount, RelayTerms? terms = null, TimeProvider? clock = null) =>
        new(_folder["relayer.db"], market.Ledger, gasAccount, terms ?? new RelayTerms(), clock ?? TimeProvider.System);

    private static async Task RefusedAsync(RelayRefusal refusal, Func<Task> act) =>
        (await Should.ThrowAsync<RelayRefusedException>(act)).Refusal.ShouldBe(refusal);

    private static async Task<RuleBrokenException> RefusedAsync(Rule rule, Func<Task> act)
    {
        var broken = await Should.ThrowAsync<RuleBrokenException>(act);
        broken.Rule.ShouldBe(rule);
        return broken;
    }

    private sealed class MovedClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }

    /// <summary>A node of the chain that takes transactions when it likes to.</summary>
    private sealed class Moody : DelegatingHandler
    {
        public Moody() : base(new SocketsHttpHandler())
        {
        }

        public bool TakesTransactions { get; set; } = true;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var asked = System.Text.Json.JsonDocument.Parse(await request.Content!.ReadAsStringAsync(cancellationToken)).RootElement;
            bool isBatch = asked.ValueKind == System.Text.Json.JsonValueKind.Array;
            var calls = isBatch ? asked.EnumerateArray().ToArray() : [asked];
            if (TakesTransactions || calls.All(call => call.GetProperty("method").GetString() != "eth_sendRawTransaction"))
                return await base.SendAsync(request, cancellationToken);
            var answers = string.Join(',',
                calls.Select(
                    call =>
                        $$$"""{"jsonrpc":"2.0","id":{{{call.GetProperty("id")
                            .GetRawText()}}},"error":{"code":-32000,"message":"not today"}}"""));
            return new HttpResponseMessage { Content = new StringContent(isBatch ? $"[{answers}]" : answers, System.Text.Encoding.UTF8,
                "application/json") };
        }
    }
}
