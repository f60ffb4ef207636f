using DataBright.Market;
using DataBright.Market.Usage;

namespace DataBright.Node.Usage;

/// <summary>What the use of somebody's points earned in a job, and was not paid out yet.</summary>
/// <param name="Until">The end of the window for a challenge, or for the ruling on one.</param>
/// <param name="Claimable">Nobody can challenge it any more.</param>
public sealed record PortfolioUsage(JobId Job, DatasetId Dataset, string DatasetName, Money Amount, UsageState State, DateTimeOffset Until,
    bool Claimable);
