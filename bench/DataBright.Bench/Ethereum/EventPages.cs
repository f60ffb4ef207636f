using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using DataBright.Ethereum;
using Contracts = DataBright.Market.Generated;

namespace DataBright.Bench.Ethereum;

/// <summary>
/// A node that answers every request with the same page of events, drawn with a fixed seed; four in ten are votes, two in ten transfers.
/// </summary>
internal sealed class EventPages : HttpMessageHandler
{
    /// <summary>Events on a page.</summary>
    public const int Size = 10_000;

    public static readonly Address Datasets = Address.Parse("0x00000000000000000000000000000000000000d1");
    public static readonly Address Proposals = Address.Parse("0x00000000000000000000000000000000000000d2");
    public static readonly Address Shares = Address.Parse("0x00000000000000000000000000000000000000d3");

    private readonly byte[] _page;

    public EventPages()
    {
        var random = new Random(20_261_128);
        var (proposals, datasets, shares) = (Abi(Contracts.Proposals.Abi), Abi(Contracts.Datasets.Abi), Abi(Contracts.Shares.Abi));
        _page = Encoding.UTF8.GetBytes(new JsonArray([.. Enumerable.Range(0, Size).Select(i => Log(i, random, (i % 10) switch
        {
            0 or 1 or 2 or 3 => (Proposals, proposals["Voted"]),
            4 => (Proposals, proposals["VoteExplained"]),
            5 => (Proposals, proposals["Proposed"]),
            6 => (Proposals, proposals["ProposalFinalised"]),
            7 => (Datasets, datasets["ShardListed"]),
            _ => (Shares, shares["Transfer"]),
        }))]).ToJsonString());
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var id = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!["id"]!.ToJsonString();
        var content =
            new ByteArrayContent([.. Encoding.UTF8.GetBytes($"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":"), .. _page, (byte)'}']);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }

    private static Dictionary<string, AbiEvent> Abi(string json) => ContractAbi.Parse(json).Events.ToDictionary(logged => logged.Name);

    private static JsonObject Log(int index, Random random, (Address Contract, AbiEvent Event) logged)
    {
        var (topics, data) = logged.Event.Encode([.. logged.Event.Inputs.Select(input => Value(input.Type, random))]);
        return new JsonObject
        {
            ["address"] = logged.Contract.ToString(),
            ["topics"] = new JsonArray([.. topics.Select(topic => JsonValue.Create(topic.ToString()))]),
            ["data"] = Hex.Encode(data),
            ["blockHash"] = Keccak.HashText($"{index / 100}").ToString(),
            ["blockNumber"] = $"0x{1 + index / 100:x}",
            ["blockTimestamp"] = $"0x{1_790_000_000 + index / 100:x}",
            ["transactionHash"] = Keccak.HashText($"{index}").ToString(),
            ["transactionIndex"] = $"0x{index % 100:x}",
            ["logIndex"] = $"0x{index % 100:x}",
            ["removed"] = false,
        };
    }

    private static AbiValue Value(AbiType type, Random random) => type.Kind switch
    {
        AbiKind.Uint => type.Size == 8 ? (ulong)random.Next(2) : (UInt128)random.NextInt64() * (ulong)(1 + random.Next(1_000_000)),
        AbiKind.Address => new Address(Bytes(Address.Size, random)),
        AbiKind.FixedBytes => Bytes(type.Size, random),
        AbiKind.Bytes => Bytes(36, random),
        AbiKind.String => "the points are sharp, and the labels hold",
        _ => throw new InvalidOperationException($"No event of the mix had the type {type} when this was written: draw it too."),
    };

    private static byte[] Bytes(int count, Random random)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
