using DataBright.Ethereum;

namespace DataBright.Market.Movements;

/// <summary>Why a contract of the market took or paid tokens, from the event that it logged just before: state, event, transfer is the order in all of them.</summary>
internal static class MovementReason
{
    /// <param name="logs">Those of the transaction, in order.</param>
    /// <param name="transfer">The movement's own.</param>
    /// <param name="contract">Whose event is looked for.</param>
    /// <param name="at">Where the contracts are; any other is a share token.</param>
    public static (MovementKind Kind, string? Source) Of(IReadOnlyList<Log> logs, Log transfer, Address contract, MarketAddresses at)
    {
        foreach (var log in logs.Where(log => log.Address == contract && log.Index < transfer.Index).Reverse())
            if (Find(log, at) is { } reason)
                return reason;
        return (MovementKind.Transfer, null);
    }

    private static (MovementKind, string?)? Find(Log log, MarketAddresses at)
    {
        try
        {
            return log.Address == at.Proposals ? OfProposals(Generated.Proposals.Events.Find(log))
                : log.Address == at.Jobs ? OfJobs(Generated.Jobs.Events.Find(log))
                : log.Address == at.Workers ? OfWorkers(Generated.Workers.Events.Find(log))
                : log.Address == at.Requests ? OfRequests(Generated.Requests.Events.Find(log))
                : log.Address == at.Predictions ? OfPredictions(Generated.Predictions.Events.Find(log))
                : log.Address == at.Usage ? OfUsage(Generated.Usage.Events.Find(log))
                : log.Address == at.Datasets ? OfDatasets(Generated.Datasets.Events.Find(log))
                : OfShares(Generated.Shares.Events.Find(log));
        }
        catch (AbiException)
        {
            return null;
        }
    }

    private static (MovementKind, string?)? OfProposals(IContractEvent? @event) => @event switch
    {
        Generated.Proposals.Events.Proposed e => (MovementKind.Bond, $"proposal {e.ProposalId}"),
        Generated.Proposals.Events.DelistingProposed e => (MovementKind.Bond, $"proposal {e.ProposalId}"),
        Generated.Proposals.Events.BondWithdrawn e => (MovementKind.Bond, $"proposal {e.ProposalId}"),
        _ => null,
    };

    private static (MovementKind, string?)? OfJobs(IContractEvent? @event) => @event switch
    {
        Generated.Jobs.Events.JobCreated e => (MovementKind.Order, $"job {e.JobId}"),
        Generated.Jobs.Events.Withdrawn => (MovementKind.JobCredit, "jobs"),
        _ => null,
    };

    private static (MovementKind, string?)? OfWorkers(IContractEvent? @event) => @event switch
    {
        Generated.Workers.Events.WorkerRegistered or Generated.Workers.Events.StakeAdded or Generated.Workers.Events.StakeWithdrawn => (MovementKind.Stake, "worker"),
        _ => null,
    };

    private static (MovementKind, string?)? OfRequests(IContractEvent? @event) => @event switch
    {
        Generated.Requests.Events.RequestSponsored e => (MovementKind.Sponsorship, $"request {e.RequestId}"),
        Generated.Requests.Events.SponsorRefunded e => (MovementKind.Sponsorship, $"request {e.RequestId}"),
        Generated.Requests.Events.RewardPaid e => (MovementKind.Reward, $"request {e.RequestId}"),
        _ => null,
    };

    private static (MovementKind, string?)? OfPredictions(IContractEvent? @event) => @event switch
    {
        Generated.Predictions.Events.ChannelOpened e => (MovementKind.Deposit, $"channel {e.ChannelId}"),
        Generated.Predictions.Events.ChannelToppedUp e => (MovementKind.Deposit, $"channel {e.ChannelId}"),
        Generated.Predictions.Events.CreditWithdrawn => (MovementKind.PredictionCredit, "predictions"),
        _ => null,
    };

    private static (MovementKind, string?)? OfUsage(IContractEvent? @event) => @event switch
    {
        Generated.Usage.Events.UsagePosted e => (MovementKind.UsageBond, $"job {e.JobId}"),
        Generated.Usage.Events.UsageChallenged e => (MovementKind.UsageBond, $"job {e.JobId}"),
        Generated.Usage.Events.UsageClaimed e => (MovementKind.UsageDividend, $"job {e.JobId}"),
        Generated.Usage.Events.CreditWithdrawn => (MovementKind.UsageCredit, "usage"),
        _ => null,
    };

    private static (MovementKind, string?)? OfDatasets(IContractEvent? @event) => @event switch
    {
        Generated.Datasets.Events.ShardListed e => (MovementKind.Minted, e.ProposalId.IsZero ? $"dataset {e.DatasetId}" : $"proposal {e.ProposalId}"),
        _ => null,
    };

    private static (MovementKind, string?)? OfShares(IContractEvent? @event) => @event switch
    {
        Generated.Shares.Events.DividendDeposited or Generated.Shares.Events.DividendClaimed => (MovementKind.Dividend, null),
        _ => null,
    };
}
