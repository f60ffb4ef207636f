using DataBright.Ethereum;
using DataBright.Market.Proposals;
using Contract = DataBright.Market.Generated.Requests;

namespace DataBright.Market.Requests;

/// <summary>Requests for data on the ledger.</summary>
public sealed class RequestLedger
{
    private readonly Ledger _ledger;

    internal RequestLedger(Ledger ledger)
    {
        _ledger = ledger;
        Acts = new RequestActs(ledger.Addresses);
    }

    /// <summary>What is done about requests, as values for whoever does it.</summary>
    public RequestActs Acts { get; }

    private Address At => _ledger.Addresses.Requests;

    /// <summary>Asks for data; the initiator puts its sponsorship into the pot.</summary>
    /// <exception cref="RuleBrokenException">There is no reward or schema, or the deadline leaves no time.</exception>
    public Task<RequestId> OpenAsync(RequestAsk ask, Signer initiator, CancellationToken stop) =>
        initiator.SendAsync(Acts.Open(ask), stop);

    /// <summary>Adds to the pot; others than the initiator can once a dataset is adopted.</summary>
    public Task SponsorAsync(RequestId request, Money amount, Signer sponsor, CancellationToken stop) =>
        sponsor.SendAsync(Acts.Sponsor(request, amount), stop);

    /// <summary>A shareholder of the association votes on whether a request is listed.</summary>
    public Task VoteAsync(RequestId request, Choice choice, string? reason, Signer voter, CancellationToken stop) =>
        voter.SendAsync(Acts.Vote(request, choice, reason), stop);

    /// <summary>Ends the vote after its deadline; anyone may send it.</summary>
    public Task<RequestState> DecideAsync(RequestId request, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.Decide(request), stop);

    /// <summary>Points to a dataset of the schema asked for.</summary>
    public Task AnswerAsync(RequestId request, DatasetId dataset, string? note, Signer by, CancellationToken stop) =>
        by.SendAsync(Acts.Answer(request, dataset, note), stop);

    /// <summary>
    /// The initiator chooses the dataset that collects the answers; what that accepts from the next block on is paid for.
    /// </summary>
    public Task AdoptAsync(RequestId request, DatasetId dataset, Signer initiator, CancellationToken stop) =>
        initiator.SendAsync(Acts.Adopt(request, dataset), stop);

    /// <summary>Pays the contributor of an accepted shard; anyone may send it.</summary>
    /// <returns>What was paid: less than in full where the pot ran out.</returns>
    public Task<Money> PayRewardAsync(RequestId request, Hash32 shard, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.PayReward(request, shard), stop);

    /// <summary>Ends a request some days after its deadline; anyone may send it.</summary>
    public Task CloseAsync(RequestId request, Signer sender, CancellationToken stop) => sender.SendAsync(Acts.Close(request), stop);

    /// <summary>Pays a sponsor its part of what is left; anyone may send it.</summary>
    public Task<Money> RefundAsync(RequestId request, Address sponsor, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.Refund(request, sponsor), stop);

    public async Task<DataRequest?> FindAsync(RequestId id, CancellationToken stop)
    {
        var found = await _ledger.FindAsync(Contract.GetRequest(At, id), Rule.RequestUnknown, stop);
        return found is null ? null : new DataRequest(
            id, (RequestState)found.State, found.Initiator, found.SchemaHash.ToDigest(), new Money(found.RewardPerPoint),
            ChainTime.From(found.Deadline), found.DatasetId == 0 ? null : new DatasetId(found.DatasetId), new Money(found.Pot),
            new Money(found.Paid));
    }

    /// <summary>How many requests there are; their numbers run from one to this.</summary>
    public async Task<ulong> CountAsync(CancellationToken stop) => Figures.Long(await _ledger.ReadAsync(Contract.RequestCount(At), stop));
}
