namespace DataBright.Ethereum;

/// <summary>Ways in which no proper answer comes from a chain's URL.</summary>
public enum ChainFault
{
    /// <summary>Nothing listens there, or the connection broke.</summary>
    Unreachable,

    /// <summary>Nothing was answered in time.</summary>
    TimedOut,

    /// <summary>The server is overloaded or asks to come back later.</summary>
    Busy,

    /// <summary>The server refuses: an HTTP status that another attempt would not change.</summary>
    Refused,

    /// <summary>The answer is no JSON-RPC, such as a web page.</summary>
    NotJsonRpc,

    /// <summary>The answer ends in the middle.</summary>
    Truncated,

    /// <summary>The answer has more bytes than are allowed.</summary>
    TooLarge,

    /// <summary>The answer is to another question.</summary>
    WrongId,

    /// <summary>The answer has a value of the wrong form.</summary>
    Malformed,

    /// <summary>A block that the node named does not come: what answers lags behind.</summary>
    Behind,

    /// <summary>The chain asks higher fees than the signer may offer.</summary>
    TooDear,

    /// <summary>Another chain answers than the one that is expected.</summary>
    WrongChain,
}
