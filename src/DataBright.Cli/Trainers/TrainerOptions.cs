using System.CommandLine;
using DataBright.Market;
using DataBright.Learning.Trainers;
using DataBright.Terminal;

namespace DataBright.Cli.Trainers;

/// <summary>A program that trains, and how long it may take.</summary>
internal sealed class TrainerOptions
{
    private readonly Option<TrainerCommand> _command = new("--command")
    {
        Description = "The program that trains, with its first arguments; those of the protocol are added (docs/learning.md)",
        HelpName = "COMMAND",
        Required = true,
        CustomParser = Parsing.By(CommandWords.Parse),
    };

    private readonly Option<TimeSpan> _timeout;

    private TrainerOptions(TimeSpan timeout) => _timeout = new("--timeout")
    {
        Description =
            $"The most that it may take (default {(timeout.TotalHours >= 1 ? $"{timeout.TotalHours:0}h" : $"{timeout.TotalMinutes:0}m")})",
        HelpName = "90s|5m|1h",
        DefaultValueFactory = _ => timeout,
        CustomParser = Parsing.By(QuantityText.ParseTime),
    };

    public static TrainerOptions AddTo(Command command, TimeSpan timeout)
    {
        var options = new TrainerOptions(timeout);
        command.Options.Add(options._command);
        command.Options.Add(options._timeout);
        return options;
    }

    public TrainerProcess Read(ParseResult arguments) =>
        new(arguments.GetValue(_command)!, new TrainerLimits(arguments.GetValue(_timeout)), TimeProvider.System);
}
