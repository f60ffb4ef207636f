using Microsoft.Extensions.Logging.Console;

namespace DataBright.Node.Watching;

internal static class Logs
{
    /// <summary>Everything goes to standard error, one line each: standard output belongs to the command's answer.</summary>
    public static ILoggingBuilder Apply(this ILoggingBuilder logging, LogOptions options)
    {
        if (options.Json)
            logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        else logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(options.Usual < LogLevel.Warning ? LogLevel.Warning : options.Usual);
        logging.AddFilter(LogRule.Own, options.Usual);
        foreach (var rule in options.Rules)
            if (rule.Category is { } category) logging.AddFilter(category, rule.Level);
        return logging;
    }
}
