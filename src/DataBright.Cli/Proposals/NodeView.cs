using System.Text.Json;
using DataBright.Market;
using DataBright.Node.Proposals;
using DataBright.Node.Rest;
using DataBright.Terminal;

namespace DataBright.Cli.Proposals;

/// <summary>What a node that has a proposal's files knows of them beyond the ledger: copies, and how sure its gain is.</summary>
/// <param name="Copies">In words; null where the node has not counted them.</param>
/// <param name="High">The upper end of the gain's 95 % interval in millionths; null where the node has no measurements.</param>
internal sealed record NodeView(string? Copies, long? High)
{
    public static async Task<NodeView?> AskAsync(NodeClient node, ProposalId id, CancellationToken stop)
    {
        var told = await new ProposalClient(node).AboutAsync(id, stop);
        try
        {
            return new NodeView(
                Find(told, "duplicates") is { } found ? WordsOf(found) : null,
                Find(told, "evaluation") is { } measured && Find(measured, "spread") is { } spread
                    ? (long)Math.Round(spread.GetProperty("high").GetDecimal() * 1_000_000) : null);
        }
        catch (Exception strange) when (strange.IsUnreadable())
        {
            return null;
        }
    }

    private static string WordsOf(JsonElement found)
    {
        var words =
            $"{TerminalWording.Of(found.GetProperty("inDataset").GetInt32())} of "
            + $"{TerminalWording.Of(found.GetProperty("points").GetInt32())} points are in the dataset already, "
            + $"{TerminalWording.Of(found.GetProperty("withinShard").GetInt32())} come twice";
        return Find(found, "near") is { } near
            ? $"{words}, {TerminalWording.Of(near.GetProperty("total").GetInt32())} are near-copies" : words;
    }

    private static JsonElement? Find(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;
}
