using System.Reflection;
using DataBright.Market.Datasets;

namespace DataBright.Market.Tests.Datasets;

/// <summary>The list of a policy's fields is whole: each property has its field, which reads, shows and reaches the ledger.</summary>
[Collection(nameof(TestMarket))]
public sealed class PolicyFieldTests(TestMarket market)
{
    private static readonly DatasetPolicy Usual = new();

    public static TheoryData<string> Names => [.. PolicyFields.All.Select(rule => rule.Name)];

    [Fact]
    public void Every_property_of_a_policy_has_one_field()
    {
        var properties = typeof(DatasetPolicy).GetProperties(BindingFlags.Public | BindingFlags.Instance);
        PolicyFields.All
            .Select(field => properties.Where(property => !Same(property, Usual, Changed(field, Usual))).ShouldHaveSingleItem().Name)
            .ShouldBe(properties.Select(property => property.Name), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_field_gives_what_was_put_in(string name)
    {
        var field = Named(name);
        field.Get(field.With(Usual, Other(field, Usual))).ShouldBe(Other(field, Usual));
    }

    [Fact]
    public async Task Every_field_comes_back_from_the_ledger()
    {
        var founder = await market.PartyAsync();
        var policy = PolicyFields.All.Aggregate(TestMarket.Policy, (so, field) => Changed(field, so));
        var dataset = await market.DatasetAsync(policy, founder, (founder, 100));
        (await market.Ledger.Datasets.PolicyAsync(dataset.Id, TestContext.Current.CancellationToken)).ShouldBe(policy);
    }

    [Fact]
    public void Where_nothing_is_given_a_policy_is_the_usual_one() => PolicyFields.Build(_ => null).ShouldBe(Usual);

    [Theory]
    [InlineData("12h", 360)]
    [InlineData("11h", 330)]
    [InlineData("1m", 0)]
    public void A_short_vote_is_extended_by_half_of_it_at_most(string votes, int minutes) =>
        PolicyFields.Build(field => field.Name == "voting-period" ? field.Parse(votes) : null)
            .LateQuorum.ShouldBe(TimeSpan.FromMinutes(minutes));

    [Theory]
    [InlineData("late-quorum", "0", "00:00:00")]
    [InlineData("late-quorum", "90m", "01:30:00")]
    [InlineData("quorum", "66.67", "6667")]
    [InlineData("gain-bonus", "200", "20000")]
    [InlineData("bond", "12.50", "12.50")]
    [InlineData("shares-cap", "0.5", "0.5")]
    public void A_value_is_read_by_its_unit(string name, string text, string value) => $"{Named(name).Parse(text)}".ShouldBe(value);

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_no_value_is_refused_with_an_example(string name) =>
        Should.Throw<FormatException>(() => Named(name).Parse("many")).Message.ShouldContain("many");

    private static PolicyField Named(string name) => PolicyFields.All.Single(field => field.Name == name);

    private static DatasetPolicy Changed(PolicyField field, DatasetPolicy policy) => field.With(policy, Other(field, policy));

    /// <summary>A value that the contract takes and that is not the one which stands.</summary>
    private static object Other(PolicyField field, DatasetPolicy policy) => field.Get(policy) switch
    {
        TimeSpan time => time + TimeSpan.FromMinutes(7),
        int part => part + 1,
        Money money => money + Money.Dollars(1),
        ShareAmount shares => shares + ShareAmount.Whole(1),
        var value => throw new InvalidOperationException($"No test value for {value.GetType()}."),
    };

    private static bool Same(PropertyInfo property, DatasetPolicy one, DatasetPolicy other) =>
        Equals(property.GetValue(one), property.GetValue(other));
}
