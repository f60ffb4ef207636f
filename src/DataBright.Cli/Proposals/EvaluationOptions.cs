using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Datasets;
using DataBright.Cli.Jobs;
using DataBright.Cli.Terminal;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Market.Jobs;
using DataBright.Market.Storage;
using Spectre.Console;
using JobKind = DataBright.Market.Jobs.JobKind;

namespace DataBright.Cli.Proposals;

/// <summary>
/// How a proposal is measured: by a job on the computation market that trains with its points and without, from the dataset's best
/// checkpoint where there is one. Told again, it goes on with the job that was bought.
/// </summary>
internal sealed class EvaluationOptions
{
    private const int FreshEpochs = 5, TuningEpochs = 2;
    private const float FreshRate = 0.05f, TuningRate = 0.01f;
    private const int MostArchitecture = 1 << 20;

    private readonly Option<Money> _price = Amount("--price", Money.Dollars(3), "What all workers together are paid for the evaluation");
    private readonly Option<Money> _schedulerFee = Amount("--scheduler-fee", Money.Dollars(1), "What the evaluation's scheduler is paid");
    private readonly Option<string?> _architecture = new("--architecture")
    {
        Description = $"The architecture of fresh models, by name or as a JSON file, for a dataset without a best model to fine-tune (default: softmax-regression, for texts text-classifier)",
        HelpName = "NAME|FILE",
    };

    private readonly Option<int?> _epochs = new("--epochs")
    {
        Description = $"Passes over the data (default {TuningEpochs} from the best model, {FreshEpochs} from fresh ones)",
        HelpName = "N",
        CustomParser = Parsing.By<int?>(text => Parsing.Whole(text, 1, 10_000)),
    };

    private readonly Option<int> _repeats = Number("--repeats", 4, 2, MeasuredGain.MostSeeds, "How often each side is trained; the interval comes from these");
    private readonly Option<int> _redundancy = Number("--redundancy", 3, 1, 3, "Workers that do each task: 1 (none), 2 (a refereed pair) or 3");
    private readonly Option<Uri?> _node = SchedulerNode.Option();
    private readonly Option<Uri?> _referee = RefereeNode.Option();
    private readonly TrustedOptions _trusted;

    private EvaluationOptions(Command command) => _trusted = TrustedOptions.AddTo(command);

    public static EvaluationOptions AddTo(Command command)
    {
        var options = new EvaluationOptions(command);
        foreach (var option in new Option[] { options._price, options._schedulerFee, options._architecture, options._epochs, options._repeats, options._redundancy, options._node, options._referee })
            command.Options.Add(option);
        return options;
    }

    /// <summary>Whether everything is there that an evaluation needs, before anything is spent.</summary>
    /// <exception cref="Failure">No referee is known.</exception>
    public void Require(ParseResult arguments, MarketAccess market) => RefereeNode.Require(arguments.GetValue(_referee), market.Home);

    /// <summary>Buys the evaluation, or takes up the one that was bought; follows it to its end, has it signed, and posts it.</summary>
    /// <exception cref="Failure">The proposal is not open, or the job was refunded.</exception>
    public async Task<(JobId Job, MeasuredGain Gain)> RunAsync(ParseResult arguments, MarketAccess market, ProposalId id, JobId? bought, Signer signer, Output output, CancellationToken stop)
    {
        var referee = RefereeNode.Require(arguments.GetValue(_referee), market.Home);
        JobId job;
        bool isPosted;
        using (var reading = await IndexReading.OpenAsync(market, stop))
        {
            var proposal = reading.Index.Proposals.Find(id) ?? throw Missing.Proposal(id);
            if (proposal.State != Market.Proposals.ProposalState.Open)
                throw new Failure(ExitCode.Refused, $"Proposal {id} is {proposal.State.ToString().ToLowerInvariant()}; only an open one can be evaluated.");
            job = bought ?? Bought(reading.Index, proposal, signer) ?? await BuyAsync(arguments, market, reading.Index, proposal, signer, stop);
            isPosted = proposal.Evaluation is { } posted && posted.Job == job;
        }

        using var node = SchedulerNode.Find(arguments.GetValue(_node), market.Home);
        var ended = await output.WaitAsync($"Job {job}", report => new JobFollower(market, node, output, report).FollowAsync(job, stop));
        if (ended != JobState.Settled)
            throw new Failure(ExitCode.Refused, $"Job {job} was refunded: it was not done in time.");
        var attested = await RefereeNode.AttestAsync(referee, job, stop);
        if (!isPosted)
            await output.WaitAsync("Posting the evaluation", () => market.Ledger.Proposals.PostEvaluationAsync(attested.Signed, signer, stop));
        return (job, attested.Gain);
    }

    /// <summary>The signer's own evaluation of the proposal that is under way or done.</summary>
    private static JobId? Bought(LedgerIndex index, IndexedProposal proposal, Signer signer) =>
        ListOptions.Read(int.MaxValue, request => index.Jobs.List(proposal.Dataset, request))
            .FirstOrDefault(job => job.Proposal == proposal.Id && job.Buyer == signer.Address && job.Kind == JobKind.Evaluation && job.State != JobState.Refunded)?.Id;

    private async Task<JobId> BuyAsync(ParseResult arguments, MarketAccess market, LedgerIndex index, IndexedProposal proposal, Signer buyer, CancellationToken stop)
    {
        var dataset = (await market.Ledger.Datasets.FindAsync(proposal.Dataset, stop))!;
        var proposed = new ShardReference(proposal.Shard, proposal.Count, proposal.Cid ?? throw new Failure(ExitCode.BadInput, $"The shard of proposal {proposal.Id} has no readable address."));
        var plan = EvaluationPlan.For(
            dataset.Id, dataset.VersionRoot, PlanOptions.Shards(index, dataset.Id), proposed, await PlanOptions.HeldOutAsync(market, dataset, stop), await TermsAsync(arguments, market, index, dataset.Id, stop));
        plan = JobPlan.Parse((plan with { SchedulerFee = arguments.GetValue(_schedulerFee) }).ToJson());
        await market.Blobs.PutAsync(plan.ToJson(), stop);
        var (scheduler, referee) = _trusted.Choose(arguments, index);
        var order = new JobOrder(
            JobKind.Evaluation, dataset.Id, proposal.Id, plan.Digest, scheduler, referee, plan.Redundancy, arguments.GetValue(_price) + arguments.GetValue(_schedulerFee), proposal.Deadline);
        return (await market.Ledger.Jobs.CreateAsync(order, buyer, stop)).Id;
    }

    private async Task<EvaluationTerms> TermsAsync(ParseResult arguments, MarketAccess market, LedgerIndex index, DatasetId dataset, CancellationToken stop)
    {
        var named = arguments.GetValue(_architecture);
        var best = await BestAsync(market, index, dataset, stop);
        if (named is not null && best is not null)
            throw new Failure(ExitCode.Usage, $"Dataset {dataset} has a best model, {index.Datasets.Find(dataset)!.BestModel}, and referees sign only what goes on from it: leave --architecture out.");
        return new EvaluationTerms(
            best?.Architecture ?? await FreshAsync(named, market, index.Datasets.Find(dataset)!, stop), new Optimiser(best is null ? FreshRate : TuningRate, 0.9f), BatchSize: 64,
            arguments.GetValue(_epochs) ?? (best is null ? FreshEpochs : TuningEpochs), arguments.GetValue(_repeats), arguments.GetValue(_redundancy), best?.Checkpoint);
    }

    private static async Task<Architecture> FreshAsync(string? named, MarketAccess market, IndexedDataset dataset, CancellationToken stop)
    {
        var schema = await SchemaFile.FindAsync(market.Blobs, dataset.Schema, stop)
            ?? throw new Failure(ExitCode.BadInput, $"What the points of dataset {dataset.Id} look like is not in {market.Home.Blobs}; fetch {Cid.Raw(dataset.Schema)} from a node that has the dataset.");
        return named is null ? FittedArchitecture.Usual(schema) : FittedArchitecture.Read(named, schema);
    }

    /// <summary>The dataset's best model; null where there is none whose parameters are open and here.</summary>
    private static async Task<(Architecture Architecture, CheckpointReference Checkpoint)?> BestAsync(MarketAccess market, LedgerIndex index, DatasetId dataset, CancellationToken stop)
    {
        if (index.Datasets.Find(dataset)?.BestModel is not { } id || index.Models.Find(id) is not { IsPrivate: false, Cid: { } cid } model || !await market.Blobs.HasAsync(cid, stop))
            return null;
        var known = Architectures.All.FirstOrDefault(one => one.Hash == model.Architecture);
        if (known is null && await market.Blobs.HasAsync(Cid.Raw(model.Architecture), stop))
            known = Architecture.Parse(System.Text.Encoding.UTF8.GetString(await market.Blobs.ReadAsync(Cid.Raw(model.Architecture), MostArchitecture, stop)), $"the architecture of model {id}");
        return known is null ? null : (known, new CheckpointReference(model.Checkpoint, cid));
    }

    public static void Draw(IAnsiConsole console, ProposalId id, JobId job, MeasuredGain gain) => console.Write(Sheet.Facts(
        ("Proposal", id), ("Job", job), ("Accuracy", $"{Wording.Percent(Ppm(gain.Before))} → {Wording.Percent(Ppm(gain.After))}"),
        ("Gain", $"{Wording.Points(Ppm(gain.Gain))} points; 95 %: {Wording.Points(Ppm(gain.Low))} to {Wording.Points(Ppm(gain.High))}, over {gain.Seeds} seeds")));

    private static int Ppm(double part) => (int)Math.Round(part * 1_000_000);

    private static Option<Money> Amount(string name, Money usual, string description) => new(name)
    {
        Description = Wording.WithDefault(description, usual),
        HelpName = "DOLLARS",
        DefaultValueFactory = _ => usual,
        CustomParser = Parsing.By(Money.Parse),
    };

    private static Option<int> Number(string name, int usual, int least, int most, string description) => new(name)
    {
        Description = Wording.WithDefault(description, usual),
        HelpName = "N",
        DefaultValueFactory = _ => usual,
        CustomParser = Parsing.By(text => Parsing.Whole(text, least, most)),
    };
}
