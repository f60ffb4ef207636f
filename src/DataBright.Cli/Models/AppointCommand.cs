using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Market.Models;
using DataBright.Storage;
using DataBright.Terminal;

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
        : base("appoint", "Let a worker serve your model for a part of the price; again to change the part",
            "model appoint 1 --worker ada --part 20")
    {
        _id = Expect("ID", ModelId.Parse, "Its number");
        _worker = Require("--worker", Recipient.Check, "Who serves it: an account here, an address, or a public key", "WHO");
        _part = TakeOr("--part", 20 * Percent, QuantityText.ParsePercent, "The worker's part of the price, 50 at most", "PERCENT");
        _dismiss = Take<bool>("--dismiss", "Take the appointment back: no new channels to this worker");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var (id, named, part) = (arguments.GetValue(_id), arguments.GetValue(_worker)!, arguments.GetValue(_part));
        var (worker, isDismissed) = (Recipient.AddressOf(named, market.Home), arguments.GetValue(_dismiss));
        var grant = isDismissed ? null : await GrantAsync(market, id, named, signer, stop);
        await output.WaitAsync(isDismissed ? "Dismissing" : "Appointing", () => isDismissed
            ? market.Ledger.Predictions.DismissAsync(id, worker, signer, stop)
            : market.Ledger.Predictions.AppointAsync(id, worker, part, signer, stop));
        output.Show(new { model = id, worker, partBps = isDismissed ? 0 : part, appointed = !isDismissed, grant },
            console => console.Write(Sheet.Facts(
            ("Model", id), ("Worker", worker),
                ("", isDismissed ? "dismissed; open channels go on" : $"may serve it for {part / (double)Percent} % of the price"),
            ("Grant", grant is null ? null : $"{grant}; it serves with: databright model serve {id} --grant {grant}"))));
        return ExitCode.Done;
    }

    /// <summary>Private parameters are sealed to whoever serves them; the grant may lie in the open. Null where they are public.</summary>
    private static async Task<Cid?> GrantAsync(MarketAccess market, ModelId id, string worker, Signer owner, CancellationToken stop)
    {
        var model = await new ModelHistory(market.Ledger).FindAsync(id, stop) ?? throw MissingThings.Of(id);
        if (!model.IsPrivate || model.Cid is not { } envelope)
            return null;
        var grant = await PrivateWeights.GrantAsync(market.Blobs, id, envelope,
            owner.RequireKey("A grant to private parameters is made by opening them"),
            await Recipient.ResolveAsync(worker, market, stop), stop);
        return await market.Blobs.PutAsync(grant.ToBytes(), stop);
    }
}
