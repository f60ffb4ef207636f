namespace DataBright.Ethereum;

/// <summary>The chain understood a call and answered it with an error (JSON-RPC 2.0, section 5.1).</summary>
/// <param name="method">The method that was called.</param>
/// <param name="code">The error's code; 3 stands for a reverted execution.</param>
/// <param name="text">The error's message, as the chain wrote it.</param>
/// <param name="data">The error's data when it is hexadecimal, which revert data is; otherwise null.</param>
public sealed class RpcException(string method, int code, string text, byte[]? data = null)
    : ChainCallException($"{method} was refused: {text} (code {code}).")
{
    /// <summary>The code of a reverted execution in go-ethereum and those that follow it.</summary>
    public const int Reverted = 3;

    /// <summary>The code of a failed execution in Nethermind and what came from Parity.</summary>
    public const int ExecutionError = -32015;

    /// <summary>The code of a method that the chain does not have.</summary>
    public const int MethodNotFound = -32601;

    /// <summary>The code of a caller that asks too much or too often (EIP-1474).</summary>
    public const int LimitExceeded = -32005;

    /// <summary>The method that was called.</summary>
    public string Method => method;

    /// <summary>The error's code.</summary>
    public int Code => code;

    /// <summary>The error's message, as the chain wrote it.</summary>
    public string Text => text;

    /// <summary>The error's data when it is hexadecimal, which revert data is; otherwise null.</summary>
    public ReadOnlyMemory<byte>? ErrorData => data;

    /// <summary>
    /// Whether a contract reverted. Some nodes use other codes than 3, but their message says so.
    /// </summary>
    public bool IsRevert =>
        code == Reverted || (method is "eth_call" or "eth_estimateGas" && data is { Length: > 0 } && data.Length % 32 == Selector.Size)
            || Meaning == RpcMeaning.Reverted || text.Contains("revert", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the account has too little ether for the transaction and its gas.</summary>
    public bool IsPoor => text.Contains("insufficient funds", StringComparison.OrdinalIgnoreCase)
        || text.Contains("insufficient balance", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool IsTransient => Meaning == RpcMeaning.Busy;

    /// <summary>What it comes to, by the table of nodes' words.</summary>
    internal RpcMeaning Meaning { get; } = RpcWords.Of(method, code, text);

    /// <summary>Whether it was answered to a whole batch, by a node that named none of its calls.</summary>
    internal bool IsOfWhole { get; init; }

    /// <summary>Whether the same call was sent before and its answer lost: what it would have done may have been done.</summary>
    internal bool FollowsLostAnswer { get; set; }
}
