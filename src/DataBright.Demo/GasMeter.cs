using System.Globalization;
using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Demo;

/// <summary>Gas by operation, read from the chain itself: it counts every transaction, whichever process sent it.</summary>
internal sealed class GasMeter
{
    private readonly Dictionary<(Address Contract, Selector Selector), string> _names = [];
    private readonly EthereumClient _client;
    private readonly ulong _from;

    public GasMeter(EthereumClient client, MarketAddresses addresses, IEnumerable<Address> shareTokens)
    {
        (_client, _from) = (client, addresses.FirstBlock);
        Know("money", Market.Generated.TestDollar.FunctionNames, addresses.Money);
        foreach (var (contract, at) in addresses.Named)
            Know(JsonNamingPolicy.CamelCase.ConvertName(contract), MarketWords.FunctionsOf(contract), at);
        foreach (var token in shareTokens)
            Know("shares", MarketWords.FunctionsOf("Shares"), token);
    }

    public async Task<IReadOnlyDictionary<string, GasLine>> ReadAsync(CancellationToken stop)
    {
        var used = new SortedDictionary<string, List<long>>(StringComparer.Ordinal);
        var head = await _client.BlockNumberAsync(stop);
        for (var block = _from; block <= head; block++)
        {
            var number = $"0x{block:x}";
            var transactions = (await _client.Rpc.CallAsync(new RpcRequest("eth_getBlockByNumber", number, true), stop))
                .GetProperty("transactions");
            var receipts = await _client.Rpc.CallAsync(new RpcRequest("eth_getBlockReceipts", number), stop);
            foreach (var (transaction, receipt) in transactions.EnumerateArray().Zip(receipts.EnumerateArray()))
                Add(used, NameOf(transaction), Quantity(receipt.GetProperty("gasUsed")));
        }

        return used.ToDictionary(pair => pair.Key,
            pair => new GasLine(pair.Value.Count, pair.Value.Order().ElementAt(pair.Value.Count / 2), pair.Value.Sum()));
    }

    private static void Add(SortedDictionary<string, List<long>> used, string name, long gas)
    {
        if (!used.TryGetValue(name, out var list))
            used.Add(name, list = []);
        list.Add(gas);
    }

    private void Know(string contract, IReadOnlyDictionary<Selector, string> functions, Address at)
    {
        foreach (var (selector, name) in functions)
            _names[(at, selector)] = $"{contract}.{name}";
    }

    private string NameOf(JsonElement transaction)
    {
        if (transaction.GetProperty("to").GetString() is not { } to)
            return "deploy";
        var input = Hex.Decode(transaction.GetProperty("input").GetString()!);
        return input.Length < Selector.Size
            ? "transfer of ether"
            : _names.GetValueOrDefault((Address.Parse(to), Selector.Of(input)), "other");
    }

    private static long Quantity(JsonElement json) =>
        long.Parse(json.GetString()!.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
