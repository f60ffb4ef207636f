using DataBright.Market;
using DataBright.Node.Datasets;
using DataBright.Node.Rest;

namespace DataBright.Node.Founding;

/// <summary>Finds the dataset that was created of a draft, so that nobody is sent to create it twice.</summary>
internal sealed class CreatedDatasets(IDatasetReader datasets)
{
    private const int Looked = 20;

    /// <summary>Null where none was created, or the index has not read it yet.</summary>
    public async Task<DatasetId?> FindAsync(FoundingInHand hand, CancellationToken stop)
    {
        var charter = hand.Draft.Charter;
        foreach (var one in (await datasets.ListAsync(new Search(null), PageRequest.First(Looked), stop)).Items
            .Where(one => one.Initiator == hand.Founder && one.Name == charter.ShareName))
            if (await datasets.FindAsync(one.Id, stop) is { } found && found.MetadataDigest == charter.Description.ToHash32()
                && found.HeldOutDigest == charter.HeldOut.ToHash32()) return one.Id;
        return null;
    }
}
