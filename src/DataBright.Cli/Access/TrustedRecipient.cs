using System.Net;
using System.Text;
using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Scheduler;
using DataBright.Storage;
using DataBright.Terminal;
using DataBright.Terminal.Home;

namespace DataBright.Cli.Access;

/// <summary>A scheduler's or referee's node, to which a key can be wrapped.</summary>
/// <param name="Node">Where it is.</param>
/// <param name="PublicKey">Its trusted key: the ledger has the address that this hashes to.</param>
internal sealed record TrustedRecipient(Uri Node, PublicKey PublicKey)
{
    private const int MaxAnswer = 4096;

    /// <summary>The nodes that are named, or else the node that runs on the data folder and the referee it asks.</summary>
    /// <returns>Those of them that have a key the ledger trusts.</returns>
    /// <exception cref="Failure">A node that was named has none.</exception>
    /// <exception cref="HttpRequestException">A node does not answer.</exception>
    public static async Task<IReadOnlyList<TrustedRecipient>> FindAsync(MarketAccess market, Uri? scheduler, Uri? referee,
        CancellationToken stop)
    {
        var running = RunningNode.Find(market.Home);
        (Uri? At, bool IsNamed)[] nodes =
            [(scheduler ?? running?.Address, scheduler is not null), (referee ?? running?.Referee, referee is not null)];
        var found = new List<TrustedRecipient>();
        foreach (var (at, isNamed) in nodes.Where(node => node.At is not null).DistinctBy(node => node.At))
            if (await AskAsync(market, at!, stop) is { } recipient) found.Add(recipient);
            else if (isNamed)
                throw new Failure(ExitCode.Refused, $"{Shown(at!)} has no key that the ledger trusts as a scheduler's or a referee's.");
        return found;
    }

    /// <summary>Gives the node the key of a file that is sealed for a dataset.</summary>
    /// <exception cref="Failure">The node does not keep it.</exception>
    public async Task GiveAsync(DatasetId dataset, WrappedKey key, CancellationToken stop)
    {
        using var http = Client();
        using var content = new StringContent(JsonSerializer.Serialize(key, JsonSerializerOptions.Web), Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(Node, $"compute/{(key.Shard is null ? "held-out" : "shard")}-keys/{dataset}"),
            content, stop);
        if (answer.IsSuccessStatusCode) return;
        throw new Failure(ExitCode.Refused, $"{Shown(Node)} does not keep the key: {await ProblemAnswer.ReasonAsync(answer, stop)}");
    }

    private static async Task<TrustedRecipient?> AskAsync(MarketAccess market, Uri node, CancellationToken stop)
    {
        using var http = Client();
        using var answer = await http.GetAsync(new Uri(node, "compute/recipient"), stop);
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        answer.EnsureSuccessStatusCode();
        RecipientKey said;
        try
        {
            said = CanonicalJson.Read<RecipientKey>(await answer.Content.ReadAsByteArrayAsync(stop));
        }
        catch (JsonException strange)
        {
            throw new HttpRequestException($"{Shown(node)} did not answer as a node does.", strange);
        }

        // Whoever answers for the node must not be able to have the key wrapped to itself.
        if (await market.Ledger.TrustedKeys.NumberOfAsync(said.PublicKey.Address, stop) is not { } number) return null;
        return await market.Ledger.TrustedKeys.FindAsync(number, stop) is { Revoked: false }
            ? new TrustedRecipient(node, said.PublicKey) : null;
    }

    private static HttpClient Client() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false }) { MaxResponseContentBufferSize = MaxAnswer,
            Timeout = TimeSpan.FromMinutes(2) };

    private static string Shown(Uri node) => ChainException.Shown(node);
}
