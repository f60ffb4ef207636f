namespace DataBright.Market.Usage;

/// <summary>What the use of somebody's points earned in a job and was not paid yet.</summary>
/// <param name="Amount">Null where the evidence is not to be had, or does not lead to the root on the ledger: it may be nothing.</param>
/// <param name="Proof">Leads to the root; empty where the amount is not known.</param>
public sealed record UsageClaim(UsagePosting Posting, Money? Amount, IReadOnlyList<Hash32> Proof);
