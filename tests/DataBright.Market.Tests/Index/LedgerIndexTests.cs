using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Jobs;
using DataBright.Market.Proposals;
using DataBright.Market.Shares;
using DataBright.Market.Tests.Jobs;
using DataBright.Storage;
using DataBright.Storage.Sql;

namespace DataBright.Market.Tests.Indexes;

[Collection(nameof(TestMarket))]
public sealed class LedgerIndexTests(TestMarket market) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Ledger Ledger => market.Ledger;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_index_says_of_datasets_proposals_and_shares_what_the_ledger_says()
    {
        Signer anna = await market.PartyAsync(), ben = await market.PartyAsync(), carl = await market.PartyAsync();
        var dataset = await market.DatasetAsync(TestMarket.Policy, anna, (anna, 60), (ben, 40));
        var offer = TestMarket.Offer(250);
        var accepted = await Ledger.Proposals.ProposeAsync(dataset.Id, offer, carl, Stop);
        await Ledger.Proposals.VoteAsync(accepted, Choice.Yes, "clean digits", anna, Stop);
        await Ledger.Proposals.VoteAsync(accepted, Choice.No, "too many ones", ben, Stop);
        await Ledger.Proposals.FinaliseAsync(accepted, carl, Stop);
        var open = await Ledger.Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), carl, Stop);
        await Ledger.Proposals.VoteAsync(open, Choice.Yes, null, ben, Stop);
        await Ledger.Shares.TransferAsync(dataset.Id, ben.Address, ShareAmount.Whole(60), anna, Stop);
        await Ledger.Shares.DepositAsync(dataset.Id, Money.Dollars(70), carl, Stop);
        var claimed = await Ledger.Shares.ClaimAsync(dataset.Id, ben.Address, ben, Stop);

        using var index = await CaughtUpAsync("index.db");

        var found = index.Datasets.Find(dataset.Id).ShouldNotBeNull();
        var onLedger = (await Ledger.Datasets.FindAsync(dataset.Id, Stop)).ShouldNotBeNull();
        found.ShouldBe(found with
        {
            Name = "Digits",
            Symbol = "DIG",
            Initiator = anna.Address,
            ShareToken = onLedger.ShareToken,
            VersionRoot = onLedger.VersionRoot,
            Points = 350,
            Shards = 2,
            Supply = ShareAmount.Whole(350),
            Holders = 2,
            OpenProposals = 1,
            Revenue = Money.Dollars(70),
            Claimed = claimed,
            Policy = TestMarket.Policy,
            Schema = onLedger.Schema,
            HeldOut = onLedger.HeldOut,
            Description = onLedger.Description,
            BestModel = null,
        });
        index.Datasets.Find(new DatasetId(9_999)).ShouldBeNull();

        var shards = index.Datasets.Shards(dataset.Id, new SliceRequest(10)).Items;
        shards.Select(shard => (shard.Number, shard.Count, shard.Proposal)).ShouldBe([(1, 100, null), (2, 250, accepted)]);
        shards[1].ShouldBe(shards[1] with { Root = offer.Root, Cid = offer.Cid, Contributor = carl.Address,
            Minted = ShareAmount.Whole(250) });

        foreach (var id in (ProposalId[])[accepted, open])
        {
            var proposal = index.Proposals.Find(id).ShouldNotBeNull();
            var there = (await Ledger.Proposals.FindAsync(id, Stop)).ShouldNotBeNull();
            proposal.ShouldBe(proposal with
            {
                Dataset = there.Dataset,
                Kind = there.Kind,
                State = there.State,
                Shard = there.Shard,
                Count = there.Count,
                Contributor = there.Contributor,
                Snapshot = there.Snapshot,
                Deadline = there.Deadline,
                Yes = there.Yes,
                No = there.No,
                Shielded = false,
                Extended = false,
            });
        }
        index.Proposals.Find(accepted)!.Supply.ShouldBe(ShareAmount.Whole(100));
        index.Proposals.Find(open)!.Supply.ShouldBe(ShareAmount.Whole(350));
        index.Proposals.Votes(accepted, new SliceRequest(10)).Items
            .Select(vote => (vote.Voter, vote.Choice, vote.Weight, vote.Reason)).ShouldBe(
        [
            (anna.Address, Choice.Yes, ShareAmount.Whole(60), "clean digits"),
            (ben.Address, Choice.No, ShareAmount.Whole(40), "too many ones"),
        ]);

        index.Shares.Holders(dataset.Id, new SliceRequest(10)).Items.ShouldBe(
        [
            new IndexedHolding(dataset.Id, carl.Address, ShareAmount.Whole(250), Money.Zero),
            new IndexedHolding(dataset.Id, ben.Address, ShareAmount.Whole(100), claimed),
        ]);
        index.Shares.HoldingsOf(anna.Address).ShouldBe([new IndexedHolding(dataset.Id, anna.Address, ShareAmount.Zero, Money.Zero)]);
        index.Shares.Deposits(dataset.Id, new SliceRequest(10)).Items.Select(deposit => (deposit.Payer, deposit.Amount, deposit.Supply))
            .ShouldBe([(carl.Address, Money.Dollars(70), ShareAmount.Whole(350))]);
        index.Shares.Claims(dataset.Id, new SliceRequest(10)).Items.Select(claim => (claim.Holder, claim.Amount))
            .ShouldBe([(ben.Address, claimed)]);
        index.Proposals.WaitingFor(carl.Address, 10).Select(proposal => proposal.Id).ShouldBe([open]);
        index.Proposals.WaitingFor(ben.Address, 10).ShouldBeEmpty();
        index.Proposals.WaitingFor(anna.Address, 10).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_index_knows_what_shareholders_made_of_the_best_model()
    {
        var run = await JobRun.StartAsync(market, JobKind.Training, workers: 1);
        await run.AcceptAndAssignAsync();
        await run.AnchorAsync(run.Workers);
        await run.SettleAsync();
        var model = await Ledger.Models.RegisterAsync(run.Registration(), run.Buyer, Stop);
        await Ledger.Models.MoveBestAsync(run.Best(model, 985_000), run.Buyer, Stop);
        var founder = run.Founder;
        foreach (var asked in new[] { new Replacement(model, null, 0), new Replacement(null, model, 700_000) })
        {
            var id = await Ledger.Proposals.ProposeReplacementAsync(run.Dataset.Id, asked, "It knew the answers.", founder, Stop);
            await Ledger.Proposals.VoteAsync(id, Choice.Yes, null, founder, Stop);
            await Ledger.Proposals.FinaliseAsync(id, founder, Stop);
            await Ledger.Models.ReplaceBestAsync(id, founder, Stop);
            using var index = await CaughtUpAsync("index.db");
            var row = index.Proposals.Find(id).ShouldNotBeNull();
            (row.Kind, row.Replacement, row.State,
                row.Reason).ShouldBe((ProposalKind.Replacement, asked, ProposalState.Accepted, "It knew the answers."));
            (await Ledger.Proposals.FindAsync(id, Stop))!.Replacement.ShouldBe(asked);
            var dataset = index.Datasets.Find(run.Dataset.Id)!;
            (dataset.BestModel, dataset.BestMetricPpm,
                dataset.ReplacedBy).ShouldBe((asked.Model, asked.Model is null ? null : (long?)asked.MetricPpm, id));
            index.Models.Find(model)!.Best.ShouldBe(asked.Model is not null);
        }
    }

    [Fact]
    public async Task The_index_says_of_jobs_models_and_workers_what_the_ledger_says()
    {
        var run = await JobRun.StartAsync(market, JobKind.Training, workers: 3);
        await run.AcceptAndAssignAsync();
        var liar = await market.WorkerAsync();
        var verdict = new Verdict(run.Job.Id, liar.Address, run.Scheduler.Address, Digest.Of("evidence"u8));
        var conviction = await Ledger.Jobs.ConvictAsync(verdict, Ledger.Jobs.Statements.SignVerdict(verdict, run.Referee.Key),
            run.Scheduler, Stop);
        await run.AnchorAsync(run.Workers);
        var anchored = run.Outcome.Previous;
        await run.SettleAsync();
        var model = await Ledger.Models.RegisterAsync(run.Registration(), run.Buyer, Stop);
        var child = await Ledger.Models.RegisterAsync(run.Registration() with { Parents = [model], Result = null }, liar, Stop);
        await Ledger.Models.MoveBestAsync(run.Best(model, 985_000), liar, Stop);
        var worker = run.Workers[0];
        var (pay, proof) = run.Pay.ClaimOf(worker.Address)!.Value;
        await Ledger.Jobs.ClaimPayAsync(run.Job.Id, run.Outcome, worker.Address, pay, proof, worker, Stop);
        await run.ClaimFeeAsync(run.Scheduler);
        await Ledger.Jobs.WithdrawAsync(run.Scheduler.Address, run.Scheduler, Stop);
        await Ledger.Workers.BeginExitAsync(liar, Stop);

        using var index = await CaughtUpAsync("index.db");

        var job = index.Jobs.Find(run.Job.Id).ShouldNotBeNull();
        var there = (await Ledger.Jobs.FindAsync(run.Job.Id, Stop)).ShouldNotBeNull();
        job.ShouldBe(job with
        {
            Kind = there.Kind,
            State = JobState.Settled,
            Dataset = there.Dataset,
            Proposal = null,
            Buyer = there.Buyer,
            Plan = run.Job.Order.Plan,
            Scheduler = there.Scheduler,
            Referee = run.Referee.Address,
            Redundancy = 3,
            Pay = Money.Dollars(45),
            DatasetFee = Money.Dollars(50),
            Deadline = there.Deadline,
            SeedHash = JobTranscript.SeedHash(run.Seed),
            Beacon = run.Assignment.Beacon,
            AssignmentRoot = JobRun.AssignmentRoot,
            CommitsRoot = run.CommitsRoot,
            BeforeAnchor = run.Assignment.Transcript,
            Outcome = run.Outcome,
            Paid = Money.Dollars(35),
            Transcript = there.Transcript,
            Convictions = 1,
        });
        job.Price.ShouldBe(run.Job.Price);
        job.Outcome!.Previous.ShouldBe(anchored);
        index.Jobs.Steps(job.Id).Select(step => step.State)
            .ShouldBe([JobState.Open, JobState.Accepted, JobState.Assigned, JobState.Anchored, JobState.Settled]);
        index.Jobs.Workers(job.Id).ShouldBe(run.Workers.Select(w => w.Address), ignoreOrder: true);
        index.Jobs.Payments(job.Id).Select(payment => (payment.Receiver, payment.Purpose, payment.Amount)).ShouldBe(
            [(worker.Address, PaymentPurpose.Work, Money.Dollars(10)),
                (run.Scheduler.Address, PaymentPurpose.Scheduling, Money.Dollars(5))]);
        var convicted = index.Jobs.Convictions(job.Id).ShouldHaveSingleItem();
        convicted.ShouldBe(convicted with { Worker = liar.Address, Reporter = run.Scheduler.Address, Evidence = verdict.Evidence,
            Slashed = conviction.Slashed });
        index.Jobs.ConvictionsOf(liar.Address, 10).ShouldBe([convicted]);
        index.Jobs.Unfinished(1_000).ShouldNotContain(other => other.Id == job.Id);

        var registered = index.Models.Find(model).ShouldNotBeNull();
        registered.ShouldBe(registered with
        {
            Dataset = run.Dataset.Id,
            Owner = run.Buyer.Address,
            Job = job.Id,
            MetricPpm = 985_000,
            Price = Money.Dollars(1),
            Best = true,
            Checkpoint = run.Outcome.Result,
            Cid = run.Registration().Cid,
        });
        index.Models.Find(child)!.Best.ShouldBeFalse();
        index.Models.OfJob(job.Id)!.Id.ShouldBe(model);
        index.Models.ParentsOf(child).ShouldBe([model]);
        index.Models.ChildrenOf(model, 10).ShouldBe([child]);
        index.Datasets.Find(run.Dataset.Id)!.BestModel.ShouldBe(model);
        index.Datasets.Find(run.Dataset.Id)!.Revenue.ShouldBe(Money.Dollars(50));

        var honest = index.Workers.Find(worker.Address).ShouldNotBeNull();
        honest.ShouldBe(honest with
        {
            Registered = true,
            Stake = Money.Dollars(100),
            MinimumFee = Money.Dollars(1),
            EncryptionKey = worker.Key.PublicKey,
            ExitAt = null,
            Earned = Money.Dollars(10),
            Slashed = Money.Zero,
            Jobs = 1,
            Convictions = 0,
        });
        var leaving = index.Workers.Find(liar.Address).ShouldNotBeNull();
        var stake = (await Ledger.Workers.FindAsync(liar.Address, Stop))!;
        leaving.ShouldBe(leaving with { Stake = stake.Stake, ExitAt = stake.ExitAt, Slashed = conviction.Slashed, Jobs = 0,
            Convictions = 1 });
        index.Workers.Active().Select(w => w.Address).ShouldContain(worker.Address);
        index.Workers.Active().Select(w => w.Address).ShouldNotContain(liar.Address);
        index.TrustedKeys.List().ShouldContain(
            (await Ledger.TrustedKeys.FindAsync((await Ledger.TrustedKeys.NumberOfAsync(there.Scheduler, Stop))!.Value, Stop))!);

        foreach (var account in (Address[])[run.Buyer.Address, run.Scheduler.Address, worker.Address, liar.Address])
            index.Shares.CreditOf(account).Owed.ShouldBe(await Ledger.Jobs.OwedAsync(account, Stop));
        index.Shares.CreditOf(run.Scheduler.Address).Withdrawn.ShouldBe(Money.Dollars(5) + conviction.Slashed.TimesDown(1, 2));
    }

    [Fact]
    public async Task Every_list_comes_whole_in_parts_of_any_size()
    {
        Signer anna = await market.PartyAsync();
        var founders = new (Signer, ulong)[5];
        for (int i = 0; i < founders.Length; i++) founders[i] = (await market.PartyAsync(), (ulong)(10 + i / 2));
        var dataset = await market.DatasetAsync(TestMarket.Policy with { SharesPerPoint = new ShareAmount(1_000_000) }, anna, founders);
        for (int i = 0; i < 3; i++)
        {
            var id = await Ledger.Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), anna, Stop);
            foreach (var (founder, _) in founders) await Ledger.Proposals.VoteAsync(id, Choice.Yes, null, founder, Stop);
            await Ledger.Proposals.FinaliseAsync(id, anna, Stop);
            await Ledger.Shares.DepositAsync(dataset.Id, Money.Dollars(1), anna, Stop);
            await Ledger.Shares.ClaimAsync(dataset.Id, anna.Address, anna, Stop).ShouldNotThrowUnlessNothing();
        }
        using var index = await CaughtUpAsync("index.db");

        InParts(request => index.Datasets.List(request));
        InParts(request => index.Datasets.Shards(dataset.Id, request)).Count.ShouldBe(4);
        InParts(request => index.Proposals.List(null, request));
        var proposals = InParts(request => index.Proposals.List(dataset.Id, request));
        proposals.Count.ShouldBe(3);
        InParts(request => index.Proposals.Votes(proposals[0].Id, request)).Count.ShouldBe(5);
        InParts(request => index.Shares.Holders(dataset.Id, request)).Count.ShouldBe(6);
        InParts(request => index.Shares.Deposits(dataset.Id, request)).Count.ShouldBe(3);
        InParts(request => index.Shares.Claims(dataset.Id, request));
        InParts(request => index.Models.List(null, request));
        InParts(request => index.Models.List(dataset.Id, request)).ShouldBeEmpty();
        InParts(request => index.Jobs.List(null, request));
        InParts(request => index.Workers.List(request));

        Should.Throw<FormatException>(() => index.Datasets.List(new SliceRequest(5, "x")));
        Should.Throw<FormatException>(() => index.Shares.Holders(dataset.Id, new SliceRequest(5, "1")));
        Should.Throw<FormatException>(() => index.Shares.Deposits(dataset.Id, new SliceRequest(5, "1.x")));

        static IReadOnlyList<T> InParts<T>(Func<SliceRequest, Slice<T>> list)
        {
            var whole = list(new SliceRequest(100_000));
            whole.Next.ShouldBeNull();
            foreach (int size in (int[])[1, 2, 3])
            {
                var parts = new List<T>();
                string? next = null;
                do
                {
                    var part = list(new SliceRequest(size, next));
                    part.Items.Count.ShouldBeLessThanOrEqualTo(size);
                    parts.AddRange(part.Items);
                    next = part.Next;
                }
                while (next is not null);
                parts.ShouldBe(whole.Items);
            }
            return whole.Items;
        }
    }

    [Fact]
    public async Task Files_that_the_ledger_names_are_told_from_others()
    {
        Signer anna = await market.PartyAsync();
        var dataset = await market.DatasetAsync(TestMarket.Policy, anna, (anna, 10));
        var (offer, old, tree) = (TestMarket.Offer(), TestMarket.Offer(), Digest.Of(Guid.CreateVersion7().ToByteArray()));
        await Ledger.Proposals.ProposeAsync(dataset.Id, offer, anna, Stop);
        // As the first version of addresses spells it, which names the same file.
        await Ledger.Proposals.ProposeAsync(dataset.Id, old with { Cid = Cid.FromBytes(Cid.DagPb(tree).ToBytes().AsSpan(2)) }, anna, Stop);
        var run = await JobRun.StartAsync(market, JobKind.Training, workers: 1);
        await run.AcceptAndAssignAsync();
        await run.AnchorAsync(run.Workers);
        await run.SettleAsync();
        await Ledger.Models.RegisterAsync(run.Registration() with { Card = Digest.Of("a card"u8) }, run.Buyer, Stop);
        using var index = await CaughtUpAsync("index.db");

        Cid[] named =
        [
            offer.Cid, Cid.DagPb(tree), Cid.Raw(run.Job.Order.Plan), Cid.Raw(run.Outcome.Result), Cid.Raw(Digest.Of("LeNet-5"u8)),
            Cid.Raw(Digest.Of("a card"u8)), Cid.DagPb(Digest.Of("held out"u8)), Cid.Raw(Digest.Of("about"u8)),
        ];
        Cid[] unnamed = [Cid.Raw(tree), Cid.Raw(Digest.Of("nobody's"u8)), TestMarket.Offer().Cid];
        index.Named([.. named, .. unnamed]).ShouldBe(named, ignoreOrder: true);
        index.Named([]).ShouldBeEmpty();
        index.Named([.. Enumerable.Range(0, 450).Select(i => Cid.Raw(Digest.Of(BitConverter.GetBytes(i)))), offer.Cid])
            .ShouldBe([offer.Cid]);
    }

    [Fact]
    public async Task Datasets_are_found_by_words_and_the_words_are_no_patterns()
    {
        Signer anna = await market.PartyAsync();
        var charter = TestMarket.Charter(TestMarket.Policy, [new(anna.Address, ShareAmount.Whole(1))]);
        var heart = await Ledger.Datasets.CreateAsync(charter with { ShareName = "Heart sounds 100%", ShareSymbol = "HRT_1" }, anna, Stop);
        using var index = await CaughtUpAsync("index.db");

        foreach (var words in (string[])["heart", "sounds hrt", "HEART 100%", "hrt_1"])
            index.Datasets.List(new SliceRequest(100), words).Items.Select(d => d.Id).ShouldContain(heart.Id, words);
        foreach (var words in (string[])["heart lungs", "h%s", "hrt%1", "HRT-1", "'; DROP TABLE datasets; --"])
            index.Datasets.List(new SliceRequest(100), words).Items.Select(d => d.Id).ShouldNotContain(heart.Id, words);
    }

    [Fact]
    public async Task Reading_block_by_block_gives_the_same_index_as_reading_at_once()
    {
        using var stepwise = await CaughtUpAsync("steps.db");
        Signer anna = await market.PartyAsync();
        var dataset = await market.DatasetAsync(TestMarket.Policy, anna, (anna, 10));
        await stepwise.CatchUpAsync(market.Client, TimeProvider.System, Stop);
        var id = await Ledger.Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), anna, Stop);
        await stepwise.CatchUpAsync(market.Client, TimeProvider.System, Stop);
        await Ledger.Proposals.VoteAsync(id, Choice.Yes, null, anna, Stop);
        await stepwise.CatchUpAsync(market.Client, TimeProvider.System, Stop);

        using var atOnce = await CaughtUpAsync("at-once.db");
        stepwise.Contents().ShouldBe(atOnce.Contents());
        stepwise.Contents().Count.ShouldBeGreaterThan(5);
        stepwise.Position.ShouldBe(atOnce.Position);

        await atOnce.RebuildAsync(market.Client, TimeProvider.System, Stop);
        atOnce.Contents().ShouldBe(stepwise.Contents());
    }

    [Fact]
    public async Task An_index_that_was_closed_goes_on_where_it_was()
    {
        using (await CaughtUpAsync("index.db"))
        {
        }
        Signer anna = await market.PartyAsync();
        await market.DatasetAsync(TestMarket.Policy, anna, (anna, 10));
        using var again = LedgerIndex.Open(_folder["index.db"], market.Addresses);
        again.Note.ShouldBeNull();
        again.Position.Block.ShouldNotBeNull();
        await again.CatchUpAsync(market.Client, TimeProvider.System, Stop);
        using var fresh = await CaughtUpAsync("fresh.db");
        again.Contents().ShouldBe(fresh.Contents());
    }

    [Fact]
    public async Task Two_writers_of_one_file_count_nothing_twice()
    {
        using var fresh = await CaughtUpAsync("fresh.db");
        using var first = LedgerIndex.Open(_folder["shared.db"], market.Addresses);
        using var second = LedgerIndex.Open(_folder["shared.db"], market.Addresses);
        await Task.WhenAll(
            first.CatchUpAsync(market.Client, TimeProvider.System, Stop), second.CatchUpAsync(market.Client, TimeProvider.System, Stop));
        first.Contents().ShouldBe(fresh.Contents());
        second.Position.ShouldBe(fresh.Position);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("cut")]
    [InlineData("hole")]
    [InlineData("version")]
    [InlineData("market")]
    [InlineData("tables")]
    public async Task A_file_that_cannot_be_used_is_built_anew_with_a_note(string harm)
    {
        IReadOnlyList<string> contents;
        using (var index = await CaughtUpAsync("index.db")) contents = index.Contents();
        var path = _folder["index.db"];
        var bytes = File.ReadAllBytes(path);
        switch (harm)
        {
            case "garbage": new Random(1).NextBytes(bytes); File.WriteAllBytes(path, bytes); break;
            case "cut": File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]); break;
            case "hole": bytes.AsSpan(bytes.Length / 4, bytes.Length / 2).Fill(0xa5); File.WriteAllBytes(path, bytes); break;
            case "version": Script(path, "PRAGMA user_version = 5"); break;
            case "market": Script(path, "UPDATE position SET market = 'another'"); break;
            case "tables": Script(path, "UPDATE position SET market = substr(market, 1, instr(market, ' ')) || 'f00d'"); break;
        }

        using var again = LedgerIndex.Open(path, market.Addresses);
        again.Note.ShouldNotBeNull().ShouldContain(path);
        again.Note.ShouldContain("built anew");
        await again.CatchUpAsync(market.Client, TimeProvider.System, Stop);
        again.Contents().ShouldBe(contents);
    }

    [Fact]
    public async Task An_index_that_is_damaged_while_it_is_open_is_built_anew()
    {
        using var index = await CaughtUpAsync("index.db");
        var contents = index.Contents();
        var path = _folder["index.db"];
        // The file as other programs would leave it: only its head stays, so every page below is nonsense.
        Script(path, "PRAGMA wal_checkpoint(TRUNCATE)");
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            var noise = new byte[file.Length - 4096];
            new Random(1).NextBytes(noise);
            file.Position = 4096;
            file.Write(noise);
        }
        await market.PartyAsync();
        var damaged = false;
        for (int i = 0; i < 3 && !damaged; i++)
        {
            try
            {
                for (ulong id = 1; id < 50; id++) index.Datasets.Find(new DatasetId(id));
                index.Contents();
            }
            catch (IndexDamagedException)
            {
                damaged = true;
            }
        }
        damaged.ShouldBeTrue();
        await index.CatchUpAsync(market.Client, TimeProvider.System, Stop);
        index.Contents().ShouldBe(contents);
        index.Note.ShouldNotBeNull().ShouldContain("damaged");
    }

    [Fact]
    public async Task A_step_that_fails_in_the_middle_leaves_nothing_of_itself()
    {
        using var index = await CaughtUpAsync("index.db");
        var (before, position) = (index.Contents(), index.Position);
        Signer anna = await market.PartyAsync();
        var receipt = await anna.SendAsync(
            market.Ledger.Workers.Acts.Register(TestMarket.Stake, new Money(1), anna.Key.PublicKey, default), Stop);
        var good = receipt.Logs.Single(log => log.Address == market.Addresses.Workers);
        var cut = good with { Index = good.Index + 1, Data = good.Data[..32] };
        var batch = new LogBatch(good.BlockNumber, good.BlockNumber, good.BlockHash, [good, cut], LogCursor.From(good.BlockNumber + 1));

        using (var file = new SqlSession(_folder["index.db"], IndexSchema.Of(LedgerIndex.Projections)))
            Should.Throw<AbiException>(() => file.Atomically(() => index.Apply(file, batch, good.BlockNumber, default, [])));

        index.Contents().ShouldBe(before);
        index.Position.ShouldBe(position);
        await index.CatchUpAsync(market.Client, TimeProvider.System, Stop);
        index.Workers.Find(anna.Address).ShouldNotBeNull();
    }

    private static void Script(string path, string sql)
    {
        using var connection = new SqlSession(path, IndexSchema.Of(LedgerIndex.Projections));
        connection.Script(sql);
    }

    private async Task<LedgerIndex> CaughtUpAsync(string name)
    {
        var index = LedgerIndex.Open(_folder[name], market.Addresses);
        await index.CatchUpAsync(market.Client, TimeProvider.System, Stop);
        return index;
    }
}

internal static class Tolerance
{
    /// <summary>A claim that may find nothing: the first shares are minted to others.</summary>
    public static async Task ShouldNotThrowUnlessNothing(this Task<Money> claim)
    {
        try
        {
            await claim;
        }
        catch (RuleBrokenException e) when (e.Rule == Rule.NothingToClaim)
        {
        }
    }
}
