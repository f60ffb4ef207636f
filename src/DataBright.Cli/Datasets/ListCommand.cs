using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>Which datasets there are.</summary>
internal sealed class ListCommand : MarketVerb
{
    private const int NameWidth = 60, SymbolWidth = 20;

    private readonly Option<int> _limit = ListOptions.Limit();
    private readonly Option<string?> _search;

    public ListCommand()
        : base("list", "List the datasets, newest first", "dataset list --search digits")
    {
        _search = Take<string?>("--search", "Words in the name or symbol", "WORDS");
        Options.Add(_limit);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        using var reading = await IndexReading.OpenAsync(market, stop);
        var datasets = ListOptions.Read(arguments.GetValue(_limit),
            request => reading.Index.Datasets.List(request, arguments.GetValue(_search)));
        output.Show(datasets, console =>
        {
            var table = Sheet.Of(">Id", "Name", "Shares", ">Points", ">Shards", ">Holders", ">Open proposals", ">Revenue",
                ">Best accuracy");
            foreach (var dataset in datasets)
                table.Row(
                    dataset.Id, TerminalWording.Cut(dataset.Name, NameWidth), TerminalWording.Cut(dataset.Symbol, SymbolWidth),
                    dataset.Points,
                    dataset.Shards, dataset.Holders, dataset.OpenProposals, dataset.Revenue,
                    reading.Index.MeasuredBest(dataset) is { } metric ? TerminalWording.Percent(metric) : null);
            console.List(table, "No datasets. Create one with: databright dataset create");
        });
        return ExitCode.Done;
    }
}
