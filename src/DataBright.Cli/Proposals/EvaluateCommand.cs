using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Datasets;
using DataBright.Cli.Jobs;
using DataBright.Cli.Terminal;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Market.Jobs;
using DataBright.Market.Proposals;
using DataBright.Market.Storage;
using Spectre.Console;
using JobKind = DataBright.Market.Jobs.JobKind;

namespace DataBright.Cli.Proposals;

/// <summary>Has a proposal measured on the computation market, signed by the referee and posted beside the ballot.</summary>
internal sealed class EvaluateCommand : SigningVerb
{
    private readonly Argument<ProposalId> _id;
    private readonly Option<string> _architecture;
    private readonly Option<int> _epochs;
    private readonly Option<int> _repeats;
    private readonly Option<int> _redundancy;
    private readonly Option<Money> _price;
    private readonly Option<Money> _schedulerFee;
    private readonly TrustedOptions _trusted;
    private readonly Option<JobId?> _job;
    private readonly Option<Uri?> _node = SchedulerNode.Option();
    private readonly Option<Uri?> _referee = RefereeNode.Option();

    public EvaluateCommand()
        : base("evaluate", "Have a proposal measured: trained with and without its points, the difference signed and posted for the voters to see",
            "proposal evaluate 3 --price 3")
    {
        _id = Expect("ID", ProposalId.Parse, "The proposal");
        _price = TakeOr("--price", Money.Dollars(3), Money.Parse, "What all workers together are paid", "DOLLARS");
        _schedulerFee = TakeOr("--scheduler-fee", Money.Dollars(1), Money.Parse, "What the scheduler is paid", "DOLLARS");
        _architecture = TakeOr("--architecture", "softmax-regression", "What is trained, by name or as a JSON file: small, because it is trained often", "NAME|FILE");
        _epochs = TakeOr("--epochs", 5, text => Parsing.Whole(text, 1, 10_000), "Passes over the data", "N");
        _repeats = TakeOr("--repeats", 4, text => Parsing.Whole(text, 2, MeasuredGain.MostSeeds), "How often each side is trained; the interval comes from these", "N");
        _redundancy = TakeOr("--redundancy", 3, text => Parsing.Whole(text, 1, 3), "Workers that do each task: 1 (none), 2 (a refereed pair) or 3", "N");
        _trusted = TrustedOptions.AddTo(this);
        _job = Take<JobId?>("--job", text => JobId.Parse(text), "Go on with an evaluation that was bought before", "ID");
        Options.Add(_node);
        Options.Add(_referee);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output, CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        var referee = RefereeNode.Require(arguments.GetValue(_referee), market.Home);
        using var reading = await IndexReading.OpenAsync(market, stop);
        var proposal = reading.Index.Proposals.Find(id) ?? throw Missing.Proposal(id);
        if (proposal.State != ProposalState.Open)
            throw new Failure(ExitCode.Refused, $"Proposal {id} is {proposal.State.ToString().ToLowerInvariant()}; only an open one can be evaluated.");
        var job = arguments.GetValue(_job) ?? await BuyAsync(arguments, market, reading.Index, proposal, signer, stop);
        using var node = SchedulerNode.Find(arguments.GetValue(_node), market.Home);
        var ended = await output.WaitAsync($"Job {job}", report => new JobFollower(market, node, output, report).FollowAsync(job, stop));
        if (ended != Market.Jobs.JobState.Settled)
            throw new Failure(ExitCode.Refused, $"Job {job} was refunded: it was not done in time.");

        var attested = await RefereeNode.AttestAsync(referee, job, stop);
        await output.WaitAsync("Posting the evaluation", () => market.Ledger.Proposals.PostEvaluationAsync(attested.Signed, signer, stop));
        Tell(output, id, job, attested.Gain);
        return ExitCode.Done;
    }

    private async Task<JobId> BuyAsync(ParseResult arguments, MarketAccess market, LedgerIndex index, IndexedProposal proposal, Signer buyer, CancellationToken stop)
    {
        var dataset = (await market.Ledger.Datasets.FindAsync(proposal.Dataset, stop))!;
        var proposed = new ShardReference(proposal.Shard, proposal.Count, proposal.Cid ?? throw new Failure(ExitCode.BadInput, $"The shard of proposal {proposal.Id} has no readable address."));
        var terms = new EvaluationTerms(
            PlanOptions.ReadArchitecture(arguments.GetValue(_architecture)!), new Optimiser(0.05f, 0.9f), BatchSize: 64, arguments.GetValue(_epochs), arguments.GetValue(_repeats), arguments.GetValue(_redundancy));
        var plan = EvaluationPlan.For(
            dataset.Id, dataset.VersionRoot, PlanOptions.Shards(index, dataset.Id), proposed, await PlanOptions.HeldOutAsync(market, dataset, stop), terms);
        plan = JobPlan.Parse((plan with { SchedulerFee = arguments.GetValue(_schedulerFee) }).ToJson());
        await market.Blobs.PutAsync(plan.ToJson(), stop);
        var (scheduler, referee) = _trusted.Choose(arguments, index);
        var order = new JobOrder(
            JobKind.Evaluation, dataset.Id, proposal.Id, plan.Digest, scheduler, referee, plan.Redundancy, arguments.GetValue(_price) + arguments.GetValue(_schedulerFee), proposal.Deadline);
        return (await market.Ledger.Jobs.CreateAsync(order, buyer, stop)).Id;
    }

    private static void Tell(Output output, ProposalId id, JobId job, MeasuredGain gain) =>
        output.Show(new { proposal = id, job, gain.Before, gain.After, gain.Gain, gain.Low, gain.High, gain.Seeds }, console => console.Write(Sheet.Facts(
            ("Proposal", id), ("Job", job), ("Accuracy", $"{Wording.Percent(Ppm(gain.Before))} → {Wording.Percent(Ppm(gain.After))}"),
            ("Gain", $"{Wording.Points(Ppm(gain.Gain))} points; 95 %: {Wording.Points(Ppm(gain.Low))} to {Wording.Points(Ppm(gain.High))}, over {gain.Seeds} seeds"))));

    private static int Ppm(double part) => (int)Math.Round(part * 1_000_000);
}
