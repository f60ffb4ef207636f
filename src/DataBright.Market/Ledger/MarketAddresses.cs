using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Storage;

namespace DataBright.Market;

/// <summary>Where a market lives: its chain and the addresses of its contracts. Kept as <c>market.json</c> in the data folder.</summary>
/// <param name="ChainId">The chain's EIP-155 id.</param>
/// <param name="FirstBlock">The block of the first deployment: nothing of this market is older.</param>
/// <param name="Money">The ERC-20 that everything is paid in.</param>
/// <param name="TrustedKeys">Registry of schedulers and referees.</param>
/// <param name="Datasets">Charters and shards.</param>
/// <param name="Proposals">Votes on data.</param>
/// <param name="Jobs">Escrowed jobs.</param>
/// <param name="Workers">Stakes.</param>
/// <param name="Models">Checkpoints and lineage.</param>
/// <param name="Predictions">Channels through which predictions are paid.</param>
/// <param name="Usage">The part of jobs' prices that goes to contributors by use.</param>
/// <param name="Requests">Requests for data.</param>
public sealed record MarketAddresses(
    ulong ChainId, ulong FirstBlock, Address Money, Address TrustedKeys, Address Datasets, Address Proposals, Address Jobs,
    Address Workers, Address Models, Address Predictions, Address Usage, Address Requests)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        AllowDuplicateProperties = false,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The contracts that log events, other than the share tokens.</summary>
    public IReadOnlyList<Address> Contracts => [Money, TrustedKeys, Datasets, Proposals, Jobs, Workers, Models, Predictions, Usage, Requests];

    /// <summary>Writes the file whole or not at all.</summary>
    public void Save(string path) => AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(this, Json));

    /// <summary>Reads the file; null where there is none, which means that no market was set up here.</summary>
    /// <exception cref="FormatException">The file is damaged.</exception>
    public static MarketAddresses? Load(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<MarketAddresses>(Utf8Text.WithoutMark(File.ReadAllBytes(path)), Json)
                ?? throw new JsonException("it says null");
        }
        catch (Exception e) when (e.IsUnreadable())
        {
            throw new FormatException($"{path} does not name a market: {e.Message} Restore it from a backup, or join the market again.", e);
        }
    }
}
