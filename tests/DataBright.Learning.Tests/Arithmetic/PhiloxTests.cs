using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Tests.Arithmetic;

public sealed class PhiloxTests
{
    // The known answers for philox4x32-10 from the Random123 distribution (kat_vectors).
    [Theory]
    [InlineData(0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)]
    [InlineData(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd)]
    [InlineData(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1)]
    public void Known_answers_are_met(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint r0, uint r1, uint r2, uint r3) =>
        Philox.Generate(new Philox.Block(c0, c1, c2, c3), k0, k1).ShouldBe(new Philox.Block(r0, r1, r2, r3));

    [Fact]
    public void Seed_purpose_step_and_index_each_change_the_bits()
    {
        ulong[] draws =
        [
            new Chance(1, Purpose.Shuffle, 1).Bits(1), new Chance(1UL << 32, Purpose.Shuffle, 1).Bits(1),
            new Chance(1, Purpose.Initialise, 1).Bits(1),
            new Chance(1, Purpose.Shuffle, 2).Bits(1), new Chance(1, Purpose.Shuffle, 1UL << 32).Bits(1),
            new Chance(1, Purpose.Shuffle, 1).Bits(1UL << 32),
        ];
        draws.Distinct().Count().ShouldBe(draws.Length);
        draws[0].ShouldBe(new Chance(1, Purpose.Shuffle, 1).Bits(1));
    }

    [Fact]
    public void A_permutation_holds_every_index_once_and_differs_between_epochs()
    {
        int[] first = new int[1000], second = new int[1000];
        new Chance(7, Purpose.Shuffle, 0).Permute(first);
        new Chance(7, Purpose.Shuffle, 1).Permute(second);
        first.Order().ShouldBe(Enumerable.Range(0, 1000));
        second.ShouldNotBe(first);
        first.Count(i => first[i] == i).ShouldBeLessThan(10);
    }

    [Fact]
    public void Symmetric_draws_stay_in_range_and_centre_on_zero()
    {
        var draws = Enumerable.Range(0, 100_000).Select(i => new Chance(3, Purpose.Initialise, 0).Symmetric((ulong)i)).ToArray();
        draws.Min().ShouldBeInRange(-1f, -0.999f);
        draws.Max().ShouldBeInRange(0.999f, 0.99999994f);
        draws.Average(d => (double)d).ShouldBe(0, 0.01);
    }
}
