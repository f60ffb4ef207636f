namespace DataBright.Market;

/// <summary>The number of a thing on the ledger.</summary>
public interface ILedgerId
{
    ulong Value { get; }
}

/// <summary>What the ids have in common. They stay types of their own so that one cannot be passed for another.</summary>
public interface ILedgerId<TSelf> : ILedgerId where TSelf : struct, ILedgerId<TSelf>
{
    static abstract string Noun { get; }

    static abstract TSelf From(ulong value);
}
