using System.Globalization;
using System.Net;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Market.Usage;
using DataBright.Node.Rest;
using DataBright.Storage;
using DataBright.Terminal;

namespace DataBright.Demo;

/// <summary>Buys jobs, follows them to their end, and asks scheduler and referee for what they came to.</summary>
internal sealed class DemoOrders(DemoMarket stage) : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromHours(1);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan WithoutRoom = TimeSpan.FromSeconds(10);

    private const int MaxAttempts = 100;

    /// <summary>A file of an offer does not fit into less.</summary>
    private const long MinRoom = 4 << 20;

    private long _hadRoom = TimeProvider.System.GetTimestamp();

    private readonly HttpClient _http = new(new SocketsHttpHandler());

    /// <summary>Stores the plan and escrows the price.</summary>
    public async Task<JobId> PlaceAsync(JobPlan plan, ProposalId? proposal, Money pay, Signer buyer, CancellationToken stop)
    {
        await stage.Blobs.PutAsync(plan.ToJson(), stop);
        var order = new JobOrder(
            plan.Kind == JobKind.Training ? JobKind.Training : JobKind.Evaluation, plan.Dataset, proposal, plan.Digest,
            stage.Parties[Parties.Scheduler].Address, stage.Parties[Parties.Referee].Address, plan.Redundancy, pay,
            TimeProvider.System.GetUtcNow() + Deadline);
        return (await stage.Ledger.Jobs.CreateAsync(order, buyer, stop)).Id;
    }

    /// <summary>Waits until the ledger has the job's end.</summary>
    /// <exception cref="Failure">The job failed, or a process that it needs has ended.</exception>
    public async Task<bool> WatchAsync(JobId job, Action<string> report, CancellationToken stop)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var state = (await stage.Ledger.Jobs.FindAsync(job, stop))!.State;
            if (state == JobState.Settled)
                return true;
            if (state == JobState.Refunded)
                throw new Failure(ExitCode.Refused, $"Job {job} was refunded; the scheduler's log in {stage.Home.Logs} says why.");
            await RequireProgressAsync();
            report(string.Create(CultureInfo.InvariantCulture,
                $"{state.ToString().ToLowerInvariant()}, {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0} s"));
            await Task.Delay(Glance, stop);
        }
    }

    /// <summary>
    /// Waits until the ledger has who gets what by usage, for good: the scheduler posts it, and makes it final when nobody has challenged
    /// it.
    /// </summary>
    public async Task<UsageState> WaitForUsageAsync(JobId job, Action<string> report, CancellationToken stop)
    {
        while (true)
        {
            var posting = await stage.Ledger.Usage.FindAsync(job, stop);
            if (posting is { State: UsageState.Final }) return posting.State;
            await RequireProgressAsync();
            report(posting is null ? "being valued" : posting.State.ToString().ToLowerInvariant());
            await Task.Delay(Glance, stop);
        }
    }

    /// <summary>Scheduler and workers go on by themselves once there is room on the disk again; nobody makes it in a demo.</summary>
    private async Task RequireProgressAsync()
    {
        if (stage.Children.FirstOrDefault(child => child.Keeping.IsFaulted) is { } lost)
            await lost.Keeping;
        var root = Path.GetFullPath(stage.Home.Root);
        if (new DriveInfo(root).AvailableFreeSpace >= MinRoom) _hadRoom = TimeProvider.System.GetTimestamp();
        else if (TimeProvider.System.GetElapsedTime(_hadRoom) > WithoutRoom)
            throw new Failure(ExitCode.HomeUnusable,
                $"The disk under {root} is full, and the story cannot go on. Free some space and run it again.");
    }

    public async Task<Compute.Jobs.JobOutput> ResultAsync(JobId job, CancellationToken stop) =>
        CanonicalJson.Read<Compute.Jobs.JobOutput>(
            await PatientlyAsync(() => _http.GetByteArrayAsync(new Uri(new Uri(stage.Node.Address), $"compute/jobs/{job}/result"), stop),
                stop));

    /// <summary>What each worker can claim.</summary>
    public async Task<PaySheet> PaySheetAsync(JobId job, CancellationToken stop) =>
        new(job, [.. (await ResultAsync(job, stop)).Pay.Select(pay => (pay.Worker, pay.Amount))]);

    /// <summary>The referee's signature under the measured gain of the proposal that the job evaluated.</summary>
    public Task<Attested> AttestAsync(JobId job, CancellationToken stop) => AskRefereeAsync<Attested>($"evaluations/{job}", stop);

    /// <summary>The referee's word that the model may be its dataset's best.</summary>
    public Task<AttestedBest> AttestBestAsync(ModelId model, CancellationToken stop) =>
        AskRefereeAsync<AttestedBest>($"best/{model}", stop);

    private async Task<T> AskRefereeAsync<T>(string what, CancellationToken stop) where T : class
    {
        using var answer =
            await PatientlyAsync(() => _http.PostAsync(new Uri(new Uri(stage.Referee.Address), $"referee/{what}"), null, stop), stop);
        var body = await answer.Content.ReadAsByteArrayAsync(stop);
        return answer.IsSuccessStatusCode
            ? CanonicalJson.Read<T>(body)
            : throw new Failure(ExitCode.Refused, $"The referee does not sign {what}: {System.Text.Encoding.UTF8.GetString(body)}");
    }

    /// <summary>
    /// Asks again while a process that was killed is being started again. Everything that is asked so may be asked twice.
    /// </summary>
    public static async Task<T> PatientlyAsync<T>(Func<Task<T>> ask, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ask();
            }
            catch (Exception away) when (attempt < MaxAttempts
                && (away is HttpRequestException
                    or NodeRefusedException { Status: HttpStatusCode.NotFound or HttpStatusCode.ServiceUnavailable }))
            {
                await Task.Delay(Glance, stop);
            }
        }
    }

    public void Dispose() => _http.Dispose();
}
