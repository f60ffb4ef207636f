namespace DataBright.Ethereum;

/// <summary>What a transaction offers for its gas, in wei per gas (EIP-1559).</summary>
/// <param name="Max">The most that is paid, base fee and tip together.</param>
/// <param name="Tip">The most that goes to the block's maker.</param>
public readonly record struct Fees(Uint256 Max, Uint256 Tip)
{
    /// <summary>
    /// Twice the next block's base fee and a tip: enough for six full blocks in a row, as the base fee grows by an
    /// eighth at most from block to block.
    /// </summary>
    public static Fees For(Uint256 baseFee, Uint256 tip) => new(baseFee + baseFee + tip, tip);

    /// <summary>
    /// The larger of <paramref name="current"/> and an eighth more than these; nodes replace a waiting transaction
    /// only for at least a tenth more of both.
    /// </summary>
    public Fees Bumped(Fees current) => new(Larger(Bump(Max), current.Max), Larger(Bump(Tip), current.Tip));

    /// <summary>
    /// Both raised <paramref name="times"/> times and at least to what a node would tip and to <paramref name="current"/>, after a node
    /// found them too low.
    /// </summary>
    public Fees Raised(ulong times, Uint256 tip, Fees current)
    {
        var raised = Larger(Larger(Tip * times, tip), current.Tip);
        return new(Larger(Larger(Max * times, Max + raised), current.Max), raised);
    }

    /// <summary>A little more at most, the tip as it was.</summary>
    internal Fees Plus(uint wei) => this with { Max = Max + wei };

    /// <summary>No more than <paramref name="most"/> per gas.</summary>
    public Fees AtMost(Uint256 most) => new(Max > most ? most : Max, Tip > most ? most : Tip);

    private static Uint256 Bump(Uint256 fee) => fee + fee / 8 + 1;

    private static Uint256 Larger(Uint256 left, Uint256 right) => left > right ? left : right;
}
