using System.Diagnostics;
using DataBright.Ethereum;

namespace DataBright.Node.Watching;

/// <summary>Logs finished spans at debug.</summary>
internal sealed class SpanLog : IDisposable
{
    private readonly Dictionary<string, ILogger> _logs;
    private readonly ActivityListener _listener;

    private SpanLog(Dictionary<string, ILogger> logs)
    {
        _logs = logs;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ChainMetrics.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = Tell,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Listens where some span would be written; spans cost something, lines that nobody reads as well.</summary>
    public static SpanLog? StartIfWanted(ILoggerFactory logs)
    {
        var wanted = new Dictionary<string, ILogger>
        {
            ["chain.request"] = logs.CreateLogger("DataBright.Ethereum.Chain"),
            ["index.pass"] = logs.CreateLogger("DataBright.Market.Index"),
            ["job.step"] = logs.CreateLogger("DataBright.Compute.Scheduler"),
            ["prediction"] = logs.CreateLogger("DataBright.Compute.Predictions"),
        };
        return wanted.Values.Any(log => log.IsEnabled(LogLevel.Debug)) ? new SpanLog(wanted) : null;
    }

    public void Dispose() => _listener.Dispose();

    private void Tell(Activity span)
    {
        if (!span.IsAllDataRequested || !_logs.TryGetValue(span.OperationName, out var log)) return;
        var tags = string.Join(' ', span.TagObjects.Where(tag => SpanTags.Known.Contains(tag.Key)).Select(tag => $"{tag.Key}={tag.Value}"));
        log.LogDebug("{Span} took {Milliseconds:0.0} ms {Tags}", span.OperationName, span.Duration.TotalMilliseconds, tags);
    }
}
