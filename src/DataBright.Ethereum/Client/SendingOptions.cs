namespace DataBright.Ethereum;

/// <summary>How patiently and how generously transactions are sent.</summary>
public sealed record SendingOptions
{
    /// <summary>Pause before a receipt is asked for the second time; it grows by half each time.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>The pause that no other exceeds. A chain that makes a block every few seconds needs no shorter one.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Time without a receipt after which the transaction is broadcast again and gaps before it are looked for; doubles each time.
    /// </summary>
    public TimeSpan CheckAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time without a receipt after which the same transaction is offered for higher fees, again and again.</summary>
    public TimeSpan BumpAfter { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Time after which waiting ends with a <see cref="TransactionPendingException"/>.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The age at which fees are asked for anew.</summary>
    public TimeSpan FeesLast { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Wei per gas that are offered at most, whatever a node asks: 2,000 gwei.</summary>
    public Uint256 MaxPerGas { get; init; } = 2_000_000_000_000UL;

    /// <summary>Percent of gas added to an estimate, as the state may change before the transaction is executed.</summary>
    public int GasMargin { get; init; } = 25;
}
