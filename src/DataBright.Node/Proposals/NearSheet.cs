using DataBright.Market.Datasets;
using DataBright.Node.Web;

namespace DataBright.Node.Proposals;

/// <summary>Near copies as a picture: above the points on offer, below them those they are nearly the same as.</summary>
/// <param name="Png">Encoded by us.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
internal sealed record NearSheet(byte[] Png, int Width, int Height)
{
    private const int Gap = 1;

    /// <summary>Null where there are no pairs, or points are no pictures.</summary>
    public static NearSheet? Draw(Shard offered, IReadOnlyList<NearPair> pairs)
    {
        if (pairs.Count == 0 || PointPicture.Of(offered.Schema) is not { } picture) return null;
        int width = pairs.Count * (picture.Width + Gap) - Gap, height = 2 * picture.Height + Gap;
        var pixels = new byte[width * height * picture.Channels];
        for (int i = 0; i < pairs.Count; i++)
        {
            picture.Draw(offered[pairs[i].Point], pixels, width, i * (picture.Width + Gap));
            picture.Draw(pairs[i].Shard[pairs[i].Other], pixels, width, i * (picture.Width + Gap), picture.Height + Gap);
        }
        return new NearSheet(PngWriter.Encode(pixels, width, height, picture.Channels), width, height);
    }
}
