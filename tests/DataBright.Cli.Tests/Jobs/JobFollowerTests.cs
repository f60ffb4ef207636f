using System.Runtime.CompilerServices;
using DataBright.Cli.Jobs;
using DataBright.Compute.Scheduler.State;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Terminal;
using Spectre.Console;
using JobState = DataBright.Market.Jobs.JobState;

namespace DataBright.Cli.Tests.Jobs;

/// <summary>Whoever follows a job is let go when it has ended, in whichever way it did, and is told why.</summary>
public sealed class JobFollowerTests : IDisposable
{
    private static readonly JobId Id = new(5);
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly StringWriter _error = new();

    public void Dispose() => _error.Dispose();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_that_is_settled_ends_well()
    {
        var end = await FollowAsync(new World { States = [JobState.Open, JobState.Assigned, JobState.Settled] });

        end.ShouldBe(new JobEnd(JobState.Settled, null));
        end.RequireSettled();
    }

    [Fact]
    public async Task A_job_that_is_refunded_ends_with_that() =>
        await EndsAsync(new World { States = [JobState.Open, JobState.Refunded] }, "Job 5 was refunded");

    [Fact]
    public async Task A_job_that_its_scheduler_gave_up_ends_at_once_with_its_reason_and_how_to_get_the_price_back() =>
        await EndsAsync(new World { States = [JobState.Assigned],
            Events = [Event(JobEventKind.Accepted), Event(JobEventKind.Failed, "Training diverged in task 1.")] },
            "Job 5 failed: Training diverged in task 1", "databright job refund 5");

    [Fact]
    public async Task An_order_that_is_refused_while_it_is_followed_ends_with_the_reason() =>
        await EndsAsync(new World { States = [JobState.Open], Later = [Event(JobEventKind.Failed, "The plan has no tasks")] },
            "Job 5 failed: The plan has no tasks");

    [Fact]
    public async Task A_stream_that_never_ends_keeps_nobody_after_the_failure() =>
        await EndsAsync(new World { States = [JobState.Assigned], Events = [Event(JobEventKind.Failed, "Given up")], IsHanging = true },
            "Given up");

    [Fact]
    public async Task A_job_past_its_deadline_ends_though_nobody_took_it_up() =>
        await EndsAsync(new World { States = [JobState.Open], Chain = Now + TimeSpan.FromHours(1) },
            "was not done by its deadline, 2026-03-01 13:00 UTC", "databright job refund 5");

    [Fact]
    public async Task An_order_that_its_scheduler_gave_up_before_it_accepted_can_be_taken_back_at_once() =>
        await EndsAsync(new World { States = [JobState.Open, JobState.Open, JobState.Open],
            Events = [Event(JobEventKind.Failed, "Given up")] }, "Given up", "databright job cancel 5");

    [Fact]
    public async Task A_chain_that_makes_no_blocks_lets_the_deadline_pass_all_the_same() =>
        await EndsAsync(new World { States = [JobState.Accepted], Chain = Now + TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1) },
            "was not done by its deadline");

    [Fact]
    public async Task A_job_that_is_settled_after_all_is_settled_whatever_its_scheduler_said()
    {
        var end = await FollowAsync(new World { States = [JobState.Anchored, JobState.Anchored, JobState.Settled],
            Events = [Event(JobEventKind.Failed, "Given up")] });

        end.Problem.ShouldBeNull();
    }

    [Fact]
    public async Task A_failure_of_an_order_that_had_the_number_before_is_none()
    {
        var end = await FollowAsync(new World
        {
            States = [JobState.Open, JobState.Open, JobState.Assigned, JobState.Settled],
            Events = [Event(JobEventKind.Failed, "The chain took the order back."), Event(JobEventKind.Offered)],
        });

        end.Problem.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_heard_late_of_a_failed_job_does_not_make_it_whole() =>
        await EndsAsync(new World { States = [JobState.Assigned], Events = [Event(JobEventKind.Failed, "Given up"),
            Event(JobEventKind.Vacated), Event(JobEventKind.Progress)], IsHanging = true }, "Given up");

    [Fact]
    public async Task Nobody_listens_any_more_when_watching_has_failed()
    {
        var world = new World { States = [JobState.Open, 0], IsHanging = true };
        await Should.ThrowAsync<Failure>(() => FollowAsync(world));
        world.IsHeard.ShouldBeFalse();
    }

    [Fact]
    public async Task A_scheduler_that_went_away_is_asked_again_and_heard_to_the_end()
    {
        await EndsAsync(new World { States = [JobState.Assigned], Breaks = 2, Events = [Event(JobEventKind.Failed, "Given up")] },
            "Given up");

        _error.ToString().ShouldContain("not heard any more");
        _error.ToString().ShouldContain("heard again");
    }

    [Fact]
    public async Task A_job_that_the_chain_took_back_is_missing() =>
        (await Should.ThrowAsync<Failure>(() => FollowAsync(new World { States = [JobState.Open, 0] }))).ExitCode
            .ShouldBe(ExitCode.NotFound);

    private async Task EndsAsync(World world, params string[] saying)
    {
        var end = await FollowAsync(world);
        var failure = Should.Throw<Failure>(end.RequireSettled);
        failure.ExitCode.ShouldBe(ExitCode.Refused);
        foreach (var part in saying)
            failure.Message.ShouldContain(part);
    }

    private Task<JobEnd> FollowAsync(World world)
    {
        var standard = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(standard) });
        var output = new Output(json: false, isTerminal: false, console, standard, _error);
        return new JobFollower(world.Sight, output, _ => { }, TimeProvider.System).FollowAsync(Id, Stop)
            .WaitAsync(TimeSpan.FromMinutes(1), Stop);
    }

    private static JobEvent Event(JobEventKind kind, string? detail = null) => new(Id, kind, Detail: detail, At: Now);

    /// <summary>A job as the ledger has it glance by glance, the last state for ever, and what its scheduler tells.</summary>
    private sealed class World
    {
        private int _glance, _listened;

        public IReadOnlyList<JobState> States { get; init; } = [];

        public IReadOnlyList<JobEvent> Events { get; init; } = [];

        /// <summary>What is told only to those who ask a second time.</summary>
        public IReadOnlyList<JobEvent> Later { get; init; } = [];

        public DateTimeOffset Chain { get; init; } = Now;

        public bool IsHanging { get; init; }

        public int Breaks { get; init; }

        /// <summary>Whether somebody listens now.</summary>
        public bool IsHeard { get; private set; }

        public JobSource Sight =>
            new((_, _) => Task.FromResult(Job()), _ => Task.FromResult(Chain), WatchAsync, address => address.ToString());

        private Job? Job()
        {
            var state = States[Math.Min(_glance++, States.Count - 1)];
            return state == 0 ? null : new Job(Id, state, JobKind.Training, 2, false, default, new DatasetId(1), default, 1, Money.Zero,
                Now + TimeSpan.FromHours(1), default);
        }

        private async IAsyncEnumerable<JobEvent> WatchAsync(JobId job, long after, [EnumeratorCancellation] CancellationToken stop)
        {
            var time = ++_listened;
            if (time <= Breaks) throw new HttpRequestException("Connection refused");
            var all = time > 1 + Breaks ? [.. Events, .. Later] : Events;
            for (var i = (int)after; i < all.Count; i++)
                yield return all[i] with { Sequence = i + 1 };
            IsHeard = true;
            try
            {
                if (IsHanging) await Task.Delay(Timeout.Infinite, stop);
            }
            finally
            {
                IsHeard = false;
            }
        }
    }
}
