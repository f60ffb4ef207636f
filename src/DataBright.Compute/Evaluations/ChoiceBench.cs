using DataBright.Compute.Draws;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Learning.Benchmarks;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Evaluations;

/// <summary>
/// What somebody who gains by a measurement can choose in it: seeds, training, and the workers that do it. Each choice is handed to the
/// rules that the scheduler and the referee ask, and the chance to hold a task with one's own workers is counted over draws.
/// </summary>
public static class ChoiceBench
{
    private const int Draws = 5_000;

    /// <summary>Workers of one owner, and workers in all.</summary>
    private static readonly (int Own, int All)[] Pools = [(3, 10), (6, 20), (10, 100), (30, 100), (60, 100), (60, 200)];

    public static IReadOnlyList<BenchBar> Run(IProgress<string> progress, CancellationToken stop)
    {
        BenchBar[] bars = [Refused("seeds chosen by the one who gains", Seeds()),
            Refused("training chosen by the one who gains", Training()), Refused("noise by one's own worker alone", OwnWorkers()),
            Held(stop)];
        foreach (var bar in bars) progress.Report($"{bar.Bar}: {bar.Value} {bar.Unit}{(bar.Note is null ? "" : $"; {bar.Note}")}");
        return bars;
    }

    private static BenchBar Refused(string what, IReadOnlyList<string?> answers) =>
        new($"{what}: refused", answers.Count(answer => answer is not null), $"of {answers.Count}", answers.Count, null, null,
            answers.All(answer => answer is not null), string.Join("; ", answers.OfType<string>()));

    /// <summary>Seeds in the plan, and a draw of another job than the proposal's first.</summary>
    private static IReadOnlyList<string?> Seeds()
    {
        var plan = Fair(Terms);
        return
        [
            Mismatch(plan with { Runs = [.. plan.Runs.Select(run => run with { Seed = run.Seed + 100 })] }),
            Mismatch(plan with { Runs = [.. plan.Runs.Select(run => run.Repeats == 0 ? run with { Seed = run.Seed + 1 } : run)] }),
            Mismatch(plan with { Runs = [.. plan.Runs.Take(2)] }),
            Refusal(() => EvaluationAttestor.RequireSeeds(new JobId(2), Keccak.Hash("a second measurement"u8), Keccak.Hash("the first"u8))),
            Refusal(() => EvaluationAttestor.RequireSeeds(new JobId(2), null, Keccak.Hash("the first"u8))),
        ];
    }

    private static IReadOnlyList<string?> Training()
    {
        var plan = Fair(Terms);
        return
        [
            Mismatch(plan with { Optimiser = new Optimiser(1e-7f) }),
            Mismatch(plan with { StepsPerRound = plan.StepsPerRound / 10 }),
            Mismatch(plan with { BatchSize = 1 }),
            Mismatch(plan with { Runs = [.. plan.Runs.Select(run => run with { Repeats = 0 })] }),
            Mismatch(plan with { Architecture = Architectures.Find("lenet-5")! }),
        ];
    }

    private static IReadOnlyList<string?> OwnWorkers() =>
    [
        Refusal(() => MeasurementTerms.Parse((Terms with { Redundancy = 1 }).ToJson())),
        Refusal(() => MeasurementTerms.Parse((Terms with { Redundancy = 2, SpotChecks = 0 }).ToJson())),
        Mismatch(Fair(Terms) with { Redundancy = 1 }),
        Mismatch(Fair(Terms) with { Redundancy = 2, SpotChecks = 1 }),
    ];

    /// <summary>
    /// Whoever has fewer workers than a task has copies never decides one. With more it is a matter of the draw, and of who else is there.
    /// </summary>
    private static BenchBar Held(CancellationToken stop)
    {
        var plan = Fair(Terms);
        var pools = Pools.Select(pool =>
            FormattableString.Invariant($"{pool.Own} of {pool.All}: {100 * ChanceOf(plan, pool.Own, pool.All, stop):F1} %"));
        var two = 100 * ChanceOf(plan, 2, 3, stop);
        return new BenchBar("an owner of two workers of three holds all copies of a task", two, "% of draws", 0, null, null, two == 0,
            $"of {Draws:N0} draws, some task of a measurement is an owner's alone who has {string.Join(", ", pools)}");
    }

    /// <summary>
    /// The part of draws in which all copies of some task, the closing task among them, went to the first so many workers.
    /// </summary>
    private static double ChanceOf(JobPlan plan, int own, int all, CancellationToken stop)
    {
        PoolMember[] pool = [.. Enumerable.Range(0, all)
            .Select(number => new Address(Keccak.Hash(BitConverter.GetBytes(number)).AsSpan()[12..]))
            .Select(at => new PoolMember(at, at, Money.Zero))];
        var owner = pool.Take(own).Select(member => member.Worker).ToHashSet();
        var held = 0;
        for (var draw = 0; draw < Draws; draw++)
        {
            stop.ThrowIfCancellationRequested();
            var seats = Draw.Seat(Keccak.Hash(BitConverter.GetBytes(draw)), pool, plan).Seats;
            if (seats.GroupBy(seat => (seat.Key.Run, seat.Key.Partition)).Any(task => task.All(seat => owner.Contains(seat.Value)))) held++;
        }

        return (double)held / Draws;
    }

    private static MeasurementTerms Terms { get; } = MeasurementTerms.Usual
        with { Architecture = Architectures.Find("softmax-regression")! };

    private static JobPlan Fair(MeasurementTerms terms) =>
        EvaluationPlan.For(new DatasetId(1), Hash32.Zero, [Shard(1)], Shard(2), Shard(3), terms, terms.Architecture!);

    private static string? Mismatch(JobPlan plan) => MeasurementCheck.Mismatch(plan, Shard(2).Root, Terms);

    private static string? Refusal(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (DataBrightException refused)
        {
            return refused.Message;
        }
    }

    private static ShardReference Shard(byte number) => new(Keccak.Hash([number]), 300, Cid.Raw(Digest.Of([number])));
}
