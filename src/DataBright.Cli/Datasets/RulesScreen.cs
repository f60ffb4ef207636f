using System.Globalization;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>A dataset's rules, every one of them, in lines that fit a terminal.</summary>
internal static class RulesScreen
{
    /// <param name="policy">The rules.</param>
    /// <param name="curators">Their names; nobody where shareholders decide.</param>
    public static (string What, object? Value)[] Of(DatasetPolicy policy, IReadOnlyList<string> curators) =>
    [
        .. PolicyFields.All.Where(field => field.IsShown(policy)).Select(field => (field.Heading, (object?)Row(field, policy))),
        ("Curators", curators.Count == 0 ? null : $"{string.Join(", ", curators)}; they judge first, shareholders on appeal"),
    ];

    private static string Row(PolicyField field, DatasetPolicy policy) =>
        string.Format(CultureInfo.InvariantCulture, field.Row, Value(field.Get(policy)));

    private static string Value(object value) => value switch
    {
        TimeSpan time => TerminalWording.Span(time),
        int part => TerminalWording.Bps(part),
        Money money => TerminalWording.Of(money),
        _ => $"{value}",
    };
}
