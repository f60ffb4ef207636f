using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>What a new market is set up with.</summary>
public sealed record MarketTerms
{
    /// <summary>The ERC-20 that everything is paid in; null deploys a test dollar that the deployer can mint.</summary>
    public Address? Money { get; init; }

    /// <summary>Who registers schedulers and referees; null is the deployer. It can touch nobody's money.</summary>
    public Address? Administrator { get; init; }

    /// <summary>The least a worker puts up.</summary>
    public Money MinimumStake { get; init; } = Market.Money.Dollars(100);

    /// <summary>How long a leaving worker's stake can still be taken. At most a year.</summary>
    public TimeSpan CoolDown { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Put up by whoever posts a usage dividend and by whoever challenges it; not nothing.</summary>
    public Money UsageBond { get; init; } = Market.Money.Dollars(50);

    /// <summary>
    /// How long a usage dividend can be challenged, and how long the job's own referee has to rule before others may. At most 90 days.
    /// </summary>
    public TimeSpan UsageWindow { get; init; } = TimeSpan.FromDays(3);

    /// <summary>
    /// How long a worker can still settle after the buyer of a prediction channel asked for its money back. At most 90 days.
    /// </summary>
    public TimeSpan ChallengePeriod { get; init; } = TimeSpan.FromDays(1);
}
