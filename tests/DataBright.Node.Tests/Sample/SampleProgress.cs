using DataBright.Market;
using DataBright.Node.Jobs;
using DataBright.Node.Rest;
using static DataBright.Node.Tests.SampleMarket;

namespace DataBright.Node.Tests;

/// <summary>The inside of two jobs of the sample market.</summary>
internal sealed class SampleProgress : IJobWatch
{
    /// <summary>Job 10's scheduler has given it up.</summary>
    public bool Failed { get; set; }

    public Task<JobProgress?> FindAsync(JobId job, CancellationToken stop)
    {
        if (job.Value is not (9 or 10)) return Task.FromResult<JobProgress?>(null);
        bool over = job.Value == 9;
        var tasks = new List<TaskProgress>();
        for (int round = 1; round <= 3; round++)
            for (int part = 1; part <= 12; part++)
            {
                var seats = Enumerable.Range(0, 3)
                    .Select(group => new Seat(group, Account(20 + (group + part) % 6), StateOf(round, part, group, over),
                        round == 3 ? 40 : 94, 94)).ToList();
                if (round == 2 && part == 5) seats.Add(new Seat(2, Account(25), over ? SeatState.Agreed : SeatState.Leased, 60, 94));
                tasks.Add(new TaskProgress($"Round {round}, part {part}", seats));
            }
        tasks.Add(new TaskProgress("Closing task",
            [.. Enumerable.Range(0, 3)
                .Select(group => new Seat(group, over ? Account(20 + group) : null, over ? SeatState.Agreed : SeatState.Waiting, 0, 0))]));
        var losses = Enumerable.Range(1, over ? 60 : 42)
            .Select(i => new LossPoint(i * 47, 2.3 * Math.Exp(-i / 9.0) + 0.06 + 0.04 * Math.Sin(i * 1.7) / Math.Sqrt(i))).ToArray();
        return Task.FromResult<JobProgress?>(new JobProgress(tasks, losses, Failed ? "Training diverged" : null, Failed)
        {
            Rounds = [new(1, new Fraction(912_000)), new(2, null), .. over ? new RoundAccuracy[] { new(3, new Fraction(986_200)) } : []],
        });
    }

    private static SeatState StateOf(int round, int part, int group, bool over) => (round, part, group) switch
    {
        (2, 5, 1) => SeatState.Convicted,
        _ when over => SeatState.Agreed,
        (1, 3, 2) => SeatState.Lost,
        (1, _, _) => SeatState.Agreed,
        (2, < 9, _) => SeatState.Agreed,
        (2, 9 or 10, _) => SeatState.Revealed,
        (2, _, 0) => SeatState.Committed,
        (2, _, _) => SeatState.Leased,
        _ => SeatState.Waiting,
    };
}
