using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Jobs;

/// <summary>Which jobs there are.</summary>
internal sealed class ListCommand : MarketVerb
{
    private readonly Option<int> _limit = ListOptions.Limit();
    private readonly Option<DatasetId?> _dataset = ListOptions.OfDataset();

    public ListCommand()
        : base("list", "List the jobs, newest first", "job list --dataset 1")
    {
        Options.Add(_dataset);
        Options.Add(_limit);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        using var reading = await IndexReading.OpenAsync(market, stop);
        var jobs = ListOptions.Read(arguments.GetValue(_limit), request => reading.Index.Jobs.List(arguments.GetValue(_dataset), request));
        var (name, now) = (AccountNames.Names(market.Home), await market.NowAsync(stop));
        output.Show(jobs, console =>
        {
            var table = Sheet.Of(">Id", "Kind", "State", ">Dataset", ">Proposal", "Buyer", ">Price", ">Accuracy", ">Convicted", "Done by");
            foreach (var job in jobs)
                table.Row(
                    job.Id, job.Kind, JobStateNow.Of(job, now), job.Dataset, job.Proposal, name(job.Buyer), job.Price,
                    job.AccuracyPpm is { } accuracy ? TerminalWording.Percent(accuracy) : null, job.Convictions, job.Deadline);
            console.List(table, "No jobs. Buy one with: databright job create");
        });
        return ExitCode.Done;
    }
}
