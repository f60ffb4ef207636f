using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Datasets;
using DataBright.Cli.Terminal;
using DataBright.Market;
using Spectre.Console;

namespace DataBright.Cli.Models;

/// <summary>Lets a worker serve a model for a part of what buyers pay.</summary>
internal sealed class AppointCommand : SigningVerb
{
    private const int Percent = 100;

    private readonly Argument<ModelId> _id;
    private readonly Option<string> _worker;
    private readonly Option<int> _part;
    private readonly Option<bool> _dismiss;

    public AppointCommand()
        : base("appoint", "Let a worker serve your model for a part of the price; again to change the part", "model appoint 1 --worker ada --part 20")
    {
        _id = Expect("ID", ModelId.Parse, "Its number");
        _worker = Require("--worker", Party.Check, "Who serves it: an account here, or an address", "WHO");
        _part = TakeOr("--part", 20 * Percent, PolicyOptions.Percent, "The worker's part of the price", "PERCENT");
        _dismiss = Take<bool>("--dismiss", "Take the appointment back: no new channels to this worker");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output, CancellationToken stop)
    {
        var (id, worker, part) = (arguments.GetValue(_id), Party.Resolve(arguments.GetValue(_worker)!, market.Home), arguments.GetValue(_part));
        var isDismissed = arguments.GetValue(_dismiss);
        await output.WaitAsync(isDismissed ? "Dismissing" : "Appointing", () => isDismissed
            ? market.Ledger.Predictions.DismissAsync(id, worker, signer, stop)
            : market.Ledger.Predictions.AppointAsync(id, worker, part, signer, stop));
        output.Show(new { model = id, worker, partBps = isDismissed ? 0 : part, appointed = !isDismissed }, console => console.Write(Sheet.Facts(
            ("Model", id), ("Worker", worker), ("", isDismissed ? "dismissed; open channels go on" : $"may serve it for {part / (double)Percent} % of the price"))));
        return ExitCode.Done;
    }
}
