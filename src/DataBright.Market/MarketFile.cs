using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Storage;

namespace DataBright.Market;

/// <summary>
/// Where a market lives, as <c>market.json</c> in the data folder: chain, money, and each word's contract under its name.
/// </summary>
public static class MarketFile
{
    private const string ChainId = "chainId", FirstBlock = "firstBlock", Money = "money";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes the file whole or not at all.</summary>
    public static void Save(this MarketAddresses market, string path)
    {
        var written = new Dictionary<string, object>
        {
            [ChainId] = market.ChainId, [FirstBlock] = market.FirstBlock, [Money] = market.Money,
        };
        foreach (var (name, address) in market.Named) written.Add(KeyOf(name), address);
        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(written, Json));
    }

    /// <summary>Reads the file; null where there is none, which means that no market was set up here.</summary>
    /// <exception cref="FormatException">The file is damaged.</exception>
    public static MarketAddresses? Load(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            return Read(Utf8Text.WithoutMark(File.ReadAllBytes(path)));
        }
        catch (Exception e) when (e.IsUnreadable())
        {
            throw new FormatException($"{path} does not name a market: {e.Message} Restore it from a backup, or join the market again.", e);
        }
    }

    private static MarketAddresses Read(ReadOnlySpan<byte> text)
    {
        var read = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        var said = JsonSerializer.Deserialize<JsonElement>(text, Json);
        if (said.ValueKind != JsonValueKind.Object) throw new JsonException("it is no object.");
        foreach (var property in said.EnumerateObject())
            if (!read.TryAdd(property.Name, property.Value)) throw new JsonException($"{property.Name} is there twice.");
        string[] keys = [ChainId, FirstBlock, Money, .. MarketWords.Contracts.Select(KeyOf)];
        if (keys.FirstOrDefault(key => !read.ContainsKey(key)) is { } missing) throw new JsonException($"it lacks {missing}.");
        if (read.Keys.Except(keys, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } unknown)
            throw new JsonException($"{unknown} is not known.");
        return new MarketAddresses(
            Value<ulong>(ChainId), Value<ulong>(FirstBlock), Value<Address>(Money),
            MarketWords.Contracts.Select(name => (name, Value<Address>(KeyOf(name)))));

        T Value<T>(string key) => read[key].Deserialize<T>(Json)!;
    }

    private static string KeyOf(string contract) => JsonNamingPolicy.CamelCase.ConvertName(contract);
}
