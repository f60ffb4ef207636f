using System.CommandLine;

namespace DataBright.Terminal;

/// <summary>One command: its options are declared in the constructor, its work is <see cref="RunAsync"/>.</summary>
public abstract class Verb : Command
{
    protected Verb(string name, string description, string example)
        : base(name, $"{description}\n\nExample:\n  databright {example}")
    {
        SetAction((arguments, stop) => RunAsync(arguments,
            Output.For(arguments, arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error), stop));
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
        var option = new Option<T>(name) { Description = TerminalWording.WithDefault(description, otherwise), HelpName = value,
            DefaultValueFactory = _ => otherwise };
        Options.Add(option);
        return option;
    }

    protected Option<T> Require<T>(string name, string description, string? value = null)
    {
        var option = new Option<T>(name) { Description = description, HelpName = value, Required = true };
        Options.Add(option);
        return option;
    }

    /// <summary>An option with a form of its own: an id, an amount, an address. A bad value is told when the line is read.</summary>
    protected Option<T> Take<T>(string name, Func<string, T> parse, string description, string value)
    {
        var option = Take<T>(name, description, value);
        option.CustomParser = Parsing.By(parse);
        return option;
    }

    protected Option<T> TakeOr<T>(string name, T otherwise, Func<string, T> parse, string description, string value)
    {
        var option = TakeOr(name, otherwise, description, value);
        option.CustomParser = Parsing.By(parse);
        return option;
    }

    protected Option<T> Require<T>(string name, Func<string, T> parse, string description, string value)
    {
        var option = Require<T>(name, description, value);
        option.CustomParser = Parsing.By(parse);
        return option;
    }

    protected Argument<T> Expect<T>(string name, string description)
    {
        var argument = new Argument<T>(name) { Description = description };
        Arguments.Add(argument);
        return argument;
    }

    protected Argument<T> Expect<T>(string name, Func<string, T> parse, string description)
    {
        var argument = Expect<T>(name, description);
        argument.CustomParser = Parsing.By(parse);
        return argument;
    }
}
