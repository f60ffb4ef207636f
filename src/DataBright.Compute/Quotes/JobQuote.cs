using System.Text.Json.Serialization;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Compute.Quotes;

/// <summary>What a scheduler says of an order before it is placed: who of those present would take it, and what it takes.</summary>
/// <param name="Needed">Workers of different operators that the plan needs.</param>
/// <param name="Workers">Who is present and has room, the cheapest first.</param>
/// <param name="TaskPay">What the least paid training task pays for each copy.</param>
/// <param name="ClosingPay">What the closing task pays for each copy.</param>
/// <param name="Enough">What all workers together must be paid so that enough of those present take it; null where too few are
/// present.</param>
/// <param name="Copies">Copies of all tasks.</param>
/// <param name="Seconds">How long it takes about, by what was computed here before; null where that says nothing.</param>
/// <param name="Refused">Why the scheduler would refuse it whatever is paid; null where it would not.</param>
public sealed record JobQuote(
    int Needed, IReadOnlyList<QuotedWorker> Workers, Money TaskPay, Money ClosingPay, Money? Enough, long Copies, long? Seconds,
    string? Refused)
{
    /// <summary>Operators that are present.</summary>
    [JsonIgnore]
    public int Here => Workers.Select(worker => worker.Operator).Distinct().Count();

    /// <summary>Operators that are present and would take it.</summary>
    [JsonIgnore]
    public int Willing => Workers.Where(worker => worker.Takes).Select(worker => worker.Operator).Distinct().Count();

    /// <summary>Why nobody present would do the job, and what to do about it; null where enough would.</summary>
    [JsonIgnore]
    public string? Problem => this switch
    {
        { Refused: { } reason } => reason,
        { Here: 0 } => $"No worker is here; {Words(Needed)} of different operators {(Needed == 1 ? "is" : "are")} needed.",
        _ when Here < Needed => $"{Words(Here)} {(Here == 1 ? "is" : "are")} here; {Needed} of different operators are needed.",
        _ when Willing < Needed =>
            $"{Words(Here)} {(Here == 1 ? "is" : "are")} here, "
            + $"{(Willing == 0 ? "none" : $"only {Willing} of the {Needed} that are needed")} for this price: pay at least ${Enough}.",
        _ => null,
    };

    private static string Words(int workers) => workers == 1 ? "1 worker" : $"{workers} workers";
}

/// <summary>A worker that is present.</summary>
/// <param name="Asks">The least it takes for a task.</param>
/// <param name="Takes">Whether every task of the job pays that.</param>
/// <param name="IsResting">It has let others wait, and comes last.</param>
public sealed record QuotedWorker(Address Worker, Address Operator, Money Asks, bool Takes, bool IsResting);

/// <summary>What is asked of a scheduler before an order is placed.</summary>
/// <param name="Plan">The plan, as the order will name it.</param>
/// <param name="Pay">What workers and scheduler together are to be paid at most.</param>
public sealed record QuoteRequest(Jobs.JobPlan Plan, Money Pay);
