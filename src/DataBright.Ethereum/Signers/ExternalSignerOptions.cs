namespace DataBright.Ethereum;

/// <summary>How a signer elsewhere is waited for.</summary>
public sealed record ExternalSignerOptions
{
    /// <summary>How long a person may take to approve one thing.</summary>
    public TimeSpan ApprovalTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a transaction that the signer named may be unknown to the chain.</summary>
    public TimeSpan AppearWithin { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Pauses while a receipt is waited for.</summary>
    public SendingOptions Sending { get; init; } = new();

    /// <summary>Told whenever the signer is about to be asked for something that a person may have to approve.</summary>
    public Action<string>? Asking { get; init; }
}
