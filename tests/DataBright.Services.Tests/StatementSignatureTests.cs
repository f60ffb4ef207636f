using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;
using DataBright.Market.Usage;
using DataBright.Services.Discussion;
using DataBright.Services.Uploads;

namespace DataBright.Services.Tests;

/// <summary>Everything that is signed in this market, signed by anvil with a key that it has and by ourselves with the same key.</summary>
[Collection(nameof(TestMarket))]
public sealed class StatementSignatureTests(TestMarket market)
{
    private const int Account = 15;

    private static readonly Digest Some = Digest.Of("some"u8);
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(2_000_000_000);
    private static readonly Hash32 Bytes = Keccak.Hash([1]);

    [Fact]
    public async Task A_signer_elsewhere_signs_every_statement_as_our_own_key_does()
    {
        using var key = DevelopmentAccounts.Key(Account);
        using var http = new HttpClient(new SocketsHttpHandler());
        var signer = new ExternalSigner(http, market.Chain.Url, new ExternalSignerOptions(), TimeProvider.System);
        var account = await ExternalAccount.OpenAsync(signer, market.Client, key.Address, TimeProvider.System,
            TestContext.Current.CancellationToken);
        var messages = Messages(key.Address).ToList();
        messages.Select(one => one.Message.Name).Distinct().Count().ShouldBe(10);

        foreach (var (message, digest) in messages)
        {
            message.Digest.ShouldBe(digest, message.Name);
            (await account.SignAsync(message, TestContext.Current.CancellationToken)).ShouldBe(key.Sign(digest), message.Name);
        }
    }

    [Fact]
    public async Task A_statement_of_somebody_else_is_given_to_no_signer()
    {
        using var key = DevelopmentAccounts.Key(Account);
        var proposals = market.Ledger.Proposals.Statements;
        var discussion = new DiscussionStatements(market.Addresses);

        await Should.ThrowAsync<ArgumentException>(
            () => proposals.SignAsync(new Ballot(new ProposalId(1), Choice.Yes, market.Deployer.Address, "", Time), key, default));
        await Should.ThrowAsync<ArgumentException>(
            () => discussion.SignAsync(new Comment(new ProposalId(1), market.Deployer.Address, null, null, "", Time), key, default));
        await Should.ThrowAsync<ArgumentException>(
            () => discussion.SignAsync(new Hiding(new ProposalId(1), market.Deployer.Address, Bytes, true, Time), key, default));
    }

    private IEnumerable<(TypedMessage Message, Hash32 Digest)> Messages(Address me)
    {
        var proposals = market.Ledger.Proposals.Statements;
        var ballot = new Ballot(new ProposalId(3), Choice.Yes, me, "Grüße: \"quoted\"\nin two lines", Time);
        yield return (proposals.Message(ballot), proposals.Digest(ballot));
        var evaluation = new EvaluationStatement(new DatasetId(1), new ProposalId(3), 500_000, 510_000, -2_500, 90, 10, Some, Some,
            new JobId(2), Time);
        yield return (proposals.Message(evaluation), proposals.Digest(evaluation));

        var discussion = new DiscussionStatements(market.Addresses);
        var comment = new Comment(new ProposalId(3), me, Bytes, null, "Woher? 🙂", Time);
        yield return (discussion.Message(comment), discussion.Digest(comment));
        var hiding = new Hiding(new ProposalId(3), me, Bytes, true, Time);
        yield return (discussion.Message(hiding), discussion.Digest(hiding));

        var uploads = new UploadStatements(market.Addresses);
        yield return (uploads.Message("node.example:7007", "PATCH", "/api/v1/uploads/7", Time, Bytes),
            uploads.Digest("node.example:7007", "PATCH", "/api/v1/uploads/7", Time, Bytes));

        var voucher = new Voucher(new ChannelId(4), Money.Dollars(3));
        var vouchers = new VoucherStatements(market.Addresses);
        yield return (vouchers.Message(voucher), vouchers.Digest(voucher));
        var answers = new AnswerStatements(market.Addresses);
        yield return (answers.Message(Bytes), answers.Digest(Bytes));

        var jobs = new JobStatements(market.Addresses);
        yield return (jobs.ReceiptMessage(new JobId(5), Some, 912_345, Bytes), jobs.ReceiptDigest(new JobId(5), Some, 912_345, Bytes));
        var verdict = new Verdict(new JobId(5), me, market.Deployer.Address, Some);
        yield return (jobs.VerdictMessage(verdict), jobs.VerdictDigest(verdict));

        var ruling = new UsageRuling(new JobId(5), Bytes, Money.Dollars(7), Some);
        yield return (market.Ledger.Usage.Message(ruling), market.Ledger.Usage.Digest(ruling));
    }
}
