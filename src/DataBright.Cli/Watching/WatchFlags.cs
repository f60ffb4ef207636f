using System.CommandLine;
using DataBright.Node.Watching;
using DataBright.Terminal;
using DataBright.Terminal.Processes;

namespace DataBright.Cli.Watching;

/// <summary>How commands that go on running can be watched: the same words for all of them.</summary>
internal sealed class WatchFlags
{
    private readonly Option<Uri?> _metrics = new("--metrics")
    {
        Description =
            $"Serve metrics for Prometheus, at /metrics of this address (default "
            + $"{WatchOptions.DefaultMetrics.GetLeftPart(UriPartial.Authority)}, for this machine only)",
        HelpName = "[URL]",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => result.Tokens.Count == 0 ? WatchOptions.DefaultMetrics : Parsing.By(WatchOptions.ReadMetrics)(result),
    };

    private readonly Option<Uri?> _otlp = new("--otlp")
    {
        Description = "Send metrics and traces to this collector (OTLP over HTTP)",
        HelpName = "URL",
        CustomParser = Parsing.By(WatchOptions.ReadOtlp),
    };

    private readonly Option<LogRule[]> _log = new("--log")
    {
        Description =
            "Write more to the log: trace, debug, info, warning, error, critical or none, for all or for one category "
            + "(DataBright.Compute=debug); may be repeated",
        HelpName = "[CATEGORY=]LEVEL",
        CustomParser = Parsing.Each(LogRule.Parse),
    };

    private readonly Option<bool> _json = new("--log-json") { Description = "Write each line of the log as a JSON document" };

    public static WatchFlags AddTo(Command command)
    {
        var flags = new WatchFlags();
        foreach (var option in new Option[] { flags._metrics, flags._otlp, flags._log, flags._json })
            command.Options.Add(option);
        return flags;
    }

    /// <summary>Where the command says what it notices: where the log is of documents, so are its notes.</summary>
    public Output Notes(ParseResult arguments, Output output) => arguments.GetValue(_json) ? output.WithJsonNotes() : output;

    /// <summary>Begins to watch, before anything else of the command happens.</summary>
    /// <exception cref="Failure">The address for metrics is taken.</exception>
    public async Task<Watch> StartAsync(ParseResult arguments, CancellationToken stop)
    {
        var options = new WatchOptions
        {
            Metrics = arguments.GetValue(_metrics),
            Otlp = arguments.GetValue(_otlp),
            OtlpMetricsHeaders = SecretVariables.Find(SecretVariables.MetricsHeaders)
                ?? SecretVariables.Find(SecretVariables.CollectorHeaders),
            OtlpTracesHeaders = SecretVariables.Find(SecretVariables.TracesHeaders)
                ?? SecretVariables.Find(SecretVariables.CollectorHeaders),
            Log = new LogOptions { Rules = arguments.GetValue(_log) ?? [], Json = arguments.GetValue(_json) },
        };
        try
        {
            return await Watch.StartAsync(options, stop);
        }
        catch (IOException taken)
        {
            throw new Failure(ExitCode.Unreachable,
                $"Metrics cannot be served at {options.Metrics}: {taken.Message.ReplaceLineEndings(" ").TrimEnd('.')}. Choose another "
                + "address with --metrics URL.");
        }
    }
}
