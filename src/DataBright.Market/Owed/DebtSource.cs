namespace DataBright.Market.Owed;

/// <summary>Where a debt comes from: one thing of the market, or all of a kind together.</summary>
/// <param name="Noun">The market's word for it: <c>job</c>, <c>dataset</c>, <c>proposal</c>.</param>
/// <param name="Number">Which one; null where all of them owe together.</param>
public readonly record struct DebtSource(string Noun, ulong? Number)
{
    public static DebtSource Of<TId>(TId id) where TId : struct, ILedgerId<TId> => new(TId.Noun, id.Value);

    public override string ToString() => Number is { } number ? $"{Noun} {number}" : Noun;
}
