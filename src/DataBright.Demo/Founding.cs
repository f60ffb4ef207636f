using System.Globalization;
using System.Text;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Demo;

/// <summary>First chapter: an initiator creates a dataset with few points and founder shares.</summary>
internal static class Founding
{
    private const ulong SharesEach = 250;

    private const string Description =
        """
        # Handwritten digits
        Grey images of 28 × 28 pixels, one handwritten digit each, labelled 0 to 9.
        Purpose: reading numbers on forms. Licence: CC BY-SA 3.0 (MNIST, Y. LeCun, C. Cortes, C. Burges).
        """;

    private static readonly DatasetPolicy Policy = new()
    {
        VotingPeriod = TimeSpan.FromDays(3),
        QuorumBps = 3_000,
        ThresholdBps = 5_000,
        GainBonusBps = 20_000,
        ProposalBond = Money.Dollars(10),
        SharesPerPoint = ShareAmount.Parse("0.25"),
        SharesCap = ShareAmount.Whole(2_000),
        TrainingPrice = Money.Dollars(500),
        UsageBps = 5_000,
    };

    public static async Task<Collection> TellAsync(DemoMarket stage, ImageSource images, Offers offers, RequestId request, DemoLog narrator,
        CancellationToken stop)
    {
        await stage.Blobs.PutAsync(Encoding.UTF8.GetBytes(Description), stop);
        await stage.Blobs.PutAsync(Encoding.UTF8.GetBytes(images.Schema.ToJson()), stop);
        await stage.Blobs.PutAsync(Voting.Terms.ToJson(), stop);
        var founding = await stage.KeepAsync(offers.Founding, stop);
        var test = await stage.KeepAsync(images.HeldOut(), stop);

        var charter = new DatasetCharter(
            Digest.Of(Encoding.UTF8.GetBytes(Description)), images.Schema.Hash, test.Cid.Hash, "Handwritten digits", "DIGIT", Policy,
            [.. Parties.Founders.Select(name => new Founder(stage.Parties[name].Address, ShareAmount.Whole(SharesEach)))],
            new OfferedShard(founding.Root, founding.Count, founding.Cid))
        { Measurement = Voting.Terms.Hash };
        var dataset = await stage.Ledger.Datasets.CreateAsync(charter, stage.Parties[Parties.Initiator], stop);

        var collection = new Collection(dataset.Id, test) { Request = request };
        collection.Add(founding, offers.Founding);
        collection.Shareholders.AddRange(Parties.Founders);
        narrator.Line(string.Create(CultureInfo.InvariantCulture,
            $"{Parties.Initiator} creates the dataset “Handwritten digits” with {founding.Count} points; {Parties.Founders.Length} "
            + $"founders "
            + $"hold {SharesEach} shares each"));
        await Requesting.AnswerAsync(stage, request, dataset.Id, narrator, stop);
        narrator.Detail(
            $"A training run will pay ${Policy.TrainingPrice}, half to the shareholders and half to contributors by what their points were "
            + $"worth in it; a point that is voted in mints {Policy.SharesPerPoint} shares, more if it raises accuracy");
        return collection;
    }
}
