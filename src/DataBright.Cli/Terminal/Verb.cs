using System.CommandLine;

namespace DataBright.Cli.Terminal;

/// <summary>One command: its options are declared in the constructor, its work is <see cref="RunAsync"/>.</summary>
internal abstract class Verb : Command
{
    protected Verb(string name, string description, string example)
        : base(name, $"{description}\n\nExample:\n  databright {example}")
    {
        SetAction((arguments, stop) => RunAsync(arguments, Output.For(arguments), stop));
    }

    protected abstract Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop);

    protected Option<T> Take<T>(string name, string description, string? value = null)
    {
        var option = new Option<T>(name) { Description = description, HelpName = value };
        Options.Add(option);
        return option;
    }

    protected Option<T> TakeOr<T>(string name, T otherwise, string description, string? value = null)
    {
        var option = new Option<T>(name) { Description = description, HelpName = value, DefaultValueFactory = _ => otherwise };
        Options.Add(option);
        return option;
    }

    protected Option<T> Require<T>(string name, string description, string? value = null)
    {
        var option = new Option<T>(name) { Description = description, HelpName = value, Required = true };
        Options.Add(option);
        return option;
    }

    protected Argument<T> Expect<T>(string name, string description)
    {
        var argument = new Argument<T>(name) { Description = description };
        Arguments.Add(argument);
        return argument;
    }
}
