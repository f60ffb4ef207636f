using DataBright.Ethereum;

namespace DataBright.Market.Requests;

public enum RequestState
{
    /// <summary>An association votes on whether it is listed.</summary>
    Voting = 1,

    /// <summary>It can be answered.</summary>
    Listed,

    /// <summary>The association did not want it; sponsors get their money back.</summary>
    Refused,

    /// <summary>It is over; sponsors get back what is left.</summary>
    Closed,
}

/// <summary>Data that somebody wants.</summary>
/// <param name="Description">Digest of what it is about: purpose, licence, what counts as good data.</param>
/// <param name="Schema">What a data point must look like.</param>
/// <param name="Association">The dataset whose shareholders must vote it onto the list; null lists it at once.</param>
/// <param name="RewardPerPoint">For each data point that is accepted.</param>
/// <param name="Deadline">The last second for sponsors.</param>
/// <param name="Sponsorship">What the initiator puts into the pot.</param>
public sealed record RequestAsk(
    Digest Description, Digest Schema, DatasetId? Association, Money RewardPerPoint, DateTimeOffset Deadline, Money Sponsorship);

/// <summary>A request as the ledger has it.</summary>
/// <param name="Dataset">The dataset that collects the answers; null until the initiator adopted one.</param>
/// <param name="Pot">All that sponsors put in.</param>
/// <param name="Paid">What contributors were paid of it.</param>
public sealed record DataRequest(
    RequestId Id, RequestState State, Address Initiator, Digest Schema, Money RewardPerPoint, DateTimeOffset Deadline,
    DatasetId? Dataset, Money Pot,
    Money Paid);
