using DataBright.Node.Watching;
using Microsoft.Extensions.Logging;

namespace DataBright.Node.Tests.Watching;

public sealed class LogRuleTests
{
    [Theory]
    [InlineData("debug", null, LogLevel.Debug)]
    [InlineData("INFO", null, LogLevel.Information)]
    [InlineData("DataBright.Compute=trace", "DataBright.Compute", LogLevel.Trace)]
    [InlineData("DataBright=none", "DataBright", LogLevel.None)]
    [InlineData("Microsoft.AspNetCore=error", "Microsoft.AspNetCore", LogLevel.Error)]
    public void A_rule_is_a_level_or_a_category_and_a_level(string text, string? category, LogLevel level) =>
        LogRule.Parse(text).ShouldBe(new LogRule(category, level));

    [Theory]
    [InlineData("loud", "'loud' is no level: give one of trace, debug, info, warning, error, critical, none")]
    [InlineData("", "is no level")]
    [InlineData("3", "is no level")]
    [InlineData("DataBright=", "is no level")]
    [InlineData("=debug", "is no category")]
    [InlineData("Data Bright=debug", "is no category")]
    [InlineData("a=b=debug", "neither LEVEL nor CATEGORY=LEVEL")]
    [InlineData("Microsoft.AspNetCore=debug", "repeats what strangers send")]
    [InlineData("DataBrightly=info", "repeats what strangers send")]
    public void What_is_neither_is_told_in_one_sentence(string text, string saying)
    {
        var wrong = Should.Throw<FormatException>(() => LogRule.Parse(text));
        wrong.Message.ShouldContain(saying);
        wrong.Message.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("", "DataBright.Node.Jobs", LogLevel.Warning)]
    [InlineData("debug", "DataBright.Node.Jobs", LogLevel.Debug)]
    [InlineData("trace", "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning)]
    [InlineData("trace", "System.Net.Http", LogLevel.Warning)]
    [InlineData("error", "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Error)]
    [InlineData("DataBright.Compute=debug", "DataBright.Compute.Scheduler", LogLevel.Debug)]
    [InlineData("DataBright.Compute=debug", "DataBright.Node.Jobs", LogLevel.Warning)]
    [InlineData("debug DataBright.Node=error", "DataBright.Node.Jobs", LogLevel.Error)]
    [InlineData("debug DataBright.Node=error", "DataBright.Compute.Scheduler", LogLevel.Debug)]
    [InlineData("debug info", "DataBright.Node.Jobs", LogLevel.Information)]
    public void Of_libraries_nothing_below_a_warning_is_written_whatever_is_asked(string rules, string category, LogLevel least)
    {
        using var logs = LoggerFactory.Create(logging =>
            logging.Apply(new LogOptions { Rules = [.. rules.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(LogRule.Parse)] }));
        var log = logs.CreateLogger(category);
        foreach (var level in Enum.GetValues<LogLevel>().Where(level => level != LogLevel.None))
            log.IsEnabled(level).ShouldBe(level >= least, $"{category} at {level}");
    }
}
