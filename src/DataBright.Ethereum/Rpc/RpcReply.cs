using System.Text.Json;

namespace DataBright.Ethereum;

/// <summary>The answer to one call of a batch: a result or an error.</summary>
public sealed class RpcReply
{
    private readonly JsonElement _result;

    internal RpcReply(JsonElement result) => _result = result;

    internal RpcReply(RpcException error) => Error = error;

    /// <summary>Why the chain refused the call; null where it has a result.</summary>
    public RpcException? Error { get; }

    /// <summary>The result, which may be JSON's null.</summary>
    /// <exception cref="RpcException">The chain refused the call.</exception>
    public JsonElement Result => Error is null ? _result : throw Error;
}
