namespace DataBright.Market.Movements;

/// <summary>What moves: the market's dollar, or the shares of a dataset.</summary>
/// <param name="Shares">The dataset; null for dollars.</param>
public readonly record struct Token(DatasetId? Shares)
{
    public static Token Dollar => default;

    /// <summary>An amount of its smallest units, in words of whole ones.</summary>
    public string Write(UInt128 units) => Shares is null ? new Money(units).ToString() : new ShareAmount(units).ToString();

    public override string ToString() => Shares is { } dataset ? $"shares of dataset {dataset}" : "dollars";
}
