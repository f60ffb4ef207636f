using DataBright.Compute.Points;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Trust;
using DataBright.Market.Usage;
using DataBright.Storage;

namespace DataBright.Compute.Usage;

/// <summary>
/// Whose turn it is to say who gets what, when somebody is silent. The chain's clock is moved far, so it is a chain of its own.
/// </summary>
public sealed class UsageTurnTests : IAsyncLifetime
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    private readonly ChainMarket _market = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private UsageLedger Usage => _market.Ledger.Usage;

    private Address Own => _market.Referee.Signer.Address;

    public ValueTask InitializeAsync() => _market.InitializeAsync();

    public ValueTask DisposeAsync() => _market.DisposeAsync();

    [Fact]
    public async Task A_referee_waits_for_those_before_it_and_for_nobody_for_ever()
    {
        var other = (await _market.TrustedAsync(TrustedRole.Referee)).Signer;
        var (silent, challenged) = (await SettledAsync(), await SettledAsync());
        using var shards = new BlobShardSource(_market.Blobs);
        UsageDividendService dividends = new(_market.Ledger, _market.Blobs, shards, other),
            scheduler = new(_market.Ledger, _market.Blobs, shards, _market.Scheduler.Signer);
        await RequireTurnsAsync(silent, other.Address, own: false, others: false, "the scheduler has its time");
        (await dividends.RuleAsync(silent, Stop)).ShouldBeNull();

        await scheduler.PostAsync(challenged, Stop);
        await RequireTurnsAsync(challenged, other.Address, own: false, others: false, "nobody objects");
        await Usage.ChallengeAsync(challenged, "I do not believe it", _market.Buyer, Stop);
        await RequireTurnsAsync(challenged, other.Address, own: true, others: false, "its own referee has a window for itself");
        await _market.AdvanceAsync(await Usage.WindowAsync(Stop) + Moment);
        await RequireTurnsAsync(challenged, other.Address, own: true, others: true, "the window is over");
        (await dividends.RuleAsync(challenged, Stop)).ShouldBe(true);
        await RequireTurnsAsync(challenged, other.Address, own: false, others: false, "it is final");

        var due = (await _market.Ledger.Jobs.FindAsync(silent, Stop))!.Deadline + await Usage.PostingPeriodAsync(Stop);
        await _market.AdvanceAsync(due - (await _market.Ledger.Client.BlockAsync(BlockTag.Latest, Stop))!.Timestamp + Moment);
        await RequireTurnsAsync(silent, other.Address, own: true, others: false, "the scheduler has had its time");
        await _market.Ledger.TrustedKeys.RevokeAsync(_market.Referee.Number, _market.Deployer, Stop);
        await RequireTurnsAsync(silent, other.Address, own: false, others: true, "nobody waits for a key that is revoked");
        (await dividends.RuleAsync(silent, Stop)).ShouldBe(false, "nothing was posted");

        var standing = (await dividends.FindSheetAsync(silent, Stop)).ShouldNotBeNull();
        standing.Lines.ShouldBe([(_market.Founder.Address, Money.Dollars(25))]);
        (await Usage.ClaimAsync(standing, _market.Founder.Address, _market.Deployer, Stop)).ShouldBe(Money.Dollars(25));
    }

    [Fact]
    public async Task What_a_revoked_scheduler_posted_or_did_not_is_the_referees_at_once()
    {
        var (posted, silent) = (await SettledAsync(), await SettledAsync());
        var thief = new UsageSheet(posted, [(_market.Scheduler.Signer.Address, Money.Dollars(25))]);
        await Usage.PostAsync(thief, Cid.Raw(Digest.Of("nothing"u8)), _market.Scheduler.Signer, Stop);
        var other = (await _market.TrustedAsync(TrustedRole.Referee)).Signer;
        await RequireTurnsAsync(posted, other.Address, own: false, others: false, "it can be challenged");

        await _market.Ledger.TrustedKeys.RevokeAsync(_market.Scheduler.Number, _market.Deployer, Stop);

        foreach (var job in new[] { posted, silent })
        {
            await RequireTurnsAsync(job, other.Address, own: true, others: false, "the key is revoked");
            using var shards = new BlobShardSource(_market.Blobs);
            (await new UsageDividendService(_market.Ledger, _market.Blobs, shards, _market.Referee.Signer).RuleAsync(job, Stop))
                .ShouldBe(false);
            (await Usage.FindAsync(job, Stop))!.State.ShouldBe(UsageState.Final);
        }
    }

    private async Task RequireTurnsAsync(JobId job, Address other, bool own, bool others, string because)
    {
        (await UsageTurn.IsOfAsync(Own, job, _market.Ledger, Stop)).ShouldBe(own, because);
        (await UsageTurn.IsOfAsync(other, job, _market.Ledger, Stop)).ShouldBe(others, because);
        (await UsageTurn.IsOfAsync(_market.Buyer.Address, job, _market.Ledger, Stop)).ShouldBeFalse("it is no referee");
    }

    private async Task<JobId> SettledAsync() =>
        (await ChainJob.RunAsync(_market, await _market.PlanAsync() with { SchedulerFee = Money.Zero },
            _ => new HonestExecutor(), Stop)).Id;
}
