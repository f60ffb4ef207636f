using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Models;

/// <summary>Everything about one model.</summary>
internal sealed class ShowCommand : MarketVerb
{
    private const int MaxChildren = 50;

    private readonly Argument<ModelId> _id;

    public ShowCommand()
        : base("show", "Show a model: where it comes from and how good it is", "model show 1") =>
        _id = Expect("ID", ModelId.Parse, "Its number");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        using var reading = await IndexReading.OpenAsync(market, stop);
        var model = reading.Index.Models.Find(id) ?? throw MissingThings.Of(id);
        var (parents, children) = (reading.Index.Models.ParentsOf(id), reading.Index.Models.ChildrenOf(id, MaxChildren));
        var isHere = model.Cid is { } cid && await market.Blobs.HasAsync(cid, stop);
        output.Show(new { model, parents, children, isHere }, console =>
        {
            console.Heading($"Model {id}");
            console.Write(Sheet.Facts(
                ("Dataset", model.Dataset), ("Owner", AccountNames.Names(market.Home)(model.Owner)),
                ("Accuracy", model.AccuracyPpm is { } accuracy ? TerminalWording.Percent(accuracy) : "nobody measured it"),
                ("Best of its dataset", model.Best ? "yes" : null), ("Measured by", model.Job is { } job ? $"job {job}" : null),
                ("Claimed by its owner", model.ClaimedPpm is { } claimed ? TerminalWording.Percent(claimed) : null),
                ("Price", $"${model.Price} a prediction"), ("Registered", model.RegisteredAt),
                ("Checkpoint", model.Checkpoint), ("Architecture", model.Architecture),
                ("File", model.Cid is null ? null : $"{model.Cid}{(isHere ? "" : " (not in this data folder)")}"),
                ("Parents", parents.Count == 0 ? null : string.Join(", ", parents)),
                ("Children", children.Count == 0 ? null : string.Join(", ", children))));
        });
        return ExitCode.Done;
    }
}
