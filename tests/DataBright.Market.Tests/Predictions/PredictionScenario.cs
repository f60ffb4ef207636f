using DataBright.Market.Models;
using DataBright.Market.Predictions;
using DataBright.Market.Tests.Indexes;
using DataBright.Storage;

namespace DataBright.Market.Tests.Predictions;

/// <summary>A channel from its opening to its close.</summary>
internal sealed class PredictionScenario(TestMarket market) : WordScenario(market)
{
    public override IReadOnlyList<(string Name, Func<Task> Play)> Chapters =>
    [
        ("predictions", PredictionsAsync),
    ];

    private async Task PredictionsAsync()
    {
        var (dataset, anna, ben) = await TownAsync(TestMarket.Policy);
        var parent = await ModelAsync(dataset, anna, royaltyBps: 1_000);
        var model = await ModelAsync(dataset, anna, royaltyBps: 0, parent);
        await Ledger.Predictions.AppointAsync(model, anna.Address, 3_333, anna, Stop);
        await Ledger.Predictions.AppointAsync(model, ben.Address, 1, anna, Stop);
        await Ledger.Predictions.DismissAsync(model, ben.Address, anna, Stop);
        var channel = await Ledger.Predictions.OpenAsync(model, anna.Address, null, new Money(1_000_003), ben, Stop);
        await Ledger.Predictions.TopUpAsync(channel.Id, new Money(17), ben, Stop);
        await Ledger.Predictions.SettleAsync(Ledger.Predictions.Statements.Sign(new Voucher(channel.Id, new Money(77_777)), ben.Key),
            anna, Stop);
        await Ledger.Predictions.DistributeAsync(model, [parent], ben, Stop);
        await Ledger.Predictions.WithdrawAsync(anna.Address, ben, Stop);
        await Ledger.Predictions.BeginClosingAsync(channel.Id, ben, Stop);
        await Market.Chain.AdvanceAsync(await Ledger.Predictions.ChallengePeriodAsync(Stop) + Moment, Stop);
        await Ledger.Predictions.CloseAsync(channel.Id, ben, Stop);
    }

    private Task<ModelId> ModelAsync(DatasetId dataset, Signer owner, int royaltyBps, params ModelId[] parents)
    {
        var checkpoint = Digest.Of(Guid.CreateVersion7().ToByteArray());
        var model = new ModelRegistration(checkpoint, Digest.Of("LeNet-5"u8), Cid.Raw(checkpoint), parents, dataset, 900_000,
            new Money(10_000), null) { RoyaltyBps = royaltyBps };
        return Ledger.Models.RegisterAsync(model, owner, Stop);
    }
}
