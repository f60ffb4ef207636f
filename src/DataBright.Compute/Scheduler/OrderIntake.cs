using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Scheduler.State;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>Takes up the orders that name this scheduler, as many as it has room for, and sees when the ledger has lost one.</summary>
internal sealed class OrderIntake(JobBook book, IJobLedger ledger, IBlobStore blobs, TimeProvider clock, SchedulerTerms terms)
{
    /// <summary>A provider's nodes need not be equally far: only what is gone at several looks in a row was taken back.</summary>
    private const int LooksBeforeLost = 3;

    private readonly Dictionary<JobId, int> _lost = [];
    private readonly Lock _room = new();
    private volatile IReadOnlyList<LedgerJob> _waiting = [];
    private volatile HashSet<JobId> _numbers = [];

    /// <summary>Orders that are not taken up yet, oldest first.</summary>
    public IReadOnlyList<LedgerJob> Waiting => _waiting;

    public bool IsWaiting(JobId order) => _numbers.Contains(order);

    /// <summary>Asks the ledger which orders there are.</summary>
    public async Task LookAsync(CancellationToken stop)
    {
        // As the jobs were before the ledger was asked: what it is told meanwhile is not lost.
        var before = book.All.ToDictionary(job => job.Id);
        var open = await ledger.OpenJobsAsync(stop);
        foreach (var found in open)
            if (before.TryGetValue(found.Terms.Id, out var known)) Reconcile(known, found);
        await DropCancelledAsync(before.Values, [.. open.Select(found => found.Terms.Id)], stop);
        _waiting = [.. open.Where(IsNew).OrderBy(order => order.Terms.Id.Value)];
        _numbers = [.. _waiting.Select(order => order.Terms.Id)];
        book.SetWaiting(_numbers);
    }

    /// <summary>Reads the plan of an order, and takes it up or refuses it for good.</summary>
    /// <exception cref="OrderWaitsException">There is no room for it now.</exception>
    /// <exception cref="BlobException">The plan is not here yet.</exception>
    public async Task ReadAsync(LedgerJob order, CancellationToken stop)
    {
        if (!IsNew(order)) return;
        RequireRoom(order.Terms);
        JobPlan plan;
        try
        {
            plan = JobPlan.Parse(await blobs.ReadAsync(Cid.Raw(order.Terms.Plan), JobPlan.MaxBytes, stop));
        }
        catch (DataBrightException fault) when (fault.Kind == FailureKind.Invalid)
        {
            book.Refuse(order.Terms, fault.Message);
            return;
        }

        var mismatch = OrderRules.Mismatch(order.Terms, plan, terms.MinFee) ?? await ledger.DataMismatchAsync(order.Terms, plan, stop);
        if (mismatch is not null)
        {
            book.Refuse(order.Terms, mismatch);
            return;
        }

        // Many plans are read side by side: there is room for each only when it is taken up.
        lock (_room)
        {
            RequireRoom(order.Terms);
            if (plan.SchedulerFee == Money.Zero) RequireUnpaidRoom();
            book.Take(SchedulerJob.Offer(order.Terms, plan));
        }
    }

    /// <summary>A buyer may take an order back until it is accepted, for gas alone: none holds a place that others wait for.</summary>
    private async Task DropCancelledAsync(IEnumerable<SchedulerJob> jobs, HashSet<JobId> open, CancellationToken stop)
    {
        foreach (var job in jobs.Where(job => job.Phase is JobPhase.Offered or JobPhase.Accepting or JobPhase.Drawing
            && !open.Contains(job.Id)))
            if (await ledger.FindAsync(job.Id, stop) is { Stage: LedgerStage.Refunded } found && found.Terms.IsSameOrder(job.Terms))
                book.Apply(job.Id, state => state.Phase == job.Phase ? state.Cancelled() : state);
    }

    private bool IsNew(LedgerJob order) =>
        order.Stage == LedgerStage.Created
        && clock.GetUtcNow() < order.Terms.Deadline
        && !book.IsRefused(order.Terms)
        && (book.Find(order.Terms.Id) is not { } known || (known.IsOver && !order.Terms.IsSameOrder(known.Terms)));

    private void Reconcile(SchedulerJob known, LedgerJob found)
    {
        if (ReferenceEquals(known.Reconciled(found), known))
        {
            _lost.Remove(known.Id);
            return;
        }

        var looks = _lost[known.Id] = _lost.GetValueOrDefault(known.Id) + 1;
        if (looks < LooksBeforeLost) return;
        _lost.Remove(known.Id);
        book.Apply(known.Id, state => state.Phase == known.Phase
            && found.Terms.IsSameOrder(state.Terms) == found.Terms.IsSameOrder(known.Terms) ? state.Reconciled(found) : state);
    }

    private void RequireRoom(JobTerms order)
    {
        var open = book.All.Where(job => !job.IsOver).ToList();
        if (open.Count >= terms.MaxJobs)
            throw new OrderWaitsException($"{open.Count} jobs are under way, which is all that this scheduler does at a time.");
        if (open.Count(job => job.Terms.Buyer == order.Buyer) >= terms.MaxJobsOfBuyer)
            throw new OrderWaitsException(
                $"{terms.MaxJobsOfBuyer} jobs of {order.Buyer} are under way, which is all that this scheduler does for one buyer at a "
                + "time.");
        if (order.Pay == Money.Zero) RequireUnpaidRoom();
    }

    private void RequireUnpaidRoom()
    {
        if (book.All.Count(job => !job.IsOver && job.Plan.SchedulerFee == Money.Zero) >= terms.MaxUnpaidJobs)
            throw new OrderWaitsException(
                $"{terms.MaxUnpaidJobs} jobs that pay the scheduler nothing are under way, which is all that it does at a time; a fee in "
                + "the plan goes before them.");
    }
}

/// <summary>An order waits until there is room for it.</summary>
internal sealed class OrderWaitsException(string message) : DataBrightException(FailureKind.Full, message);
