using System.Net.Http.Json;
using System.Text.Json;
using DataBright.Cli.Access;
using DataBright.Cli.Datasets;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Services.Uploads;
using DataBright.Storage;
using DataBright.Terminal;

namespace DataBright.Cli.Proposals;

/// <summary>How many points on offer are not new, exactly and nearly.</summary>
/// <param name="Exact">Exact copies of the dataset's points, or of each other.</param>
/// <param name="Near">Points nearly the same as others; null where that was not compared.</param>
internal sealed record Copies(int Exact, int? Near)
{
    /// <summary>The part of a shard that may be copies before one has to say that it is meant so.</summary>
    private const int MaxPercent = 10;

    /// <summary>Points compared here; a millisecond for each.</summary>
    private const int MaxCompared = 100_000;

    /// <summary>Compares here what lies in the data folder.</summary>
    /// <returns>Null where not all of the dataset does.</returns>
    public static async Task<Copies?> CountAsync(MarketAccess market, DatasetId dataset, Shard offered, CancellationToken stop)
    {
        using var reading = await IndexReading.OpenAsync(market, stop);
        if (await ShardStore.KnownAsync(market.Blobs, reading.Index, dataset, stop) is not { } listed)
            return null;
        var known = new KnownPoints();
        var near = new NearPoints(offered.Schema);
        foreach (var shard in listed)
        {
            known.Add(shard);
            near.Add(shard);
        }

        var places = known.NewPlaces(offered);
        return new Copies(known.Compare(offered).Total, places.Count <= MaxCompared ? near.Compare(offered, places, stop).Total : null);
    }

    /// <summary>Lets a node compare that has the dataset and the uploaded file.</summary>
    /// <returns>Null where the node cannot.</returns>
    public static async Task<Copies?> AskAsync(MarketAccess market, Uri node, DatasetId dataset, Cid cid, Signer signer,
        CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { MaxResponseContentBufferSize = 1 << 20 };
        var url = new Uri(new Uri(node.GetLeftPart(UriPartial.Authority)), $"api/v1/datasets/{dataset}/checks");
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = JsonContent.Create(new { cid = cid.ToString() }) };
        var signing = new UploadSigner(new UploadStatements(market.Ledger.Addresses), signer, TimeProvider.System);
        request.Headers.TryAddWithoutValidation("Authorization", (await signing.SignAsync(url, "POST", stop)).ToHeader());
        using var answer = await http.SendAsync(request, stop);
        if (!answer.IsSuccessStatusCode)
            return null;
        try
        {
            var duplicates = (await answer.Content.ReadFromJsonAsync<JsonElement>(stop)).GetProperty("duplicates");
            return new Copies(duplicates.GetProperty("total").GetInt32(),
                duplicates.GetProperty("near") is { ValueKind: JsonValueKind.Object } near ? near.GetProperty("total").GetInt32() : null);
        }
        catch (Exception strange) when (strange.IsUnreadable())
        {
            throw new HttpRequestException($"{node} did not answer as a node does.", strange);
        }
    }

    /// <exception cref="Failure">Too many points are copies.</exception>
    public void Require(int points)
    {
        var copies = Exact + (Near ?? 0);
        if (copies * 100L > points * (long)MaxPercent)
            throw new Failure(ExitCode.Refused,
                $"{copies} of {points} points are not new: {InWords}. Shareholders see that, too. Leave them out, or say --anyway.");
    }

    public string InWords => Near is { } near
        ? $"{Exact} exact copies, {near} near-copies" : $"{Exact} exact copies; near-copies were not looked for";
}
