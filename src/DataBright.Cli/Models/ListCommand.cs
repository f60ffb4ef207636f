using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Models;

/// <summary>Which models there are.</summary>
internal sealed class ListCommand : MarketVerb
{
    private readonly Option<int> _limit = ListOptions.Limit();
    private readonly Option<DatasetId?> _dataset = ListOptions.OfDataset();

    public ListCommand()
        : base("list", "List the models, newest first", "model list --dataset 1")
    {
        Options.Add(_dataset);
        Options.Add(_limit);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        using var reading = await IndexReading.OpenAsync(market, stop);
        var models = ListOptions.Read(arguments.GetValue(_limit),
            request => reading.Index.Models.List(arguments.GetValue(_dataset), request));
        var name = AccountNames.Names(market.Home);
        output.Show(models, console =>
        {
            var table = Sheet.Of(">Id", ">Dataset", "Owner", ">Accuracy", ">Claimed", "Best", ">Job", ">Price", "Checkpoint");
            foreach (var model in models)
                table.Row(
                    model.Id, model.Dataset, name(model.Owner), Figure(model.AccuracyPpm), Figure(model.ClaimedPpm),
                    model.Best ? "best" : "", model.Job, model.Price, model.Checkpoint.ToString()[..12]);
            console.List(table, "No models. Train one with: databright job create");
        });
        return ExitCode.Done;
    }

    private static string? Figure(long? ppm) => ppm is { } known ? TerminalWording.Percent(known) : null;
}
