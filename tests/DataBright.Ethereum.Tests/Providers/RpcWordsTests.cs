namespace DataBright.Ethereum.Providers;

/// <summary>What providers answer, word for word, and what it comes to.</summary>
public sealed class RpcWordsTests
{
    private const string Send = "eth_sendRawTransaction";
    private const string Logs = "eth_getLogs";
    private const string Call = "eth_call";

    public static TheoryData<string, string, int, string, string> Answers => new()
    {
        // Sending.
        { Send, "go-ethereum", -32000, "transaction underpriced: gas tip cap 1, minimum needed 25000000000", "FeeTooLow" },
        { Send, "go-ethereum", -32000, "transaction underpriced: tip needed 2, tip permitted 1", "FeeTooLow" },
        { Send, "go-ethereum", -32000, "replacement transaction underpriced: new tx gas fee cap 3 <= 5 queued", "NonceWaits" },
        { Send, "go-ethereum", -32000, "future transaction tries to replace pending", "NonceWaits" },
        { Send, "go-ethereum", -32000, "already known", "AlreadyKnown" },
        { Send, "go-ethereum", -32000, "nonce too low: address 0x70997970C51812dc3A010C7d01b50e0d17dc79C8, tx: 4 state: 5", "NonceTaken" },
        { Send, "go-ethereum", -32000, "nonce too low: next nonce 5, tx nonce 4", "NonceTaken" },
        { Send, "go-ethereum", -32000,
            "max fee per gas less than block base fee: address 0x70997970C51812dc3A010C7d01b50e0d17dc79C8, maxFeePerGas: 1, baseFee: 7",
            "FeeTooLow" },
        { Send, "go-ethereum", -32000,
            "max priority fee per gas higher than max fee per gas: address 0x70, maxPriorityFeePerGas: 2, maxFeePerGas: 1", "Final" },
        { Send, "go-ethereum", -32000, "tx fee (1.50 ether) exceeds the configured cap (1.00 ether)", "Final" },
        { Send, "go-ethereum", -32000, "insufficient funds for gas * price + value: balance 1, tx cost 2, overshot 1", "Final" },
        { Send, "go-ethereum", -32000, "intrinsic gas too low: have 1, want 21000", "Final" },
        { Send, "go-ethereum", -32000, "txpool is full", "Busy" },
        { Send, "Erigon", -32000, "underpriced", "FeeTooLow" },
        { Send, "Erigon", -32000, "fee too low", "FeeTooLow" },
        { Send, "Erigon", -32000, "could not replace existing tx", "NonceWaits" },
        { Send, "Erigon", -32000, "existing tx with same hash", "AlreadyKnown" },
        { Send, "Nethermind", -32010, "AlreadyKnown", "AlreadyKnown" },
        { Send, "Nethermind", -32010, "ReplacementNotAllowed", "NonceWaits" },
        { Send, "Nethermind", -32010, "FeeTooLow, MaxFeePerGas too low. MaxFeePerGas: 1, BaseFee: 7", "FeeTooLow" },
        { Send, "Nethermind", -32010, "FeeTooLowToCompete", "FeeTooLow" },
        { Send, "Nethermind", -32010, "OldNonce, Current nonce: 5, nonce of rejected tx: 4", "NonceTaken" },
        { Send, "Besu", -32001, "Nonce too low", "NonceTaken" },
        { Send, "Besu", -32000, "Known transaction", "AlreadyKnown" },
        { Send, "Besu", -32009, "Gas price below configured minimum gas price", "FeeTooLow" },
        { Send, "Besu", -32009, "gasPrice is less than the current BaseFee", "FeeTooLow" },
        { Send, "Besu", -32000, "Replacement transaction underpriced", "NonceWaits" },
        { Send, "Reth", -32000, "transaction underpriced", "FeeTooLow" },
        { Send, "Reth", -32000, "max fee per gas less than block base fee", "FeeTooLow" },
        { Send, "Reth", -32003, "transaction priority fee below minimum required priority fee 1000000", "FeeTooLow" },
        { Send, "anvil", -32003, "max fee per gas less than block base fee", "FeeTooLow" },
        { Send, "anvil", -32003, "transaction already imported", "AlreadyKnown" },
        { Send, "anvil", -32003, "replacement transaction underpriced", "NonceWaits" },
        { Send, "anvil", -32003, "nonce too low", "NonceTaken" },
        { Send, "OpenEthereum", -32010,
            "Transaction gas price is too low. There is another transaction with same nonce in the queue. Try increasing the gas price or "
            + "incrementing the nonce.", "NonceWaits" },
        { Send, "OpenEthereum", -32010,
            "Transaction gas price supplied is too low. It does not satisfy your node's minimal gas price (minimal: 1 got: 0). Try "
            + "increasing the gas price.", "FeeTooLow" },
        { Send, "OpenEthereum", -32010, "Transaction with the same hash was already imported.", "AlreadyKnown" },
        { Send, "OpenEthereum", -32010, "Transaction nonce is too low. Try incrementing the nonce.", "NonceTaken" },
        { Send, "zkSync", -32000, "nonce too low. allowed nonce range: 5 - 25, actual: 4", "NonceTaken" },
        { Send, "zkSync", -32000, "known transaction. transaction with hash 0xab is already in the system", "AlreadyKnown" },
        { Send, "zkSync", -32000, "max fee per gas less than block base fee", "FeeTooLow" },
        { Send, "Arbitrum", -32000, "max fee per gas less than block base fee: address 0x70, maxFeePerGas: 1 baseFee: 7", "FeeTooLow" },
        { Send, "Optimism", -32000, "transaction underpriced", "FeeTooLow" },
        { Send, "Polygon", -32000, "transaction gas price below minimum: gas tip cap 1, minimum needed 25000000000", "FeeTooLow" },
        { Send, "Polygon", -32000, "INTERNAL_ERROR: could not replace existing tx", "NonceWaits" },
        { Send, "BSC", -32000, "transaction underpriced: gas tip cap 0, minimum needed 100000000", "FeeTooLow" },
        { Send, "Celo", -32000, "gasprice is less than gas price minimum floor", "FeeTooLow" },
        { Send, "Moonbeam", -32603, "submit transaction to pool failed: Pool(TooLowPriority { old: 5, new: 4 })", "NonceWaits" },
        { Send, "Moonbeam", -32603, "submit transaction to pool failed: Pool(AlreadyImported(..))", "AlreadyKnown" },
        { Send, "Moonbeam", -32603, "gas price less than block base fee", "FeeTooLow" },
        { Send, "Filecoin", -32603, "message nonce too low: minimum expected nonce is 5", "NonceTaken" },
        { Send, "Filecoin", -32603,
            "message from f1ab with nonce 5 already in mpool, increase GasPremium to 125 from 100 to trigger replace by fee",
            "NonceWaits" },
        { Send, "an old node", -32000, "unknown transaction type", "Final" },
        { Send, "an account that is watched", -32000, "execution reverted", "Final" },

        // Too much at once, and too often.
        { Logs, "Infura", -32005, "query returned more than 10000 results", "TooMuch" },
        { Logs, "Alchemy", -32602,
            "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range and no limit on the response size.",
            "TooMuch" },
        { Logs, "QuickNode", -32614, "eth_getLogs is limited to a 10,000 range", "TooMuch" },
        { Logs, "a provider with a clock", -32000, "query timeout exceeded", "TooMuch" },
        { Logs, "BSC", -32005, "limit exceeded", "TooMuch" },
        { Logs, "Ankr", -32600, "block range is too wide", "TooMuch" },
        { Logs, "Avalanche", -32000, "requested too many blocks from 0 to 5000, maximum is set to 2048", "TooMuch" },
        { Logs, "zkSync", -32602, "Query returned more than 10000 results. Try with this block range [0x1, 0x2].", "TooMuch" },
        { Logs, "go-ethereum", -32000, "query execution deadline exceeded", "TooMuch" },
        { Logs, "Avalanche, late", -32000, "requested to block 5 after last accepted block 4", "Busy" },
        { Logs, "Alchemy, late", -32602, "block range extends beyond current head block", "Busy" },
        { Logs, "Infura", -32005, "daily request count exceeded, request rate limited", "Busy" },
        { Logs, "a provider with keys", -32000, "unauthorized: invalid api key", "Final" },
        { Call, "Infura", -32005, "daily request count exceeded, request rate limited", "Busy" },
        { Call, "Infura", -32005, "project ID request rate exceeded", "Busy" },
        { Call, "Alchemy", 429, "Your app has exceeded its compute units per second capacity.", "Busy" },
        { Call, "dRPC", -32097, "limit", "Busy" },
        { Call, "Base", -32016, "over rate limit", "Busy" },
        { Call, "a balancer", -32000, "header not found", "Busy" },
        { Call, "anybody", -32601, "the method eth_foo does not exist", "Final" },
        { Call, "anybody", -32602, "invalid argument 0: json: cannot unmarshal", "Final" },
        { Call, "dRPC", 31, "Batch of more than 3 requests are not allowed on free tier", "NoBatches" },

        // A contract's own words are no words of the node.
        { Call, "go-ethereum", 3, "execution reverted: rate limit exceeded", "Reverted" },
        { Call, "Nethermind", -32015, "VM execution error.", "Reverted" },
        { Call, "Hardhat", -32603, "Error: VM Exception while processing transaction: reverted with custom error 'TooMuch(101, 100)'",
            "Reverted" },
        { Call, "an old go-ethereum", -32000, "gas required exceeds allowance (30000000) or always failing transaction", "Reverted" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void Every_providers_words_are_understood(string method, string provider, int code, string text, string meaning)
    {
        new RpcException(method, code, text).Meaning.ToString().ShouldBe(meaning, provider);
    }
}
