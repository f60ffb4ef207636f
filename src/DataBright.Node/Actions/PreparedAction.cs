using System.Text.Json.Nodes;
using DataBright.Ethereum;

namespace DataBright.Node.Actions;

/// <summary>One transaction, with words that a person can hold against what the wallet shows.</summary>
internal sealed record Step(string Says, ContractCall Call)
{
    /// <summary>A later one is of no use without it, and says what is wrong if it was not done: its own refusal tells nothing.</summary>
    public bool Prepares { get; init; }
}

/// <summary>What somebody wants done, made ready to be signed: transactions in their order, or a message that costs nothing.</summary>
/// <param name="Says">What will have happened then.</param>
internal sealed record PreparedAction(string Says, IReadOnlyList<Step> Steps, Message? Message = null)
{
    /// <summary>One transaction that is refused does not stop the ones after it.</summary>
    public bool EachForItself { get; init; }
}

/// <summary>A statement that is signed and given to this node.</summary>
/// <param name="TypedData">What a wallet shows and signs (EIP-712).</param>
/// <param name="To">Where a wallet's page sends the signature.</param>
/// <param name="Body">What goes there, but for its <c>signature</c>.</param>
/// <param name="SignAsync">Signs with a key of this node and takes it.</param>
internal sealed record Message(string Says, JsonObject TypedData, string To, JsonObject Body,
    Func<EthereumKey, CancellationToken, Task<Carried?>> SignAsync);

/// <summary>The transaction that carried a statement to the ledger.</summary>
internal sealed record Carried(Hash32 Transaction, ulong Block);
