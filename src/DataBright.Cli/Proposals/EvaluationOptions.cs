using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Datasets;
using DataBright.Cli.Jobs;
using DataBright.Compute.Buying;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Scheduler.State;
using DataBright.Learning.Networks;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Proposals;
using DataBright.Storage;
using DataBright.Terminal;
using Spectre.Console;
using JobState = DataBright.Market.Jobs.JobState;

namespace DataBright.Cli.Proposals;

/// <summary>
/// How a proposal is measured: by a job on the computation market that trains with its points and without, from the dataset's best
/// checkpoint where there is one. Told again, it goes on with the job that was bought.
/// </summary>
internal sealed class EvaluationOptions
{
    private readonly Option<Money> _price = Amount("--price", Money.Dollars(3), "What all workers together are paid for the evaluation");
    private readonly Option<Money> _schedulerFee = Amount("--scheduler-fee", Money.Dollars(1), "What the evaluation's scheduler is paid");
    private readonly Option<string?> _architecture = new("--architecture")
    {
        Description =
            $"The architecture of fresh models, by name or as a JSON file, for a dataset without a best model to fine-tune (default: "
            + "softmax-regression, for texts text-classifier)",
        HelpName = "NAME|FILE",
    };

    private readonly Option<Uri?> _node = SchedulerNode.Option();
    private readonly Option<Uri?> _referee = RefereeNode.Option();
    private readonly TrustedOptions _trusted;

    private EvaluationOptions(Command command) => _trusted = TrustedOptions.AddTo(command);

    public static EvaluationOptions AddTo(Command command)
    {
        var options = new EvaluationOptions(command);
        foreach (var option in new Option[] { options._price, options._schedulerFee, options._architecture, options._node,
            options._referee })
            command.Options.Add(option);
        return options;
    }

    /// <summary>Whether everything is there that an evaluation needs, before anything is spent.</summary>
    /// <exception cref="Failure">No referee is known.</exception>
    public void Require(ParseResult arguments, MarketAccess market) => RefereeNode.Require(arguments.GetValue(_referee), market.Home);

    /// <summary>The nodes of scheduler and referee, where they are named.</summary>
    public (Uri? Scheduler, Uri? Referee) Nodes(ParseResult arguments) => (arguments.GetValue(_node), arguments.GetValue(_referee));

    /// <summary>Buys the evaluation, or takes up the one that was bought; follows it to its end, has it signed, and posts it.</summary>
    /// <exception cref="Failure">The proposal is not open, or the job was refunded.</exception>
    public async Task<(JobId Job, MeasuredGain Gain)> RunAsync(ParseResult arguments, MarketAccess market, ProposalId id, JobId? bought,
        bool anyway, Signer signer, Output output, CancellationToken stop)
    {
        var referee = RefereeNode.Require(arguments.GetValue(_referee), market.Home);
        JobId job;
        bool isPosted;
        using (var reading = await IndexReading.OpenAsync(market, stop))
        {
            var proposal = reading.Index.Proposals.Find(id) ?? throw MissingThings.Of(id);
            if (proposal.State != Market.Proposals.ProposalState.Open)
                throw new Failure(ExitCode.Refused,
                    $"Proposal {id} is {proposal.State.ToString().ToLowerInvariant()}; only an open one can be evaluated.");
            job = bought ?? await BoughtAsync(arguments, market, reading.Index, proposal, signer, output, stop)
                ?? await BuyAsync(arguments, market, reading.Index, proposal, anyway, signer, output, stop);
            isPosted = reading.Index.Proposals.IsPosted(id, job);
        }

        using var node = SchedulerNode.Find(arguments.GetValue(_node), market.Home);
        var end = await output.WaitAsync($"Job {job}",
            report => new JobFollower(JobSource.Of(market, node), output, report, TimeProvider.System).FollowAsync(job, stop));
        end.RequireSettled();
        var attested = await RefereeNode.AttestAsync(referee, job, stop);
        if (!isPosted)
            await output.WaitAsync("Posting the evaluation",
                () => market.Ledger.Proposals.PostEvaluationAsync(attested.Signed, signer, stop));
        return (job, attested.Gain);
    }

    /// <summary>
    /// The signer's own evaluation of the proposal that is under way or done. One that can come to nothing any more is left alone, and said
    /// to be.
    /// </summary>
    private async Task<JobId?> BoughtAsync(ParseResult arguments, MarketAccess market, LedgerIndex index, IndexedProposal proposal,
        Signer signer, Output output, CancellationToken stop)
    {
        var own = index.Jobs.Measuring(proposal.Dataset, proposal.Id, int.MaxValue)
            .Where(job => job.Buyer == signer.Address && job.State != JobState.Refunded).ToList();
        var now = await market.NowAsync(stop);
        foreach (var job in own)
        {
            if (job.State == JobState.Settled)
                return job.Id;
            var problem = now >= job.Deadline ? "its deadline is past" : await FailureAsync(arguments, market, job.Id, stop);
            if (problem is null)
                return job.Id;
            output.Note(
                $"Nothing comes of job {job.Id}, which was bought for this: {problem.TrimEnd('.')}. "
                + $"{JobFollower.WayBack(job.Id, job.State, job.Deadline, now)}");
        }

        return null;
    }

    /// <summary>Why its scheduler gave a job up; null where it did not, or cannot be asked.</summary>
    private async Task<string?> FailureAsync(ParseResult arguments, MarketAccess market, JobId job, CancellationToken stop)
    {
        using var node = SchedulerNode.Find(arguments.GetValue(_node), market.Home);
        try
        {
            return node is not null && await node.StandingAsync(job, stop) is { Phase: JobPhase.Failed } failed
                ? failed.Problem ?? "its scheduler gave it up" : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private async Task<JobId> BuyAsync(ParseResult arguments, MarketAccess market, LedgerIndex index, IndexedProposal proposal, bool anyway,
        Signer buyer, Output output, CancellationToken stop)
    {
        var dataset = (await market.Ledger.Datasets.FindAsync(proposal.Dataset, stop))!;
        var cid = proposal.Cid
            ?? throw new Failure(ExitCode.BadInput, $"The shard of proposal {proposal.Id} has no readable address.");
        FileCheck.RequireNone(proposal.Id,
            await FileCheck.ProblemAsync(market, cid, proposal.Shard, proposal.Count, dataset.Schema, dataset.Measurement, stop),
            "measured");
        var terms = await MeasurementTerms.ReadAsync(market.Blobs, dataset, stop);
        var subject = await SubjectAsync(arguments, market, index, dataset.Id, terms, stop);
        var evaluation = new EvaluationOrder(proposal, cid, arguments.GetValue(_price), arguments.GetValue(_schedulerFee));
        var plan = evaluation.PlanFor(dataset, PlanOptions.Shards(index, dataset.Id), await PlanOptions.HeldOutAsync(market, dataset, stop),
            terms, subject);
        var (scheduler, referee) = _trusted.Choose(arguments, index);
        var order = evaluation.OrderOf(plan, scheduler, referee);
        OrderQuote.Require(await OrderQuote.AskAsync(arguments.GetValue(_node), market.Home, plan, order.Pay, output, stop), anyway);
        await market.Blobs.PutAsync(plan.ToJson(), stop);
        return (await market.Ledger.Jobs.CreateAsync(order, buyer, stop)).Id;
    }

    /// <summary>What is trained, and from where: the dataset's best model, or fresh parameters of what its terms name.</summary>
    private async Task<EvaluationSubject> SubjectAsync(
        ParseResult arguments, MarketAccess market, LedgerIndex index, DatasetId dataset, MeasurementTerms terms, CancellationToken stop)
    {
        var named = arguments.GetValue(_architecture);
        var given = await EvaluationSubject.FindAsync(market.Blobs, index, dataset, terms, stop);
        if (named is not null && given?.Start is not null)
            throw new Failure(ExitCode.Usage,
                $"Dataset {dataset} has a best model, {index.Datasets.Find(dataset)!.BestModel}, and referees sign only what goes on from "
                + "it: leave --architecture out.");
        if (named is not null && given is not null)
            throw new Failure(ExitCode.Usage,
                $"Dataset {dataset} measures with {given.Architecture.Name}, and referees sign nothing else: leave --architecture out.");
        return given ?? new EvaluationSubject(await FreshAsync(named, market, index.Datasets.Find(dataset)!, stop), null);
    }

    private static async Task<Architecture> FreshAsync(string? named, MarketAccess market, IndexedDataset dataset, CancellationToken stop)
    {
        var schema = await SchemaFile.FindAsync(market.Blobs, dataset.Schema, stop)
            ?? throw new Failure(ExitCode.BadInput,
                $"What the points of dataset {dataset.Id} look like is not in {market.Home.Storage.Blobs}; fetch {Cid.Raw(dataset.Schema)} "
                + "from a node that has the dataset.");
        return named is null ? FittedArchitecture.Usual(schema) : FittedArchitecture.Read(named, schema);
    }

    public static void Draw(IAnsiConsole console, ProposalId id, JobId job, MeasuredGain gain) => console.Write(Sheet.Facts(
        ("Proposal", id), ("Job", job),
        ("Accuracy", $"{TerminalWording.Percent(Ppm(gain.Before))} → {TerminalWording.Percent(Ppm(gain.After))}"),
        ("Gain",
            $"{TerminalWording.Points(Ppm(gain.Gain))} points; 95 %: {TerminalWording.Points(Ppm(gain.Low))} to "
            + $"{TerminalWording.Points(Ppm(gain.High))}, over {gain.Seeds} seeds")));

    private static int Ppm(double part) => (int)Math.Round(part * 1_000_000);

    private static Option<Money> Amount(string name, Money usual, string description) => new(name)
    {
        Description = TerminalWording.WithDefault(description, usual),
        HelpName = "DOLLARS",
        DefaultValueFactory = _ => usual,
        CustomParser = Parsing.By(Money.Parse),
    };
}
