using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Terminal;
using DataBright.Market;
using DataBright.Market.Jobs;
using Spectre.Console;

namespace DataBright.Cli.Workers;

/// <summary>Collects a worker's pay, and whatever else jobs owe the account.</summary>
internal sealed class ClaimCommand : SigningVerb
{
    private readonly Option<JobId[]> _jobs;
    private readonly Option<Uri?> _node = SchedulerNode.Option();

    public ClaimCommand()
        : base("claim", "Collect your pay from settled jobs", "worker claim --job 2 --key ada")
    {
        _jobs = Take<JobId[]>("--job", "A settled job; may be repeated (default: every settled job you took part in)", "ID");
        _jobs.CustomParser = Parsing.Each(JobId.Parse);
        Options.Add(_node);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output, CancellationToken stop)
    {
        using var node = SchedulerNode.Require(arguments.GetValue(_node), market.Home);
        var credited = new List<Earning>();
        foreach (var job in await JobsAsync(arguments, market, stop))
            if (await CreditAsync(market, node, job, signer, stop) is { } pay)
                credited.Add(new Earning(job, pay));
        if (await market.Ledger.Jobs.OwedAsync(signer.Address, stop) == Money.Zero)
            throw new Failure(ExitCode.Refused, $"Jobs owe {signer.Address} nothing.");
        var paid = await output.WaitAsync("Collecting", _ => market.Ledger.Jobs.WithdrawAsync(signer.Address, signer, stop));
        output.Show(new { worker = signer.Address, paid, earned = credited }, console =>
        {
            var table = Sheet.Of(">Job", ">Earned");
            foreach (var earning in credited)
                table.Row(earning.Job, earning.Pay);
            if (credited.Count > 0)
                console.Write(table);
            console.WriteLine($"{Wording.Of(paid)} paid to {signer.Address}");
        });
        return ExitCode.Done;
    }

    private async Task<IReadOnlyList<JobId>> JobsAsync(ParseResult arguments, MarketAccess market, CancellationToken stop)
    {
        if (arguments.GetValue(_jobs) is { Length: > 0 } named)
            return named;
        using var reading = await IndexReading.OpenAsync(market, stop);
        return [.. ListOptions.Read(int.MaxValue, request => reading.Index.Jobs.List(null, request)).Where(job => job.State == JobState.Settled).Select(job => job.Id)];
    }

    private static async Task<Money?> CreditAsync(MarketAccess market, SchedulerNode node, JobId job, Signer signer, CancellationToken stop)
    {
        if (await market.Ledger.Jobs.IsPaidAsync(job, signer.Address, stop))
            return null;
        var settled = await new JobHistory(market.Ledger).FindSettledAsync(job, stop);
        if (settled is null || await node.ResultAsync(job, stop) is not { Pay.Count: > 0 } result)
            return null;
        var sheet = new PaySheet(job, [.. result.Pay.Select(pay => (pay.Worker, pay.Amount))]);
        if (sheet.Root != settled.Outcome.PayRoot)
            throw new Failure(ExitCode.CheckFailed, $"The scheduler's pay sheet of job {job} is not the one on the ledger.");
        if (sheet.ClaimOf(signer.Address) is not { } claim)
            return null;
        await market.Ledger.Jobs.ClaimPayAsync(job, settled.Outcome, signer.Address, claim.Pay, claim.Proof, signer, stop);
        return claim.Pay;
    }
}

internal sealed record Earning(JobId Job, Money Pay);
