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

    /// <summary>The hashes of the blocks at some heights, in one request; null where there is none.</summary>
    public async Task<IReadOnlyList<Hash32?>> BlockHashesAsync(IReadOnlyList<ulong> numbers, CancellationToken stop = default)
    {
        var replies = await rpc.BatchAsync([.. numbers.Select(n => new RpcRequest("eth_getBlockByNumber", BlockTag.At(n).ToString(), false))], stop);
        return [.. replies.Select(r => Read("eth_getBlockByNumber", r)).Select(j => j.IsNull ? (Hash32?)null : j["hash"].Hash())];
    }

    /// <summary>An account's balance in wei.</summary>
    public async Task<Uint256> BalanceAsync(Address account, BlockTag block = default, CancellationToken stop = default) =>
        (await AskAsync("eth_getBalance", stop, account.ToString(), block.ToString())).Quantity();

    /// <summary>A contract's code; empty where there is none.</summary>
    public async Task<byte[]> CodeAsync(Address contract, BlockTag block = default, CancellationToken stop = default) =>
        (await AskAsync("eth_getCode", stop, contract.ToString(), block.ToString())).Bytes();

    /// <summary>How many transactions an account has sent, which is the next one's nonce.</summary>
    public async Task<ulong> NonceAsync(Address account, BlockTag block = default, CancellationToken stop = default) =>
        (await AskAsync("eth_getTransactionCount", stop, account.ToString(), block.ToString())).Number();

    /// <summary>
    /// Fees that get a transaction into one of the next blocks: twice the next base fee, and the median of recent tips.
    /// </summary>
    public async Task<Fees> FeesAsync(CancellationToken stop = default)
    {
        var history = await AskAsync("eth_feeHistory", stop, "0xa", "latest", new JsonArray(50));
        var baseFee = history["baseFeePerGas"].Items().Last().Quantity();
        var tips = history["reward"].IsNull ? [] : history["reward"].Items()
            .Select(r => r.Items().First().Quantity()).Where(t => !t.IsZero).Order().ToList();
        return Fees.For(baseFee, tips.Count == 0 ? Uint256.One : tips[tips.Count / 2]);
    }

    /// <summary>Reads from a contract.</summary>
    /// <param name="call">What to read, from generated bindings.</param>
    /// <param name="block">The block whose state is read.</param>
    /// <param name="from">Who asks; null where it does not matter.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="RevertException">The contract refused.</exception>
    public async Task<T> CallAsync<T>(ContractCall<T> call, BlockTag block = default, Address? from = null, CancellationToken stop = default) =>
        Decode(call, await SimulateAsync(CallObject(from, call.To, call.Data, default), call.Function, block, stop));

    /// <summary>Reads many things from contracts in one request.</summary>
    /// <returns>The results in the order of the calls.</returns>
    /// <exception cref="RevertException">A contract refused one of them.</exception>
    public async Task<IReadOnlyList<T>> CallAllAsync<T>(IReadOnlyList<ContractCall<T>> calls, BlockTag block = default, CancellationToken stop = default)
    {
        var replies = await rpc.BatchAsync([.. calls.Select(c => new RpcRequest("eth_call", CallObject(null, c.To, c.Data, default), block.ToString()))], stop);
        return [.. calls.Zip(replies, (call, reply) => Decode(call, ResultOf(reply, "eth_call", call.Function).Bytes()))];
    }

    /// <summary>Executes a call without sending it and gives what it would return.</summary>
    /// <exception cref="RevertException">The contract refused.</exception>
    public Task<byte[]> SimulateAsync(ContractCall call, Address from, BlockTag block = default, CancellationToken stop = default) =>
        SimulateAsync(CallObject(from, call.To, call.Data, call.Value), call.Function, block, stop);

    /// <summary>The gas that a call would use if it were sent now.</summary>
    /// <exception cref="RevertException">The contract refused.</exception>
    public async Task<ulong> EstimateGasAsync(ContractCall call, Address from, CancellationToken stop = default) =>
        (await EstimateAllAsync([new Payload(call)], from, stop))[0].Gas;

    /// <summary>Logs of some blocks, both ends included, in the order of the chain.</summary>
    public async Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, ulong from, ulong to, CancellationToken stop = default) =>
        [.. (await AskAsync("eth_getLogs", stop, filter.ToJson(from, to))).Items().Select(Log.Read)];

    /// <summary>Broadcasts a signed transaction. Doing so twice is harmless, but the second may be refused as known.</summary>
    /// <returns>The transaction's hash.</returns>
    public async Task<Hash32> SendRawAsync(ReadOnlyMemory<byte> signedTransaction, CancellationToken stop = default) =>
        (await AskAsync("eth_sendRawTransaction", stop, Hex.Encode(signedTransaction.Span))).Hash();

    /// <summary>A transaction's receipt; null while it is in no block.</summary>
    public async Task<Receipt?> ReceiptAsync(Hash32 transaction, CancellationToken stop = default)
    {
        var json = await AskAsync("eth_getTransactionReceipt", stop, transaction.ToString());
        return json.IsNull ? null : Receipt.Read(json);
    }

    /// <summary>Many transactions' receipts in one request; null for those in no block.</summary>
    public async Task<IReadOnlyList<Receipt?>> ReceiptsAsync(IReadOnlyList<Hash32> transactions, CancellationToken stop = default)
    {
        var replies = await rpc.BatchAsync([.. transactions.Select(t => new RpcRequest("eth_getTransactionReceipt", t.ToString()))], stop);
        return [.. replies.Select(r => Read("eth_getTransactionReceipt", r)).Select(j => j.IsNull ? null : Receipt.Read(j))];
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
        return json.IsNull ? [] : [.. json["transactions"].Items().Where(one => one["from"].Address() == from).Select(SentTransaction.Read)];
    }

    /// <summary>Estimates of many calls in one request, each against the newest block alone.</summary>
    internal async Task<IReadOnlyList<Estimate>> EstimateAllAsync(IReadOnlyList<Payload> payloads, Address from, CancellationToken stop)
    {
        var replies = await rpc.BatchAsync([.. payloads.Select(p => new RpcRequest("eth_estimateGas", CallObject(from, p.To, p.Data, p.Value)))], stop);
        return [.. payloads.Zip(replies, (p, reply) => new Estimate(
            () => ResultOf(reply, "eth_estimateGas", p.Function).Number(), reply.Error is not null))];
    }

    /// <summary>Executes what was mined once more, before its block, to learn why it reverted.</summary>
    internal async Task<RevertException> ExplainAsync(Payload payload, ulong gasLimit, Receipt receipt, CancellationToken stop)
    {
        try
        {
            await SimulateAsync(CallObject(receipt.From, payload.To, payload.Data, payload.Value), payload.Function, receipt.BlockNumber - 1, stop);
        }
        catch (RevertException revert)
        {
            return new RevertException(payload.Function, revert.RevertData, revert.Error, receipt);
        }
        catch (RpcException)
        {
            // The node may no longer have that block's state; the revert itself is certain all the same.
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

    private Answer ResultOf(RpcReply reply, string method, string? function) =>
        reply.Error is { IsRevert: true } refusal ? throw RevertOf(refusal, function) : Read(method, reply);

    private RevertException RevertOf(RpcException refusal, string? function)
    {
        var data = refusal.ErrorData ?? ReadOnlyMemory<byte>.Empty;
        return new RevertException(function, data, Errors.Find(data));
    }

    private static T Decode<T>(ContractCall<T> call, byte[] result)
    {
        if (result.Length == 0)
            throw new AbiException($"{call.Function ?? "The call"} at {call.To} answered nothing: there is no such contract at that address on this chain.");
        return call.Decode(result);
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

    private async Task<Answer> AskAsync(string method, CancellationToken stop, params JsonNode?[] parameters) =>
        new(rpc.Url, method, await rpc.CallAsync(new RpcRequest(method, parameters), stop));

    private Answer Read(string method, RpcReply reply) => new(rpc.Url, method, reply.Result);
}
