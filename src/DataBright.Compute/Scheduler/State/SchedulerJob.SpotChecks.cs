using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using DataBright.Compute.Traces;
using DataBright.Ethereum;

namespace DataBright.Compute.Scheduler.State;

// Steps that the referee executes again although nobody disagrees: the only protection of a job without redundancy, and a help against
// three who collude.
public sealed partial record SchedulerJob
{
    /// <summary>Asks the holder of an agreed trace for the next step to be checked; null when all have been.</summary>
    private SchedulerJob? SpotCheck(TaskState task, Copy copy, DateTimeOffset now, SchedulerTerms terms)
    {
        if (SpotSteps(task, copy).Except(task.Checked).Select(step => (int?)step).FirstOrDefault() is not { } next) return null;
        var party = new DisputeParty(copy.Lease, default);
        var check = new Dispute([party], new StepRange(next, 1), DisputeStage.Showing, NextLease, AnswerDue([copy], now, terms));
        return (With(task with { Dispute = check }) with { NextLease = NextLease + 1 }).Tell(JobEventKind.Checked, task.Key, copy.Worker,
            $"step {next} of {task.Steps} was drawn to be checked");
    }

    /// <summary>
    /// The steps of a trace that are checked: as many as the plan wants, drawn by the scheduler's secret, which nobody knows when the trace
    /// is committed to.
    /// </summary>
    private ImmutableArray<int> SpotSteps(TaskState task, Copy copy)
    {
        var wanted = Math.Min(Plan.SpotChecks, task.Steps);
        var steps = ImmutableArray.CreateBuilder<int>(wanted);
        Span<byte> number = stackalloc byte[8];
        for (uint draw = 0; steps.Count < wanted; draw++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(number, (uint)copy.Lease);
            BinaryPrimitives.WriteUInt32BigEndian(number[4..], draw);
            var ticket = Keccak.Hash([.. Secret!.Value.AsSpan(), .. Encoding.ASCII.GetBytes(task.Key.ToString()), .. number]);
            var step = 1 + (int)(BinaryPrimitives.ReadUInt64BigEndian(ticket.AsSpan()) % (ulong)task.Steps);
            if (!steps.Contains(step)) steps.Add(step);
        }

        return steps.ToImmutable();
    }
}
