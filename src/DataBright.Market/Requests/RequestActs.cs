using DataBright.Ethereum;
using DataBright.Market.Proposals;
using Contract = DataBright.Market.Generated.Requests;

namespace DataBright.Market.Requests;

/// <summary>What is done about requests for data, each act as a value.</summary>
public sealed class RequestActs
{
    private readonly MarketAddresses _market;

    internal RequestActs(MarketAddresses market) => _market = market;

    private Address At => _market.Requests;

    /// <summary>Asks for data, and puts the initiator's sponsorship into the pot.</summary>
    public LedgerAct<RequestId> Open(RequestAsk ask) => new(
        Contract.Open(At, new Contract.Ask(
            ask.Description.ToHash32(), ask.Schema.ToHash32(), checked((uint)(ask.Association?.Value ?? 0)), ask.RewardPerPoint.Units,
            (ulong)ask.Deadline.ToUnixTimeSeconds(), ask.Sponsorship.Units)),
        receipt => new RequestId((ulong)receipt.Event(At, Contract.Events.RequestOpened.Matches,
            Contract.Events.RequestOpened.Decode).RequestId))
    { Takes = Of(ask.Sponsorship) };

    /// <summary>Adds to the pot.</summary>
    public LedgerAct Sponsor(RequestId request, Money amount) => new(Contract.Sponsor(At, request, amount.Units)) { Takes = Of(amount) };

    /// <summary>Votes on whether a request is listed.</summary>
    public LedgerAct Vote(RequestId request, Choice choice, string? reason) =>
        new(Contract.Vote(At, request, (Generated.Proposals.Choice)choice, reason ?? ""));

    /// <summary>Ends the vote after its deadline.</summary>
    public LedgerAct<RequestState> Decide(RequestId request) => new(Contract.Decide(At, request), receipt =>
        (RequestState)receipt.Event(At, Contract.Events.RequestDecided.Matches, Contract.Events.RequestDecided.Decode).State);

    /// <summary>Points to a dataset of the schema asked for.</summary>
    public LedgerAct Answer(RequestId request, DatasetId dataset, string? note) =>
        new(Contract.Answer(At, request, dataset, note ?? ""));

    /// <summary>Chooses the dataset that collects the answers, by the initiator.</summary>
    public LedgerAct Adopt(RequestId request, DatasetId dataset) => new(Contract.Adopt(At, request, dataset));

    /// <summary>Pays the contributor of an accepted shard: less than in full where the pot runs out.</summary>
    public LedgerAct<Money> PayReward(RequestId request, Hash32 shard) => new(Contract.PayReward(At, request, shard), receipt =>
        (Money)receipt.Event(At, Contract.Events.RewardPaid.Matches, Contract.Events.RewardPaid.Decode).Amount);

    /// <summary>Ends a request some days after its deadline.</summary>
    public LedgerAct Close(RequestId request) => new(Contract.Close(At, request));

    /// <summary>Pays a sponsor its part of what is left.</summary>
    public LedgerAct<Money> Refund(RequestId request, Address sponsor) => new(Contract.RefundFor(At, request, sponsor), receipt =>
        (Money)receipt.Event(At, Contract.Events.SponsorRefunded.Matches, Contract.Events.SponsorRefunded.Decode).Amount);

    private MoneyApproval? Of(Money sum) => MoneyApproval.Of(_market.Money, At, sum);
}
