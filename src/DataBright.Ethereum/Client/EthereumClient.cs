using System.Text.Json;
using System.Text.Json.Nodes;

namespace DataBright.Ethereum;

/// <summary>The calls of an Ethereum node that this product uses, with typed answers.</summary>
/// <remarks>
/// Every method throws <see cref="ChainException"/> where no proper answer comes and <see cref="RpcException"/> where
/// the node refuses. Safe for many callers at once.
/// </remarks>
/// <param name="rpc">The connection.</param>
/// <param name="errors">Custom errors to name in reverts; null for Solidity's own only.</param>
/// <param name="metrics">Counts the transactions that are sent with it; null where nobody watches.</param>
public sealed class EthereumClient(JsonRpcClient rpc, ErrorTable? errors = null, ChainMetrics? metrics = null)
{
    // What no chain reaches: a stranger's number above it is no number to calculate with.
    private const ulong MaxNonces = 1UL << 62;
    private const ulong MaxGas = 1UL << 48;
    private const int MaxBits = 96;

    /// <summary>The connection.</summary>
    public JsonRpcClient Rpc => rpc;

    internal ChainMetrics? Metrics => metrics;

    /// <summary>The custom errors that reverts are decoded with.</summary>
    public ErrorTable Errors { get; } = errors ?? ErrorTable.Solidity;

    /// <summary>The chain's id (EIP-155).</summary>
    public async Task<ulong> ChainIdAsync(CancellationToken stop = default) =>
        (await AskAsync("eth_chainId", stop)).Number();

    /// <summary>Throws where another chain answers than the one expected, before anything is signed for it.</summary>
    /// <exception cref="ChainException">The chain's id is another one.</exception>
    public async Task RequireChainAsync(ulong expected, CancellationToken stop = default)
    {
        var found = await ChainIdAsync(stop);
        if (found != expected)
            throw new ChainException(ChainFault.WrongChain, rpc.Url, $"is chain {found}, not chain {expected}",
                $"Give the URL of a node of chain {expected}, or expect chain {found}.");
    }

    /// <summary>The newest block's number.</summary>
    public async Task<ulong> BlockNumberAsync(CancellationToken stop = default) =>
        (await AskAsync("eth_blockNumber", stop)).Number();

    /// <summary>A block by number or name; null where there is none yet.</summary>
    public async Task<Block?> BlockAsync(BlockTag block, CancellationToken stop = default)
    {
        var json = await AskAsync("eth_getBlockByNumber", stop, block.ToString(), false);
        return json.IsNull ? null : Block.Read(json);
    }

    /// <summary>A block by its hash; null where the node does not know it.</summary>
    public async Task<Block?> BlockAsync(Hash32 hash, CancellationToken stop = default)
    {
        var json = await AskAsync("eth_getBlockByHash", stop, hash.ToString(), false);
        return json.IsNull ? null : Block.Read(json);
    }

    /// <summary>The hash of the block at a height; null where there is none.</summary>
    public async Task<Hash32?> BlockHashAsync(ulong number, CancellationToken stop = default)
    {
        var json = await AskAsync("eth_getBlockByNumber", stop, BlockTag.At(number).ToString(), false);
        return json.IsNull ? null : json["hash"].Hash();
    }

    /// <summary>The blocks at some heights, in one request; null where there is none.</summary>
    public async Task<IReadOnlyList<Block?>> BlocksAsync(IReadOnlyList<ulong> numbers, CancellationToken stop = default)
    {
        var replies =
            await rpc.BatchAsync([.. numbers.Select(n => new RpcRequest("eth_getBlockByNumber", BlockTag.At(n).ToString(), false))], stop);
        return [.. replies.Select(r => Read("eth_getBlockByNumber", r)).Select(json => json.IsNull ? null : Block.Read(json))];
    }

    /// <summary>The heads of the blocks at some heights, in one request; null where there is none.</summary>
    internal async Task<IReadOnlyList<BlockHead?>> HeadsAsync(IReadOnlyList<ulong> numbers, CancellationToken stop)
    {
        var replies =
            await rpc.BatchAsync([.. numbers.Select(n => new RpcRequest("eth_getBlockByNumber", BlockTag.At(n).ToString(), false))], stop);
        return [.. replies.Zip(numbers, (reply, number) => HeadOf(Read("eth_getBlockByNumber", reply), number))];
    }

    private static BlockHead? HeadOf(RpcAnswer json, ulong asked)
    {
        // A block that is only about to be has no hash yet.
        if (json.IsNull || json["hash"].IsNull)
            return null;
        var head = BlockHead.Read(json, asked);
        return head.Number == asked ? head
            : throw new ChainException(ChainFault.WrongId, json.Url, $"answered {json.Method} for block {asked} with block {head.Number}",
            "A proxy may be mixing up answers: ask the node directly.");
    }

    /// <summary>
    /// The receipts of all transactions of some blocks, a list for each block in order; null where the node does not offer them by block.
    /// </summary>
    public async Task<IReadOnlyList<IReadOnlyList<Receipt>>?> BlockReceiptsAsync(IReadOnlyList<Block> blocks,
        CancellationToken stop = default)
    {
        var replies =
            await rpc.BatchAsync([.. blocks.Select(b => new RpcRequest("eth_getBlockReceipts", BlockTag.At(b.Number).ToString()))], stop);
        if (replies.Any(r => r.Error is not null || r.Result.ValueKind != JsonValueKind.Array))
            return null;
        return [.. replies.Select(r => Read("eth_getBlockReceipts", r).Items().Select(json => Receipt.Read(json, null)).OfType<Receipt>()
            .ToList())];
    }

    /// <summary>An account's balance in wei.</summary>
    public async Task<Uint256> BalanceAsync(Address account, BlockTag block = default, CancellationToken stop = default) =>
        (await AskAsync("eth_getBalance", stop, account.ToString(), block.ToString())).Quantity();

    /// <summary>A contract's code; empty where there is none.</summary>
    public async Task<byte[]> CodeAsync(Address contract, BlockTag block = default, CancellationToken stop = default) =>
        (await AskAsync("eth_getCode", stop, contract.ToString(), block.ToString())).Bytes();

    /// <summary>How many transactions an account has sent, which is the next one's nonce.</summary>
    public async Task<ulong> NonceAsync(Address account, BlockTag block = default, CancellationToken stop = default) =>
        await AskAsync("eth_getTransactionCount", stop, account.ToString(), block.ToString()) is var count && count.Number() < MaxNonces
            ? count.Number() : throw count.Malformed("a number of transactions");

    /// <summary>
    /// Fees that get a transaction into one of the next blocks: twice the next base fee, and the median of recent tips. Blocks of which
    /// nothing is told are left out; a node without a history of fees is asked for its newest block and its price.
    /// </summary>
    public async Task<Fees> FeesAsync(CancellationToken stop = default)
    {
        var history = await AskOrNoneAsync("eth_feeHistory", stop, "0xa", "latest", new JsonArray(50));
        var told = history.Or(h => h["baseFeePerGas"], default).ItemsOrNone().Select(QuantityOrNull).ToList();
        var baseFee = told is [.., { } next] ? next : await NextBaseFeeAsync(stop);
        var tips = history.Or(h => h["reward"], default).ItemsOrNone().Select(block => QuantityOrNull(block.ItemsOrNone().FirstOrDefault()))
            .OfType<Uint256>().Where(tip => !tip.IsZero && tip.BitLength <= MaxBits).Order().ToList();
        return baseFee.BitLength <= MaxBits
            ? Fees.For(baseFee, tips.Count == 0 ? Uint256.One : tips[tips.Count / 2]) : throw history.Malformed("fees");
    }

    /// <summary>What the node itself would tip; null where it does not say.</summary>
    internal async Task<Uint256?> TipAsync(CancellationToken stop) =>
        QuantityOrNull(await AskOrNoneAsync("eth_maxPriorityFeePerGas", stop)) is { BitLength: <= MaxBits } tip ? tip : null;

    /// <summary>Nothing where the node does not offer the method.</summary>
    private async Task<RpcAnswer> AskOrNoneAsync(string method, CancellationToken stop, params JsonNode?[] parameters)
    {
        try
        {
            return await AskAsync(method, stop, parameters);
        }
        catch (RpcException refusal) when (refusal.Meaning != RpcMeaning.Busy)
        {
            return new RpcAnswer(rpc.Url, method, default);
        }
    }

    private async Task<Uint256> NextBaseFeeAsync(CancellationToken stop) =>
        await BlockAsync(BlockTag.Latest, stop) is { BaseFee: { IsZero: false } known }
            ? known : (await AskAsync("eth_gasPrice", stop)).Quantity();

    private static Uint256? QuantityOrNull(RpcAnswer json) => json.IsNull ? null : json.Or<Uint256?>(j => j.Quantity(), null);

    /// <summary>Reads from a contract.</summary>
    /// <param name="call">What to read, from generated bindings.</param>
    /// <param name="block">The block whose state is read.</param>
    /// <param name="from">Who asks; null where it does not matter.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="RevertException">The contract refused.</exception>
    public async Task<T> CallAsync<T>(ContractCall<T> call, BlockTag block = default, Address? from = null,
        CancellationToken stop = default) =>
        Decode(call, await SimulateAsync(CallObject(from, call.To, call.Data, default), call.Function, block, stop));

    /// <summary>Reads many things from contracts in one request.</summary>
    /// <returns>The results in the order of the calls.</returns>
    /// <exception cref="RevertException">A contract refused one of them.</exception>
    public async Task<IReadOnlyList<T>> CallAllAsync<T>(IReadOnlyList<ContractCall<T>> calls, BlockTag block = default,
        CancellationToken stop = default)
    {
        var replies = await rpc.BatchAsync(
            [.. calls.Select(c => new RpcRequest("eth_call", CallObject(null, c.To, c.Data, default), block.ToString()))], stop);
        return [.. calls.Zip(replies, (call, reply) => Decode(call, ResultOf(reply, "eth_call", call.Function).Bytes()))];
    }

    /// <summary>Executes a call without sending it and gives what it would return.</summary>
    /// <exception cref="RevertException">The contract refused.</exception>
    public Task<byte[]> SimulateAsync(ContractCall call, Address from, BlockTag block = default, CancellationToken stop = default) =>
        SimulateAsync(CallObject(from, call.To, call.Data, call.Value), call.Function, block, stop);

    /// <summary>The gas that a call would use if it were sent now.</summary>
    /// <exception cref="RevertException">The contract refused.</exception>
    public Task<ulong> EstimateGasAsync(ContractCall call, Address from, CancellationToken stop = default) =>
        EstimateAsync(new Payload(call), from, stop);

    /// <summary>Logs of some blocks, both ends included, in the order of the chain.</summary>
    public async Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, ulong from, ulong to, CancellationToken stop = default)
    {
        var json = await AskAsync("eth_getLogs", stop, filter.ToJson(from, to));
        var logs = LogsOf(json);
        return logs.All(log => log.BlockNumber >= from && log.BlockNumber <= to)
            ? logs : throw json.Malformed($"logs of blocks {from} to {to}");
    }

    /// <summary>Logs of some blocks by their hashes, all in one request.</summary>
    internal async Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, IReadOnlyList<Hash32> blocks, CancellationToken stop)
    {
        var replies = await rpc.BatchAsync([.. blocks.Select(hash => new RpcRequest("eth_getLogs", filter.ToJson(hash)))], stop);
        return [.. replies.SelectMany((reply,
            i) => LogsOf(Read("eth_getLogs", reply)) is var logs && logs.All(log => log.BlockHash == blocks[i])
            ? logs : throw Read("eth_getLogs", reply).Malformed($"logs of block {blocks[i]}"))];
    }

    /// <summary>Null is what some nodes say for none; what is marked as removed is in the chain no more.</summary>
    private static List<Log> LogsOf(RpcAnswer json) => json.IsNull ? [] :
        [.. json.Items().Where(log => log["removed"].Json.ValueKind != JsonValueKind.True).Select(Log.Read)
            .DistinctBy(log => (log.BlockHash, log.Index)).OrderBy(log => log.BlockNumber).ThenBy(log => log.Index)];

    /// <summary>Broadcasts a signed transaction. Doing so twice is harmless, but the second may be refused as known.</summary>
    /// <returns>The transaction's hash.</returns>
    public async Task<Hash32> SendRawAsync(ReadOnlyMemory<byte> signedTransaction, CancellationToken stop = default) =>
        // Whatever is answered but an error, it was taken.
        (await AskAsync("eth_sendRawTransaction", stop, Hex.Encode(signedTransaction.Span))).Or(j => j.Hash(),
            Keccak.Hash(signedTransaction.Span));

    /// <summary>A transaction's receipt; null while it is in no block.</summary>
    public async Task<Receipt?> ReceiptAsync(Hash32 transaction, CancellationToken stop = default)
    {
        var json = await AskAsync("eth_getTransactionReceipt", stop, transaction.ToString());
        return Receipt.Read(json, transaction);
    }

    /// <summary>Many transactions' receipts in one request; null for those in no block.</summary>
    public async Task<IReadOnlyList<Receipt?>> ReceiptsAsync(IReadOnlyList<Hash32> transactions, CancellationToken stop = default)
    {
        var replies = await rpc.BatchAsync([.. transactions.Select(t => new RpcRequest("eth_getTransactionReceipt", t.ToString()))], stop);
        return [.. replies.Zip(transactions, (reply, asked) => Receipt.Read(Read("eth_getTransactionReceipt", reply), asked))];
    }

    /// <summary>A transaction by its hash; null where the node does not know it.</summary>
    internal async Task<SentTransaction?> TransactionAsync(Hash32 transaction, CancellationToken stop)
    {
        var json = await AskAsync("eth_getTransactionByHash", stop, transaction.ToString());
        return json.IsNull ? null : SentTransaction.Read(json);
    }

    /// <summary>The transactions of one account in a block, in order; none where there is no such block.</summary>
    internal async Task<IReadOnlyList<SentTransaction>> TransactionsAsync(BlockTag block, Address from, CancellationToken stop)
    {
        var json = await AskAsync("eth_getBlockByNumber", stop, block.ToString(), true);
        return json.IsNull
            ? [] : [.. json["transactions"].ItemsOrNone().Where(one => one["from"].Address() == from).Select(SentTransaction.Read)];
    }

    /// <summary>The gas that it would use against the newest block.</summary>
    internal async Task<ulong> EstimateAsync(Payload payload, Address from, CancellationToken stop)
    {
        var replies =
            await rpc.BatchAsync([new RpcRequest("eth_estimateGas", CallObject(from, payload.To, payload.Data, payload.Value))], stop);
        var json = ResultOf(replies[0], "eth_estimateGas", payload.Function);
        return json.Number() is <= MaxGas and var gas ? gas : throw json.Malformed("an amount of gas");
    }

    /// <summary>The receipt of what succeeded.</summary>
    /// <exception cref="RevertException">It reverted.</exception>
    /// <exception cref="ChainException">The node does not say whether it did.</exception>
    internal async Task<Receipt> RequireSuccessAsync(Payload payload, ulong gasLimit, Receipt receipt, CancellationToken stop)
    {
        if (receipt.Succeeded || (receipt.Status is null && payload.Data.IsEmpty))
            return receipt;
        // Before receipts had a status, whatever failed had used all of its gas.
        if (receipt.Status is null && receipt.GasUsed < gasLimit)
            throw new ChainException(ChainFault.Malformed, rpc.Url, $"does not say whether transaction {receipt.TransactionHash} succeeded",
                "Ask another node for its receipt.");
        throw await ExplainAsync(payload, gasLimit, receipt, stop);
    }

    /// <summary>Executes what was mined once more, before its block, to learn why it reverted.</summary>
    private async Task<RevertException> ExplainAsync(Payload payload, ulong gasLimit, Receipt receipt, CancellationToken stop)
    {
        try
        {
            await SimulateAsync(CallObject(receipt.From, payload.To, payload.Data, payload.Value), payload.Function,
                receipt.BlockNumber - Math.Min(1, receipt.BlockNumber), stop);
        }
        catch (RevertException revert)
        {
            return new RevertException(payload.Function, revert.RevertData, revert.Error, receipt);
        }
        catch (ChainCallException)
        {
            // The node may no longer have that block's state, or be away; the revert itself is certain all the same.
        }
        return new RevertException(payload.Function, default, null, receipt, receipt.GasUsed >= gasLimit
            ? $"it used all of its {gasLimit} gas."
            : "the reason cannot be found again, as the state has changed since.");
    }

    private async Task<byte[]> SimulateAsync(JsonObject call, string? function, BlockTag block, CancellationToken stop)
    {
        try
        {
            return (await AskAsync("eth_call", stop, call, block.ToString())).Bytes();
        }
        catch (RpcException refusal) when (refusal.IsRevert)
        {
            throw RevertOf(refusal, function);
        }
    }

    private RpcAnswer ResultOf(RpcReply reply, string method, string? function) =>
        reply.Error is { IsRevert: true } refusal ? throw RevertOf(refusal, function) : Read(method, reply);

    private RevertException RevertOf(RpcException refusal, string? function)
    {
        var data = refusal.ErrorData ?? ReadOnlyMemory<byte>.Empty;
        return new RevertException(function, data, Errors.Find(data), hint: data.IsEmpty ? ReasonIn(refusal.Text) : null);
    }

    /// <summary>What a node writes beside the bare fact that something reverted; null where it writes nothing else.</summary>
    private static string? ReasonIn(string text)
    {
        var said = text.Trim().TrimEnd('.');
        return said.Length == 0 || new[] { "execution reverted", "vm execution error", "reverted", "revert", "transaction reverted" }
            .Contains(said, StringComparer.OrdinalIgnoreCase)
            ? null : $"the node says \"{said}\".";
    }

    private T Decode<T>(ContractCall<T> call, byte[] result)
    {
        if (result.Length == 0)
            throw new ChainException(ChainFault.Malformed, rpc.Url, $"answered {call.Function ?? "the call"} at {call.To} with nothing",
                "There is no such contract at that address on this chain, or the node has not got to it yet.");
        try
        {
            return call.Decode(result);
        }
        catch (Exception odd) when (odd is AbiException || odd.IsUnreadable())
        {
            throw new ChainException(ChainFault.Malformed, rpc.Url,
                $"answered {call.Function ?? "the call"} at {call.To} with what cannot be read ({odd.Message.TrimEnd('.')})",
                "Another contract may be at that address, or the node be of an unknown kind: try another one.", odd);
        }
    }

    private static JsonObject CallObject(Address? from, Address? to, ReadOnlyMemory<byte> data, Uint256 value)
    {
        var json = new JsonObject { ["data"] = Hex.Encode(data.Span) };
        if (from is { } sender)
            json["from"] = sender.ToString();
        if (to is { } contract)
            json["to"] = contract.ToString();
        if (!value.IsZero)
            json["value"] = value.ToQuantity();
        return json;
    }

    private async Task<RpcAnswer> AskAsync(string method, CancellationToken stop, params JsonNode?[] parameters) =>
        new(rpc.Url, method, await rpc.CallAsync(new RpcRequest(method, parameters), stop));

    private RpcAnswer Read(string method, RpcReply reply) => new(rpc.Url, method, reply.Result);
}
