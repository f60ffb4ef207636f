using System.Text;
using System.Text.Json;

namespace DataBright.Ethereum;

/// <summary>
/// What changed the chain since its state was saved last, as it was asked: written before the chain is asked, and played again when the
/// chain was killed. Beside each question stands the time of the block that it made: with it the same block comes again, to the hash.
/// </summary>
internal sealed class ChainJournal(string file) : IDisposable
{
    private static readonly string[] Kept =
        ["eth_sendRawTransaction", "eth_sendTransaction", "eth_sendRawTransactionSync", "eth_sendTransactionSync",
            "eth_sendUnsignedTransaction", "anvil_setBalance", "hardhat_setBalance", "evm_mine", "anvil_mine", "hardhat_mine"];

    // Time that was skipped shows in the blocks; of the rest nothing stays.
    private static readonly string[] Passing =
        ["evm_increaseTime", "anvil_increaseTime", "evm_snapshot", "anvil_snapshot", "anvil_dumpState", "anvil_nodeInfo", "anvil_metadata"];

    private FileStream? _stream;

    /// <summary>What a question does to the chain.</summary>
    internal enum Effect
    {
        /// <summary>It reads.</summary>
        None,

        /// <summary>It changes the chain, and the same change comes of asking again.</summary>
        Repeatable,

        /// <summary>It changes the chain in a way that only a saved state keeps.</summary>
        Other,
    }

    /// <summary>One question and, as far as it was written down, the block that it made.</summary>
    /// <param name="Body">The JSON-RPC text.</param>
    /// <param name="Block">The newest block afterwards; null where the chain was killed before it answered.</param>
    /// <param name="Time">That block's time.</param>
    internal sealed record Entry(string Body, ulong? Block, ulong Time);

    public static Effect EffectOf(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("eth_send"u8) < 0 && body.IndexOf("anvil_"u8) < 0 && body.IndexOf("evm_"u8) < 0 && body.IndexOf("hardhat_"u8) < 0)
            return Effect.None;
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            if (json.RootElement.ValueKind != JsonValueKind.Array)
                return EffectOf(json.RootElement);
            // The journal has room for one block beside each question: what makes several is kept by a saved state.
            var effects = json.RootElement.EnumerateArray().Select(EffectOf).Where(effect => effect != Effect.None).ToList();
            return effects.Count > 1 ? Effect.Other : effects.FirstOrDefault();
        }
        catch (Exception odd) when (odd.IsUnreadable())
        {
            return Effect.None; // The chain refuses it too.
        }
    }

    /// <summary>The questions since the state with that head; none where the journal follows another one.</summary>
    public IReadOnlyList<Entry> Read(Hash32 head)
    {
        if (!File.Exists(file))
            return [];
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || lines[0] != head.ToString())
            return [];
        var entries = new List<Entry>();
        foreach (var line in lines.Skip(1))
            if (line.Split(' ') is ["=", var block, var time] && entries.Count > 0 && ulong.TryParse(block, out var number)
                && ulong.TryParse(time, out var seconds))
                entries[^1] = entries[^1] with { Block = number, Time = seconds };
            else if (line is ['+', ' ', .. var body] && IsWhole(body))
                entries.Add(new Entry(body, null, 0));
        return entries;
    }

    /// <summary>Begins anew after a state was saved.</summary>
    public void Begin(Hash32 head)
    {
        _stream?.Dispose();
        _stream = null;
        File.WriteAllText(file + ".new", $"{head}\n");
        File.Move(file + ".new", file, overwrite: true);
    }

    /// <summary>Writes down what is about to be asked. A process that is killed afterwards loses nothing of it.</summary>
    public void Add(ReadOnlySpan<byte> body) => Write($"+ {Encoding.UTF8.GetString(body).ReplaceLineEndings(" ")}\n");

    /// <summary>Writes down the newest block after what was asked last.</summary>
    public void Done(ulong block, ulong time) => Write($"= {block} {time}\n");

    public void Dispose() => _stream?.Dispose();

    private void Write(string line)
    {
        _stream ??= new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        _stream.Write(Encoding.UTF8.GetBytes(line));
        _stream.Flush();
    }

    private static Effect EffectOf(JsonElement request)
    {
        var method = request.ValueKind == JsonValueKind.Object && request.TryGetProperty("method", out var name)
            ? RpcWire.TextOf(name) ?? "" : "";
        return Kept.Contains(method) ? Effect.Repeatable
            : method.Split('_')[0] is not ("anvil" or "evm" or "hardhat") || Passing.Contains(method)
                || method.Contains("_get", StringComparison.Ordinal) ? Effect.None
            : Effect.Other;
    }

    /// <summary>A line that was cut off in the middle asks for nothing: whoever sent it got no answer.</summary>
    private static bool IsWhole(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
