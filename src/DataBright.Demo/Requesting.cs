using System.Text;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Requests;
using DataBright.Storage;

namespace DataBright.Demo;

/// <summary>Before anything is there: somebody wants data and puts money up for it, and an initiator answers.</summary>
internal static class Requesting
{
    private const string Description =
        "Handwritten digits from forms, grey, 28 × 28 pixels, labelled 0 to 9. Wrong labels and repetitions are not wanted.";

    private static readonly Money PerPoint = Money.Parse("0.01");
    private static readonly Money Pot = Money.Dollars(50);
    private static readonly Money Sponsored = Money.Dollars(10);
    private static readonly TimeSpan OpenFor = TimeSpan.FromDays(30);

    public static async Task<RequestId> TellAsync(DemoMarket stage, ImageSource images, DemoLog narrator, CancellationToken stop)
    {
        var words = Encoding.UTF8.GetBytes(Description);
        await stage.Blobs.PutAsync(words, stop);
        var now = (await stage.Ledger.Client.BlockAsync(BlockTag.Latest, stop))!.Timestamp;
        var request = await stage.Ledger.Requests.OpenAsync(
            new RequestAsk(Digest.Of(words), images.Schema.Hash, Association: null, PerPoint, now + OpenFor, Pot),
            stage.Parties[Parties.Buyer], stop);
        narrator.Line(
            $"{Parties.Buyer} asks for digits, promises ${PerPoint} for each point that is accepted, and puts ${Pot} into the pot");
        return request;
    }

    /// <summary>Sponsors come when it is known which dataset, and so which shareholders, decide what is paid for.</summary>
    public static async Task AnswerAsync(DemoMarket stage, RequestId request, DatasetId dataset, DemoLog narrator, CancellationToken stop)
    {
        await stage.Ledger.Requests.AnswerAsync(request, dataset, "Digits, voted in point by point",
            stage.Parties[Parties.Initiator], stop);
        await stage.Ledger.Requests.AdoptAsync(request, dataset, stage.Parties[Parties.Buyer], stop);
        await stage.Ledger.Requests.SponsorAsync(request, Sponsored, stage.Parties[Parties.Customer], stop);
        narrator.Detail($"It answers {Parties.Buyer}'s request; {Parties.Customer} sponsors ${Sponsored} more");
    }
}
