namespace DataBright.Market.Owed;

/// <summary>What came of one transaction of a collection, or would come of it.</summary>
/// <param name="Paid">What the account got by it, as the money logged it.</param>
/// <param name="GasUsed">Gas that it used, or would use; null where nobody can tell before.</param>
/// <param name="Transaction">Where it is on the chain; null where it is not.</param>
/// <param name="Failure">Why it was not done; null where it was.</param>
public sealed record OwedPayment(OwedStep Step, Money Paid, ulong? GasUsed, Hash32? Transaction, string? Failure);
