using System.Reflection;
using DataBright.Ethereum;
using DataBright.Market.Accounts;
using DataBright.Market.Audit;
using DataBright.Market.Movements;
using DataBright.Market.Owed;
using DataBright.Market.Tests.Jobs;
using DataBright.Storage;

namespace DataBright.Market.Tests.Owing;

/// <summary>
/// A market of its own on which every event has come that can make a debt, with what each account is told before and after it collects.
/// </summary>
public sealed class EveryDebtTests(EveryDebtTests.Walked walked) : IClassFixture<EveryDebtTests.Walked>
{
    /// <summary>Events after which nobody is owed more or less than before, or less: all others make a debt.</summary>
    private static readonly string[] MakeNone =
    [
        "Datasets.DatasetCreated", "Datasets.ShardDelisted",
        "Jobs.JobAccepted", "Jobs.BeaconMissed", "Jobs.JobAssigned", "Jobs.CommitsAnchored", "Jobs.UsageReleased", "Jobs.Withdrawn",
        "Jobs.EIP712DomainChanged",
        "Models.ModelRegistered", "Models.BestCheckpointMoved", "Models.BestCheckpointReplaced", "Models.EIP712DomainChanged",
        "Predictions.WorkerAppointed", "Predictions.WorkerDismissed", "Predictions.ChannelToppedUp", "Predictions.CreditWithdrawn",
        "Predictions.EIP712DomainChanged",
        "Proposals.DelistingProposed", "Proposals.ReplacementProposed", "Proposals.Voted", "Proposals.VoteExplained",
        "Proposals.VoteCommitted", "Proposals.Judged", "Proposals.Appealed",
        "Proposals.DeadlineExtended", "Proposals.EvaluationPosted", "Proposals.BondWithdrawn", "Proposals.EIP712DomainChanged",
        "Requests.RequestOpened", "Requests.RequestVoted", "Requests.RequestVoteExtended", "Requests.RequestAnswered",
        "Requests.RequestAdopted", "Requests.RewardPaid",
        "Requests.SponsorRefunded",
        "Shares.Approval", "Shares.DelegateChanged", "Shares.DelegateVotesChanged", "Shares.DividendClaimed", "Shares.EIP712DomainChanged",
        "Usage.UsageChallenged", "Usage.UsageClaimed", "Usage.CreditWithdrawn", "Usage.EIP712DomainChanged",
        "Workers.MinimumFeeChanged", "Workers.StakeAdded", "Workers.StakeWithdrawn",
        "TrustedKeys.KeyRegistered", "TrustedKeys.KeyRevoked", "TrustedKeys.AdministratorChanged", "TrustedKeys.OwnershipTransferred",
        "TrustedKeys.OwnershipTransferStarted",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_event_makes_no_debt_or_one_that_the_walk_meets()
    {
        var met = walked.Walk.Debts.Concat(walked.Walk.Pending).Select(made => made.Event).ToList();
        Type[] contracts =
        [
            typeof(Generated.Datasets), typeof(Generated.Jobs), typeof(Generated.Models), typeof(Generated.Predictions),
            typeof(Generated.Proposals), typeof(Generated.Requests),
            typeof(Generated.Shares), typeof(Generated.Usage), typeof(Generated.Workers), typeof(Generated.TrustedKeys),
        ];
        var unmet =
            contracts.SelectMany(contract => contract.GetNestedType("Events")!.GetNestedTypes(BindingFlags.Public)
                .Select(@event => (Contract: contract.Name, Event: @event.Name)))
            .Where(one => !MakeNone.Contains($"{one.Contract}.{one.Event}")
                && !met.Any(made => made.StartsWith($"{one.Contract}.", StringComparison.Ordinal)
                    && made.Contains(one.Event, StringComparison.Ordinal)));
        unmet.Select(one => $"{one.Contract}.{one.Event}").ShouldBeEmpty();
    }

    [Fact]
    public void Every_debt_is_found()
    {
        foreach (var made in walked.Walk.Debts)
            walked.First[made.Creditor.Address].Debts.Select(debt => (debt.Kind, debt.Source, debt.Amount))
                .ShouldContain((made.Kind, made.Source, made.Amount), made.Event);
        walked.Walk.Debts.Select(made => made.Kind).Distinct().ShouldBe(MarketWords.DebtKinds, ignoreOrder: true);
    }

    [Fact]
    public void What_is_locked_or_runs_is_shown_and_not_counted()
    {
        foreach (var made in walked.Walk.Pending)
        {
            var account = walked.First[made.Creditor.Address];
            account.Pending.Select(one => (one.Kind, one.Source, one.Amount))
                .ShouldContain((made.Kind, made.Source, made.Amount), made.Event);
            account.Debts.Where(debt => debt.Kind == made.Kind && debt.Source == made.Source).ShouldBeEmpty(made.Event);
        }
    }

    [Fact]
    public void All_accounts_together_name_what_the_contracts_owe()
    {
        walked.Audit.Conserved.ShouldBeTrue();
        foreach (var books in walked.Audit.Books)
        {
            var unnamed = books.Owed!.Value - books.Named!.Value;
            // Each holder keeps its fraction of a unit, and so does the token.
            if (books.Contract.StartsWith("Shares", StringComparison.Ordinal) && unnamed <= new Money(4)) continue;
            unnamed.ShouldBe(books.Contract switch
            {
                // What the deployment left there.
                "Proposals" or "Usage" or "Jobs" or "Requests" => new Money(1),
                // The dataset's part of what its models earned, which is the shareholders' when it is distributed.
                "Predictions" => new Money(1 + 18_000_000 + 1_980_000),
                _ => Money.Zero,
            }, books.Contract);
        }
    }

    [Fact]
    public void What_is_rehearsed_is_what_is_then_paid()
    {
        foreach (var (account, rehearsed) in walked.Rehearsed)
        {
            var paid = walked.Paid[account];
            rehearsed.ShouldAllBe(one => one.Failure == null && one.GasUsed > 20_000 && one.Transaction == null);
            paid.ShouldAllBe(one => one.Failure == null && one.Transaction != null);
            rehearsed.Select(one => (one.Step.Summary, one.Paid)).ShouldBe(paid.Select(one => (one.Step.Summary, one.Paid)));
        }
    }

    [Fact]
    public void Everything_owed_arrives_and_nothing_is_owed_afterwards()
    {
        foreach (var (account, before) in walked.Before)
        {
            Money.Sum(walked.Paid[account].Select(one => one.Paid)).ShouldBe(before.Total, account.ToString());
            walked.After[account].Debts.ShouldBeEmpty(account.ToString());
        }
    }

    [Fact]
    public void Several_debts_of_a_contract_are_withdrawn_at_once()
    {
        var buyer = walked.Walk.Debts.Single(made => made.Kind == DebtKind.Wage && made.Amount == Money.Dollars(3)).Creditor.Address;
        walked.Paid[buyer].Select(one => one.Paid)
            .ShouldBe([Money.Zero, Money.Dollars(3 + 45)], "the forfeited pay is credited, then all credits are paid");
    }

    [Fact]
    public async Task One_that_fails_does_not_stop_the_others()
    {
        var market = walked.Market;
        var (founder, helper) = (await market.PartyAsync(), await market.PartyAsync());
        var first = await market.DatasetAsync(TestMarket.Policy, founder, (founder, 10));
        var second = await market.DatasetAsync(TestMarket.Policy, founder, (founder, 10));
        foreach (var dataset in new[] { first, second })
            await market.Ledger.Shares.DepositAsync(dataset.Id, Money.Dollars(5), helper, Stop);
        var steps = OwedPlan.Of(await walked.ReadAsync(founder.Address), founder.Address);
        // Somebody else collects for it after it has asked.
        await market.Ledger.Shares.ClaimAsync(first.Id, founder.Address, helper, Stop);
        var rehearsed = await OwedAct.RehearseAsync(founder.Address, steps, market.Ledger, founder.Address, Stop);
        var paid = await OwedAct.PayAsync(founder.Address, steps, market.Ledger, founder, null, Stop);
        foreach (var outcome in new[] { rehearsed, paid })
        {
            outcome.Select(one => one.Paid).ShouldBe([Money.Zero, Money.Dollars(5)]);
            outcome[0].Failure.ShouldNotBeNull().ShouldContain("laim");
            outcome[1].Failure.ShouldBeNull();
        }
    }

    [Fact]
    public async Task A_stake_is_collected_by_its_worker_alone()
    {
        var leaver = walked.Walk.Debts.Single(made => made.Kind == DebtKind.Stake).Creditor.Address;
        var account = walked.Before[leaver];
        OwedPlan.Of(account, walked.Market.Deployer.Address).ShouldBeEmpty();
        OwedPlan.Of(account, leaver).ShouldHaveSingleItem().Amount.ShouldBe(Money.Dollars(100));
        (await walked.ReadAsync(leaver)).Pending.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wage_whose_sheet_is_elsewhere_is_told_without_its_amount()
    {
        var run = await JobRun.StartAsync(walked.Market, DataBright.Market.Jobs.JobKind.Training, workers: 1);
        await run.AcceptAndAssignAsync();
        await run.AnchorAsync(run.Workers);
        await run.SettleAsync();
        foreach (var somebody in new[] { run.Workers[0], run.Scheduler })
            (await walked.ReadAsync(somebody.Address)).Pending.Single(one => one.Kind == DebtKind.Wage).ShouldSatisfyAllConditions(
                one => one.Amount.ShouldBeNull(), one => one.Source.ShouldBe(DebtSource.Of(run.Job.Id)),
                one => one.Waits.ShouldContain("scheduler"));
    }

    [Fact]
    public async Task A_statement_ends_with_the_ledgers_balances_and_knows_what_each_movement_was_for()
    {
        var kinds = new HashSet<MovementKind>();
        foreach (var account in walked.Before.Keys)
        {
            var statement = await walked.StatementAsync(account, walked.Market.Ledger);
            statement.Movements.Select(move => (move.Block, move.Log)).ShouldBeInOrder();
            foreach (var token in statement.Movements.GroupBy(move => move.Token))
            {
                var running = UInt128.Zero;
                foreach (var move in token)
                    move.Balance.ShouldBe(running = running + move.In - move.Out, $"{account}: {move.Kind} {move.Source}");
                running.ShouldBe(token.Key.Shares is { } dataset
                    ? (await walked.Market.Ledger.Shares.BalanceAsync(dataset, account, Stop)).Units
                    : (await walked.Market.Ledger.Dollars.BalanceAsync(account, Stop)).Units);
            }
            foreach (var move in statement.Movements)
            {
                kinds.Add(move.Kind);
                (move.Kind == MovementKind.Transfer).ShouldBe(!walked.Market.Addresses.Contracts.Contains(move.Counterparty)
                    && !move.Counterparty.IsZero && move.Kind != MovementKind.Dividend);
                if (move.Kind != MovementKind.Transfer && (move.Kind, move.Token.Shares) != (MovementKind.Minted, null))
                    move.Source.ShouldNotBeNull();
            }
        }
        kinds.ShouldBe(MarketWords.MovementKinds.Except([MovementKind.Opening]), ignoreOrder: true);
    }

    [Fact]
    public async Task What_an_account_had_before_the_market_is_where_its_statement_begins()
    {
        var account = walked.Before.Keys.First();
        var market = walked.Market.Ledger;
        var whole = await walked.StatementAsync(account, market);
        var late = new Ledger(market.Client, market.Addresses with { FirstBlock = whole.Movements[1].Block });
        var later = await walked.StatementAsync(account, late);
        later.Movements[0].ShouldSatisfyAllConditions(move => move.Kind.ShouldBe(MovementKind.Opening),
            move => move.Balance.ShouldBe(whole.Movements[0].Balance));
        later.Movements[^1].Balance.ShouldBe(whole.Movements[^1].Balance);
    }

    public sealed class Walked : IAsyncLifetime
    {
        private readonly TemporaryFolder _folder = new();
        private LedgerIndex _index = null!;

        public TestMarket Market { get; } = new();

        internal DebtWalk Walk { get; private set; } = null!;

        internal MoneyAudit Audit { get; private set; } = null!;

        /// <summary>What each is told while nobody has collected anything.</summary>
        internal Dictionary<Address, OwedAccount> First { get; } = [];

        /// <summary>The same just before it collects: what others collected may have made more.</summary>
        internal Dictionary<Address, OwedAccount> Before { get; } = [];

        internal Dictionary<Address, IReadOnlyList<OwedPayment>> Rehearsed { get; } = [];

        internal Dictionary<Address, IReadOnlyList<OwedPayment>> Paid { get; } = [];

        internal Dictionary<Address, OwedAccount> After { get; } = [];

        public async ValueTask InitializeAsync()
        {
            await Market.InitializeAsync();
            Walk = new DebtWalk(Market.Chain, Market.Ledger, Market.Deployer,
                (_, _, _, shard) => Task.FromResult(Cid.Raw(Digest.Of(shard.ToArray()))), Stop);
            await Walk.WalkAsync();
            _index = LedgerIndex.Open(_folder["index.db"], Market.Addresses);
            Audit = await MoneyAudit.TakeAsync(Market.Ledger, _index, Walk, TimeProvider.System, Stop);
            var creditors = Walk.Debts.Concat(Walk.Pending).Select(made => made.Creditor).DistinctBy(creditor => creditor.Address).ToList();
            foreach (var creditor in creditors) First[creditor.Address] = await ReadAsync(creditor.Address);
            foreach (var creditor in creditors)
            {
                var account = Before[creditor.Address] = await ReadAsync(creditor.Address);
                var steps = OwedPlan.Of(account, creditor.Address);
                Rehearsed[creditor.Address] = await OwedAct.RehearseAsync(creditor.Address, steps, Market.Ledger, creditor.Address, Stop);
                Paid[creditor.Address] = await OwedAct.PayAsync(creditor.Address, steps, Market.Ledger, creditor, null, Stop);
                After[creditor.Address] = await ReadAsync(creditor.Address);
            }
        }

        public async ValueTask DisposeAsync()
        {
            Walk?.Dispose();
            _index?.Dispose();
            await Market.DisposeAsync();
            _folder.Dispose();
        }

        internal Task<AccountStatement> StatementAsync(Address account, Ledger ledger) =>
            AccountStatement.ReadAsync(ledger, _index, account, Stop);

        internal async Task<OwedAccount> ReadAsync(Address account)
        {
            await _index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
            return await new OwedQuery(Market.Ledger, _index, Walk, TimeProvider.System).ReadAsync(account, Stop);
        }
    }
}
