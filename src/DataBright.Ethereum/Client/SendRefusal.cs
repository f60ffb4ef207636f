namespace DataBright.Ethereum;

/// <summary>Why a node did not take a signed transaction, as far as it matters for what to do next.</summary>
internal enum SendRefusal
{
    /// <summary>It has it already, which is as good as taking it.</summary>
    AlreadyKnown,

    /// <summary>Another transaction of the account with this nonce is in the chain.</summary>
    NonceTaken,

    /// <summary>Another one with this nonce waits, and this one does not offer enough to replace it.</summary>
    NonceWaits,

    /// <summary>It offers less than the base fee.</summary>
    FeeTooLow,

    /// <summary>Anything that another attempt would not change.</summary>
    Final,
}

/// <summary>
/// Reads the messages of nodes. There are no standard codes for these, only texts: those of Anvil, go-ethereum, reth,
/// Nethermind, Erigon and Besu are covered.
/// </summary>
internal static class SendRefusals
{
    private static readonly (string Text, SendRefusal Refusal)[] Texts =
    [
        ("already known", SendRefusal.AlreadyKnown),
        ("already imported", SendRefusal.AlreadyKnown),
        ("alreadyknown", SendRefusal.AlreadyKnown),
        ("known transaction", SendRefusal.AlreadyKnown),
        ("already exists", SendRefusal.AlreadyKnown),
        ("underpriced", SendRefusal.NonceWaits),
        ("replacementnotallowed", SendRefusal.NonceWaits),
        ("nonce too low", SendRefusal.NonceTaken),
        ("nonce is too low", SendRefusal.NonceTaken),
        ("oldnonce", SendRefusal.NonceTaken),
        ("less than block base fee", SendRefusal.FeeTooLow),
        ("max fee per gas", SendRefusal.FeeTooLow),
        ("feetoolow", SendRefusal.FeeTooLow),
    ];

    public static SendRefusal Classify(RpcException refusal)
    {
        foreach (var (text, kind) in Texts)
            if (refusal.Text.Contains(text, StringComparison.OrdinalIgnoreCase))
                return kind;
        return SendRefusal.Final;
    }
}
