using DataBright.Market;
using DataBright.Market.Predictions;
using DataBright.Node.Models;
using DataBright.Node.Rest;
using DataBright.Storage;
using static DataBright.Node.Tests.SampleMarket;

namespace DataBright.Node.Tests;

/// <summary>Models of the sample market.</summary>
internal sealed class SampleModels(Cid? openShard) : IModelReader
{
    private static ModelSummary Model(ulong id) => id switch
    {
        1 => new(new(1), "Softmax regression", new(1), "Handwritten digits", Initiator, null, new Fraction(871_300), false, false,
            Money.Parse("0.001"), Now.AddDays(-12)),
        2 => new(new(2), "LeNet-5", new(1), "Handwritten digits", Buyer, new Fraction(974_900), null, true, false, Money.Parse("0.01"),
            Now.AddDays(-5)),
        _ => new(new(3), "LeNet-5", new(1), "Handwritten digits", Buyer, new Fraction(986_200), null, true, true, Money.Parse("0.01"),
            Now.AddHours(-3)),
    };

    public Task<Page<ModelSummary>> ListAsync(DatasetId? dataset, PageRequest page, CancellationToken stop) =>
        Task.FromResult(dataset is { Value: not 1 } ? Page<ModelSummary>.Empty : Slice([Model(3), Model(2), Model(1)], page));

    public Task<IReadOnlyList<ModelSummary>> NameableAsync(DatasetId dataset, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<ModelSummary>>(dataset.Value == 1 ? [Model(3), Model(1)] : []);

    public Task<ModelFacts?> FindAsync(ModelId id, CancellationToken stop) =>
        Task.FromResult(id.Value is < 1 or > 3 ? null : new ModelFacts(
        Model(id.Value), Hash(310 + (int)id.Value), Hash(301), openShard, id.Value == 1 ? null : new JobId(id.Value + 6),
            id.Value == 3 ? [new(2)] : [],
        new Lineage(
            [
                new(LineageKind.Dataset, 1, "Handwritten digits", "9 500 points"), new(LineageKind.Job, 8, "Training job 8", null),
                new(LineageKind.Model, 2, "Model 2", "97.49 %, asks 10 %"),
                new(LineageKind.Job, 9, "Training job 9", "2 convictions"), new(LineageKind.Model, 3, "Model 3", "98.62 %"),
            ],
            [new(0, 1), new(1, 2), new(0, 3), new(2, 3), new(3, 4)], true),
        id.Value == 3 ? Hash(320) : null, id.Value == 3 ? $"Reads digits. {SampleMarket.Hostile}" : null,
            id.Value == 3 ? "CC BY 4.0" : null, id.Value == 2, IncomeOf(id.Value),
            id.Value == 3 ? [new(Account(20), Fraction.OfBasisPoints(2_000)), new(Account(21), Fraction.OfBasisPoints(1_500))] : []));

    private static ModelIncome IncomeOf(ulong id) => id switch
    {
        2 => new(Money.Parse("14.06"), Money.Zero, Fraction.OfBasisPoints(1_000), Fraction.OfBasisPoints(2_000)),
        3 => new(Money.Parse("182.4"), Money.Parse("140.6"), default, Fraction.OfBasisPoints(2_000)),
        _ => new(Money.Zero, Money.Zero, default, Fraction.OfBasisPoints(2_000)),
    };

    public Task<Page<ChannelFacts>?> ChannelsAsync(ModelId id, PageRequest page, CancellationToken stop)
    {
        ChannelFacts Channel(ulong number, ChannelState state, int buyer, string deposit, string settled, int settlements,
            int hoursAgo) => new(
            new(number), state, Account(buyer), Account(20), Fraction.OfBasisPoints(2_000), Money.Parse(deposit), Money.Parse(settled),
                settlements, Now.AddHours(-hoursAgo),
            state == ChannelState.Closing ? Now.AddHours(5) : null);
        return Task.FromResult(id.Value switch
        {
            3 => Slice([Channel(3, ChannelState.Open, 6, "25", "10.01", 2, 2), Channel(2, ChannelState.Closing, 5, "100", "88", 9, 30),
                Channel(1, ChannelState.Closed, 6, "130", "130", 1, 70)], page),
            1 or 2 => Page<ChannelFacts>.Empty,
            _ => null,
        });
    }

    public Task<Page<DistributionFacts>?> DistributionsAsync(ModelId id, PageRequest page, CancellationToken stop) =>
        Task.FromResult(id.Value switch
    {
        3 => Slice<DistributionFacts>(
        [
            new(1_280, Now.AddHours(-1), Money.Parse("40.6"), Money.Parse("8.12"), Money.Parse("28.42"), Money.Parse("4.06")),
            new(1_240, Now.AddHours(-20), Money.Dollars(100), Money.Dollars(20), Money.Dollars(70), Money.Dollars(10)),
        ], page),
        1 or 2 => Page<DistributionFacts>.Empty,
        _ => null,
    });

    public Task<Page<RoyaltyFacts>?> RoyaltiesAsync(ModelId id, PageRequest page, CancellationToken stop) => Task.FromResult(id.Value switch
    {
        2 => Slice<RoyaltyFacts>([new(1_280, Now.AddHours(-1), new(3), Money.Parse("4.06")),
            new(1_240, Now.AddHours(-20), new(3), Money.Dollars(10))], page),
        1 or 3 => Page<RoyaltyFacts>.Empty,
        _ => null,
    });
}
