using DataBright.Market;
using DataBright.Market.Requests;
using DataBright.Node.Requests;
using DataBright.Node.Rest;
using static DataBright.Node.Tests.SampleMarket;

namespace DataBright.Node.Tests;

/// <summary>Requests of the sample market.</summary>
internal sealed class SampleRequests : SamplePart, IRequestReader
{
    public override IEnumerable<string> Described =>
    [
        "/api/v1/requests", "/api/v1/requests/{id}", "/api/v1/requests/{id}/answers", "/api/v1/requests/{id}/rewards",
    ];

    public override IEnumerable<string> Answered => ["requests", "requests/1", "requests/1/answers", "requests/1/rewards"];

    public override IEnumerable<string> Pages => ["/requests", "/requests/1", "/requests/2", "/requests/3"];

    public override void AddTo(SampleReaders readers) => readers.Add<IRequestReader>(this);

    private static RequestSummary Request(ulong id) => id switch
    {
        1 => new(new(1), RequestState.Listed, "Handwritten letters of the Greek alphabet, as many hands as can be found.",
            "u8 1×28×28, 24 classes", Buyer, Money.Parse("0.05"),
            Money.Dollars(400), Money.Parse("62.5"), 2, new DatasetId(3), Now.AddDays(-6), Now.AddDays(8)),
        2 => new(new(2), RequestState.Voting, SampleMarket.Hostile, null, Dora, Money.Parse("1"), Money.Dollars(10), Money.Zero, 1, null,
            Now.AddDays(-1), Now.AddDays(20)),
        _ => new(new(3), RequestState.Closed, null, null, Buyer, Money.Parse("0.5"), Money.Dollars(50), Money.Zero, 0, null,
            Now.AddDays(-40), Now.AddDays(-20)),
    };

    public Task<Page<RequestSummary>> ListAsync(PageRequest page, CancellationToken stop) =>
        Task.FromResult(Slice([Request(3), Request(2), Request(1)], page));

    public Task<RequestFacts?> FindAsync(RequestId id, CancellationToken stop) =>
        Task.FromResult(id.Value is < 1 or > 3 ? null : new RequestFacts(
        Request(id.Value), id.Value == 2 ? SampleMarket.Hostile : "CC0", Hash(600), Hash(601),
            id.Value == 3 ? Money.Dollars(50) : Money.Zero,
        id.Value == 2 ? new RequestVote(new(1), Now.AddDays(2), ShareAmount.Parse("900"), ShareAmount.Parse("120")) : null,
        id.Value == 1 ? [new(Buyer, Money.Dollars(300), Money.Zero), new(Ada, Money.Dollars(100), Money.Zero)]
            : [new(Dora, Request(id.Value).Pot, Money.Zero)]));

    public Task<Page<AnswerFacts>?> AnswersAsync(RequestId id, PageRequest page, CancellationToken stop) => Task.FromResult(id.Value switch
    {
        1 => Slice<AnswerFacts>([new(new(3), "River levels", Ben, "Not letters, but have a look.", 1_200, Now.AddDays(-2)),
            new(new(1), "Handwritten digits", Ada, "", 1_100, Now.AddDays(-4))], page),
        2 => Slice<AnswerFacts>([new(new(4), SampleMarket.Hostile, Cleo, SampleMarket.Hostile, 1_220, Now.AddHours(-5))], page),
        3 => Page<AnswerFacts>.Empty,
        _ => null,
    });

    public Task<Page<RewardFacts>?> RewardsAsync(RequestId id, PageRequest page, CancellationToken stop) => Task.FromResult(id.Value switch
    {
        1 => Slice<RewardFacts>([new(Hash(105), Cleo, Money.Parse("62.5"), 1_250, Now.AddDays(-1))], page),
        2 or 3 => Page<RewardFacts>.Empty,
        _ => null,
    });
}
