using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Compute.Jobs;
using DataBright.Compute.Quotes;
using DataBright.Market;
using DataBright.Terminal;
using DataBright.Terminal.Home;

namespace DataBright.Cli.Jobs;

/// <summary>
/// What the market's scheduler says of an order before it is placed. What nobody present would take is not ordered in passing.
/// </summary>
internal static class OrderQuote
{
    private const int Looks = 5;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    public static Option<bool> Anyway() =>
        new("--anyway") { Description = "Order it although nobody who is present would take it, or it is not known who is" };

    /// <returns>Null where no scheduler can be asked; that is said.</returns>
    public static async Task<JobQuote?> AskAsync(Uri? named, HomeFolder home, JobPlan plan, Money pay, Output output,
        CancellationToken stop)
    {
        using var node = SchedulerNode.Find(named, home);
        if (node is null)
        {
            output.Note("Who is present is not known: no node runs here, and none is named with --market URL.");
            return null;
        }

        try
        {
            if (await LookAsync(node, plan, pay, stop) is { } quote)
                return quote;
            output.Note("Who is present is not known: the node is not a scheduler's.");
        }
        catch (HttpRequestException away)
        {
            output.Note($"Who is present is not known: {away.Message}");
        }

        return null;
    }

    /// <summary>A worker that was started just now is heard of in a moment.</summary>
    private static async Task<JobQuote?> LookAsync(SchedulerNode node, JobPlan plan, Money pay, CancellationToken stop)
    {
        for (var look = 1; ; look++)
        {
            var quote = await node.QuoteAsync(plan, pay, stop);
            if (quote is not { Refused: null } || quote.Here >= quote.Needed || look == Looks)
                return quote;
            await Task.Delay(BetweenLooks, TimeProvider.System, stop);
        }
    }

    /// <exception cref="Failure">Nobody present would take it.</exception>
    public static void Require(JobQuote? quote, bool anyway)
    {
        if (!anyway && quote?.Problem is { } problem)
            throw new Failure(ExitCode.Refused, $"{problem} Nothing was bought. To order it all the same and wait, say --anyway.");
    }

    /// <summary>For people: who would take it, at what price, and how long it takes.</summary>
    public static (string, object?)[] Facts(JobQuote? quote) => quote is not { Refused: null }
        ? [("Workers", quote?.Refused ?? "not known who is present")]
        :
        [
            ("Workers",
                $"{quote.Here} here, {quote.Willing} take it, {quote.Needed} needed{(quote.Problem is null ? "" : $": {quote.Problem}")}"),
            ("They ask", quote.Workers.Count == 0 ? null : $"${quote.Workers[0].Asks} to ${quote.Workers[^1].Asks} a task"),
            ("A task pays", $"${quote.TaskPay} at least, the closing task ${quote.ClosingPay}"),
            ("Takes about", quote.Seconds is { } seconds
                ? TerminalWording.Span(TimeSpan.FromSeconds(seconds)) : "not known: nothing was computed here yet"),
        ];

    /// <summary>The same as JSON.</summary>
    public static object? DocumentOf(JobQuote? quote) => quote is null ? null : new
    {
        quote.Needed, quote.Here, quote.Willing, quote.TaskPay, quote.ClosingPay, quote.Enough, quote.Seconds, problem = quote.Problem,
        workers = quote.Workers.Select(worker => new { worker.Worker, worker.Asks, worker.Takes, worker.IsResting }),
    };
}
