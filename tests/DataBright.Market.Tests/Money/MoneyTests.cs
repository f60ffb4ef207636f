using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace DataBright.Market.Tests.Amounts;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("0", 0, "0.00")]
    [InlineData("1", 1_000_000, "1.00")]
    [InlineData("12.5", 12_500_000, "12.50")]
    [InlineData("0.000001", 1, "0.000001")]
    [InlineData("007.10", 7_100_000, "7.10")]
    public void Dollars_are_read_and_written(string text, ulong units, string written)
    {
        Money.Parse(text).ShouldBe(new Money(units));
        new Money(units).ToString().ShouldBe(written);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(".5")]
    [InlineData("1.")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1e3")]
    [InlineData("1,5")]
    [InlineData(" 1")]
    [InlineData("1.0000001")]
    [InlineData("1.5.5")]
    [InlineData("999999999999999999999999999999999999999")]
    public void Anything_else_is_refused(string text)
    {
        Should.Throw<FormatException>(() => Money.Parse(text)).Message.ShouldContain($"'{text}'");
        Money.TryParse(text, out _).ShouldBeFalse();
    }

    [Fact]
    public void Every_amount_comes_back_from_its_text() => Prop.ForAll<ulong, ulong>((high, low) =>
    {
        var units = new UInt128(high, low);
        return Money.Parse(new Money(units).ToString()).Units == units
            && ShareAmount.Parse(new ShareAmount(units).ToString()).Units == units;
    }).Check(Config.QuickThrowOnFailure.WithReplay(20261121, 1));

    [Fact]
    public void Sums_and_differences_do_not_wrap_around()
    {
        Should.Throw<OverflowException>(() => Money.Zero - new Money(1));
        Should.Throw<OverflowException>(() => new Money(UInt128.MaxValue) + new Money(1));
        Should.Throw<OverflowException>(() => new ShareAmount(UInt128.MaxValue) * 2);
    }

    [Fact]
    public void A_fraction_is_rounded_down_and_never_overflows_on_the_way()
    {
        new Money(10).TimesDown(1, 3).ShouldBe(new Money(3));
        new Money(UInt128.MaxValue).TimesDown(UInt128.MaxValue, UInt128.MaxValue).Units.ShouldBe(UInt128.MaxValue);
        Should.Throw<OverflowException>(() => new Money(UInt128.MaxValue).TimesDown(3, 2));
    }

    [Fact]
    public void Amounts_are_text_in_JSON_and_ids_are_numbers()
    {
        JsonSerializer.Serialize(new { price = Money.Dollars(3), shares = ShareAmount.Whole(2), id = new DatasetId(7) })
            .ShouldBe("""{"price":"3.00","shares":"2","id":7}""");
        JsonSerializer.Deserialize<Money>("\"3.00\"").ShouldBe(Money.Dollars(3));
        JsonSerializer.Deserialize<JobId>("9").ShouldBe(new JobId(9));
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Money>("\"three\""));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("")]
    public void An_id_counts_from_one(string text) =>
        Should.Throw<FormatException>(() => ProposalId.Parse(text)).Message.ShouldContain("proposal");
}
