using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Node.Jobs;
using DataBright.Node.Rest;
using static DataBright.Node.Tests.SampleMarket;

namespace DataBright.Node.Tests;

/// <summary>Jobs of the sample market.</summary>
internal sealed class SampleJobs(SampleUsage usage) : IJobReader
{
    /// <summary>Job 10 was not done by its deadline.</summary>
    public bool Overdue { get; set; }

    private static JobSummary Job(ulong id) => id switch
    {
        9 => new(new(9), JobKind.Training, JobState.Settled, new(1), "Handwritten digits", null, Buyer, 3, new Fraction(986_200), 1,
            Money.Parse("95"), Now.AddHours(-4), Now.AddHours(20)),
        10 => new(new(10), JobKind.Training, JobState.Anchored, new(1), "Handwritten digits", null, Buyer, 3, null, 1, Money.Parse("95"),
            Now.AddMinutes(-6), Now.AddHours(23)),
        6 => new(new(6), JobKind.Evaluation, JobState.Settled, new(1), "Handwritten digits", new(6), Initiator, 3, new Fraction(977_000), 0,
            Money.Parse("12"), Now.AddDays(-1), Now),
        _ => new(new(id), JobKind.Training, JobState.Refunded, new(1), "Handwritten digits", null, Buyer, 2, null, 0, Money.Parse("80"),
            Now.AddDays(-6), Now.AddDays(-5)),
    };

    public Task<Page<JobSummary>> ListAsync(DatasetId? dataset, PageRequest page, CancellationToken stop) =>
        Task.FromResult(dataset is { Value: not 1 } ? Page<JobSummary>.Empty : Slice([Job(10), Job(9), Job(8), Job(6)], page));

    public Task<JobFacts?> FindAsync(JobId id, CancellationToken stop) => Task.FromResult(id.Value is < 1 or > 10 ? null : new JobFacts(
        Job(id.Value) with { Overdue = Overdue && id.Value == 10 }, Hash(400), SampleMarket.Scheduler, Referee, Money.Dollars(45),
        Money.Dollars(50), usage.Of(id.Value) is null ? Money.Zero : Money.Dollars(45), Hash(401), Hash(402), Hash(403),
        id.Value == 9 ? Hash(404) : null, id.Value == 9 ? Money.Parse("36") : null,
        [new(JobState.Open, 1_100, Now.AddHours(-4)), new(JobState.Accepted, 1_101, Now.AddHours(-4)),
            new(JobState.Assigned, 1_103, Now.AddHours(-4)), new(JobState.Anchored, 1_140, Now.AddHours(-3)),
            .. id.Value == 9 ? new[] { new JobStep(JobState.Settled, 1_144, Now.AddHours(-3)) } : []],
        Job(id.Value).Convictions == 0 ? [] : [new(Account(23), SampleMarket.Scheduler, Money.Dollars(50), Hash(405), Now.AddHours(-3))],
        id.Value == 9
            ? [new(SampleMarket.Scheduler, PaymentPurpose.Scheduling, Money.Dollars(5), Now),
                new(Account(20), PaymentPurpose.Work, Money.Dollars(12), Now),
                new(Account(21), PaymentPurpose.Work, Money.Dollars(12), Now)]
            : [],
        id.Value == 9 ? new ModelId(3) : null, usage.Of(id.Value))
    { Plan = id.Value == 9 ? [new("Batch", "64 points"), new("Learning rate", "0.02")] : null });
}
