using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Scheduler;
using DataBright.Storage;

namespace DataBright.Node.Drafts;

/// <summary>
/// To whom this node seals what only the market's schedulers and referees may read: its own trusted key, and that of the referee it asks.
/// </summary>
internal sealed class TrustedReaders(Market.Ledger ledger, SealedKeys? own, Uri? referee)
{
    private const int MaxAnswer = 4_096;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Nobody where this node knows none.</summary>
    public async Task<IReadOnlyList<PublicKey>> FindAsync(CancellationToken stop)
    {
        PublicKey?[] asked = [own?.Recipient.PublicKey, referee is null ? null : await AskAsync(referee, stop)];
        var found = new List<PublicKey>();
        foreach (var key in asked.OfType<PublicKey>().DistinctBy(key => key.Address))
            if (await ledger.TrustedKeys.NumberOfAsync(key.Address, stop) is { } number
                && await ledger.TrustedKeys.FindAsync(number, stop) is { Revoked: false }) found.Add(key);
        return found;
    }

    private static async Task<PublicKey?> AskAsync(Uri node, CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { MaxResponseContentBufferSize = MaxAnswer,
            Timeout = Timeout };
        try
        {
            using var answer = await http.GetAsync(new Uri(node, "compute/recipient"), stop);
            return answer.IsSuccessStatusCode
                ? CanonicalJson.Read<RecipientKey>(await answer.Content.ReadAsByteArrayAsync(stop)).PublicKey : null;
        }
        catch (Exception away) when (away is HttpRequestException or JsonException
            || away is OperationCanceledException && !stop.IsCancellationRequested)
        {
            return null;
        }
    }
}
