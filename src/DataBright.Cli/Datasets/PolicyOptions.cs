using System.CommandLine;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>The rules of a new dataset. They are fixed for good, so each can be said.</summary>
internal sealed class PolicyOptions
{
    private readonly Dictionary<PolicyField, Option> _options = PolicyFields.All.ToDictionary(field => field, OptionOf);

    public static PolicyOptions AddTo(Command command)
    {
        var options = new PolicyOptions();
        foreach (var field in PolicyFields.All)
            command.Options.Add(options._options[field]);
        return options;
    }

    public DatasetPolicy Read(ParseResult arguments) => PolicyFields.Build(field =>
        arguments.GetResult(_options[field]) is { Implicit: false } ? arguments.GetValue<object?>(_options[field].Name) : null);

    private static Option OptionOf(PolicyField field) => field.Unit switch
    {
        PolicyUnit.Time => OptionOf<TimeSpan>(field, "3d|12h|30m"),
        PolicyUnit.Dollars => OptionOf<Money>(field, "DOLLARS"),
        PolicyUnit.Shares => OptionOf<ShareAmount>(field, "SHARES"),
        _ => OptionOf<int>(field, "PERCENT"),
    };

    private static Option<T> OptionOf<T>(PolicyField field, string value) where T : struct => new($"--{field.Name}")
    {
        Description = $"{field.Description} (default {Usual(field)})",
        HelpName = value,
        CustomParser = Parsing.By(text => (T)field.Parse(text)),
    };

    private static string Usual(PolicyField field) => field.UsualText ?? field.Usual(new DatasetPolicy()) switch
    {
        TimeSpan time => TerminalWording.Typed(time),
        int part => TerminalWording.Bps(part),
        var value => $"{value}",
    };
}
