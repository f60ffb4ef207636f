namespace DataBright.Ethereum;

/// <summary>What a node's error comes to, as far as it matters for what to do next.</summary>
internal enum RpcMeaning
{
    /// <summary>Anything that another attempt would not change.</summary>
    Final,

    /// <summary>A contract refused.</summary>
    Reverted,

    /// <summary>Too often or too early: the same question may be answered later.</summary>
    Busy,

    /// <summary>The answer would be too long: fewer blocks may do.</summary>
    TooMuch,

    /// <summary>Several questions in one request are not taken, or not that many.</summary>
    NoBatches,

    /// <summary>The node has the transaction already, which is as good as taking it.</summary>
    AlreadyKnown,

    /// <summary>Another transaction of the account with this nonce is in the chain, or the nonce is no longer the next.</summary>
    NonceTaken,

    /// <summary>Another one with this nonce waits, and this one does not offer enough to replace it.</summary>
    NonceWaits,

    /// <summary>It offers less than the node or the next block asks.</summary>
    FeeTooLow,
}

/// <summary>
/// The one table of nodes' and providers' errors. There are few standard codes, mostly texts: those of Anvil, go-ethereum, Erigon,
/// Nethermind, Besu, Reth, OpenEthereum, and of the chains and providers that write their own. A text is compared by its letters and digits
/// alone, so that
/// <c>FeeTooLow</c> and "fee too low" are one; "…" stands for anything in between. The first row that fits counts.
/// </summary>
internal static class RpcWords
{
    private const string Any = "";
    private const string Run = "run";
    private const string Logs = "logs";
    private const string Send = "send";

    private static readonly Row[] Table =
    [
        // A contract's own words may say anything, so they are known first.
        new(Run, RpcMeaning.Reverted, RpcException.Reverted),
        new(Run, RpcMeaning.Reverted, RpcException.ExecutionError),
        new(Run, RpcMeaning.Reverted, "revert", "vm execution error", "vm exception", "always failing transaction",
            "transaction execution fails"),

        // "unknown transaction" has "known transaction" in it; and no fee helps where the two fees contradict each other or a cap.
        new(Send, RpcMeaning.Final, "unknown transaction", "priority fee per gas higher", "exceeds max fee per gas", "tip above fee cap",
            "greater than max fee per gas", "exceeds the configured cap", "intrinsic gas too low", "insufficient funds",
            "insufficient balance"),
        // One that waits may be said to be there already, in the same breath.
        new(Send, RpcMeaning.NonceWaits, "replacement", "could not replace existing", "too low to replace", "too low priority",
            "toolowpriority",
            "replace by fee has too low", "same nonce in the queue", "tries to replace pending", "another transaction with same nonce",
            "increase gas premium"),
        new(Send, RpcMeaning.AlreadyKnown, "already known", "already imported", "known transaction", "already exists",
            "already in the system",
            "already in mempool", "already in mpool", "already in the mempool", "already in pool", "already in the pool",
            "already in cache",
            "existing tx with same hash", "duplicate transaction", "same hash was already"),
        new(Send, RpcMeaning.NonceTaken, "nonce too low", "nonce is too low", "nonce…too low", "old nonce", "invalid nonce",
            "nonce too high",
            "nonce is too high", "invalid transaction stale", "minimum expected nonce", "nonce has already been used",
            "incorrect account sequence"),
        new(Send, RpcMeaning.FeeTooLow, "underpriced", "fee too low", "less than block base fee", "less than the current base fee",
            "gas price below",
            "gas price is below", "gas price less than", "gas price is less than", "gas price too low", "gas price is too low",
            "gas price supplied is too low",
            "gas price…minimal", "max fee per gas…too low", "max fee per gas…less than", "max fee per gas…below", "max fee per gas…lower",
            "priority fee…below",
            "priority fee…too low", "priority fee…less than", "tip cap…minimum", "tip cap…too low", "fee cap…too low", "fee cap…less than",
            "fee cap…lower",
            "base fee exceeds", "insufficient fee", "insufficient gas price", "unprofitable", "fee below", "increasing the fee",
            "increasing the gas price",
            "below minimum", "sub pool overflow", "effective gas price"),
        new(Send, RpcMeaning.FeeTooLow, -32009),

        new(Any, RpcMeaning.NoBatches, "batch"),
        new(Any, RpcMeaning.Busy, "rate limit", "rate exceeded", "too many requests", "requests per second", "request limit",
            "requests limit", "request count",
            "compute units", "throughput", "throttl", "slow down", "quota", "capacity", "again later", "retry later", "try again in",
            "overloaded", "busy",
            "temporarily unavailable", "service unavailable", "pool is full", "pool full", "daily limit", "monthly limit", "usage limit",
            "cooldown"),
        new(Any, RpcMeaning.Busy, 429),
        new(Any, RpcMeaning.Busy, -32097),
        new(Any, RpcMeaning.Busy, -32016),

        // What is refused for good whatever the range is.
        new(Logs, RpcMeaning.Final, "unauthorized", "api key", "forbidden", "method not found", "not supported", "pruned"),
        new(Logs, RpcMeaning.Busy, "beyond current head", "beyond the head", "in the future", "greater than latest",
            "after last accepted block"),
        new(Logs, RpcMeaning.TooMuch, RpcException.LimitExceeded),
        new(Logs, RpcMeaning.TooMuch, "range", "more than", "too many", "limit", "too large", "too big", "too wide", "too long", "timeout",
            "timed out",
            "exceed", "response size", "max results", "maximum", "up to", "distance", "narrow", "smaller", "deadline", "too much", "cancel",
            "out of memory", "memory"),
        new(Any, RpcMeaning.Busy, RpcException.LimitExceeded),
        new(Any, RpcMeaning.Busy, "timeout", "timed out", "deadline exceeded", "header not found", "unknown block", "upstream",
            "bad gateway", "connection reset"),
    ];

    /// <summary>What an error means that a method was answered with.</summary>
    public static RpcMeaning Of(string method, int code, string text)
    {
        var (kind, said) = (KindOf(method), Bare(text));
        foreach (var row in Table)
            if ((row.Asked == Any || row.Asked == kind) && row.Fits(code, said))
                return row.Meaning;
        return RpcMeaning.Final;
    }

    private static string KindOf(string method) => method switch
    {
        "eth_call" or "eth_estimateGas" => Run,
        "eth_getLogs" => Logs,
        "eth_sendRawTransaction" or "eth_sendTransaction" => Send,
        _ => method,
    };

    private static string Bare(string text) => string.Concat(text.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    private sealed class Row
    {
        private readonly int? _code;
        private readonly string[][] _words = [];

        public Row(string asked, RpcMeaning meaning, int code) => (Asked, Meaning, _code) = (asked, meaning, code);

        public Row(string asked, RpcMeaning meaning, params string[] words) =>
            (Asked, Meaning, _words) = (asked, meaning, [.. words.Select(word => word.Split('…').Select(Bare).ToArray())]);

        public string Asked { get; }

        public RpcMeaning Meaning { get; }

        public bool Fits(int code, string said) => code == _code || _words.Any(parts => Has(said, parts));

        private static bool Has(string said, string[] parts)
        {
            var at = 0;
            foreach (var part in parts)
            {
                var found = said.IndexOf(part, at, StringComparison.Ordinal);
                if (found < 0)
                    return false;
                at = found + part.Length;
            }
            return true;
        }
    }
}
