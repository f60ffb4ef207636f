using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Jobs;

/// <summary>Follows a job to its end: the scheduler's events as they come, the ledger for the last word.</summary>
internal sealed class WatchCommand : MarketVerb
{
    private readonly Argument<JobId> _id;
    private readonly Option<Uri?> _node = SchedulerNode.Option();

    public WatchCommand()
        : base("watch", "Follow a job live until it ends", "job watch 2")
    {
        _id = Expect("ID", JobId.Parse, "Its number");
        Options.Add(_node);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        _ = await market.Ledger.Jobs.FindAsync(id, stop) ?? throw MissingThings.Of(id);
        using var node = SchedulerNode.Find(arguments.GetValue(_node), market.Home);
        var end = await output.WaitAsync($"Job {id}",
            report => new JobFollower(JobSource.Of(market, node), output, report, TimeProvider.System).FollowAsync(id, stop));
        end.RequireSettled();
        var state = end.State;
        var settled = await new JobHistory(market.Ledger).FindSettledAsync(id, stop);
        var convicted = await new JobHistory(market.Ledger).ConvictionsAsync(id, stop);
        output.Show(new { id, state, accuracyPpm = settled?.AccuracyPpm, result = settled?.Outcome.Result, paid = settled?.PayTotal,
            convicted = convicted.Select(conviction => conviction.Worker) }, console =>
            console.Write(Sheet.Facts(
                ("Job", id), ("State", state),
                ("Accuracy", settled?.AccuracyPpm is { } accuracy ? TerminalWording.Percent(accuracy) : null),
                ("Result", settled?.Outcome.Result),
                ("Paid out", settled is null ? null : $"{TerminalWording.Of(settled.PayTotal)} to workers and scheduler"),
                ("Convicted", convicted.Count == 0
                    ? null : string.Join(", ", convicted.Select(conviction => TerminalWording.Short(conviction.Worker)))))));
        return ExitCode.Done;
    }
}
