using DataBright.Learning.Aggregation;

namespace DataBright.Learning.Tests.Aggregation;

public sealed class PrivacyTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    /// <summary>
    /// NIST SP 800-38A, F.1.5 has AES-256 of single blocks; here the block of a zero counter under FIPS 197's key of 00 … 1f, from OpenSSL.
    /// </summary>
    [Fact]
    public void Secret_bits_are_AES_in_counter_mode()
    {
        using var bits = new SecretBits(Key);
        var block = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(block, bits.Next());
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(block.AsSpan(8), bits.Next());
        Convert.ToHexStringLower(block).ShouldBe("f29000b62a499fd0a9f39a6add2e7780");
        Should.Throw<ArgumentException>(() => new SecretBits(new byte[31]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(100)]
    public void Whole_numbers_come_with_the_probabilities_of_the_discrete_Gaussian(int variance)
    {
        const int Draws = 60_000;
        using var bits = new SecretBits(Key);
        var noise = new DiscreteGaussian(variance);
        var counts = new Dictionary<long, int>();
        for (var i = 0; i < Draws; i++)
        {
            var x = noise.Sample(bits);
            counts[x] = counts.GetValueOrDefault(x) + 1;
        }

        var total = Enumerable.Range(-2000, 4001).Sum(x => Math.Exp(-(double)x * x / (2 * variance)));
        var (square, cells) = (0.0, 0);
        for (long x = -60; x <= 60; x++)
        {
            var expected = Draws * Math.Exp(-(double)x * x / (2 * variance)) / total;
            if (expected < 20) continue;
            square += Math.Pow(counts.GetValueOrDefault(x) - expected, 2) / expected;
            cells++;
        }

        // χ² with that many cells: mean cells − 1, deviation √(2·cells); five deviations are never seen.
        square.ShouldBeLessThan(cells + 5 * Math.Sqrt(2.0 * cells));
        cells.ShouldBeGreaterThan(4);
    }

    [Fact]
    public void Large_noise_has_the_deviation_asked_for()
    {
        using var bits = new SecretBits(Key);
        var noise = new DiscreteGaussian(DiscreteGaussian.MaxVariance);
        var draws = Enumerable.Range(0, 4000).Select(_ => (double)noise.Sample(bits)).ToArray();
        Math.Sqrt(draws.Average(x => x * x)).ShouldBe(1 << 20, 0.06 * (1 << 20));
        draws.Average().ShouldBe(0, 0.08 * (1 << 20));
    }

    [Fact]
    public void A_private_average_is_the_average_with_noise_of_the_size_asked_for()
    {
        using var bits = new SecretBits(Key);
        var average = new PrivateAverage(5000, bound: 2, noiseMultiplier: 0.5);
        var update = Samples.Floats(5000, 1);
        var clipped = NormClipping.Clip(update, 2);
        for (var i = 0; i < 10; i++) average.Add(update);
        var errors = average.Result(10, bits).Zip(clipped, (noisy, exact) => (double)noisy - exact).ToArray();
        Math.Sqrt(errors.Average(e => e * e)).ShouldBe(0.5 * 2 / 10, 0.005);
    }

    [Fact]
    public void The_same_key_and_updates_in_any_order_give_the_same_result()
    {
        float[] Result(params ulong[] seeds)
        {
            using var bits = new SecretBits(Key);
            var average = new PrivateAverage(100, 1, 1);
            foreach (var seed in seeds) average.Add(Samples.Floats(100, seed));
            return average.Result(3, bits);
        }

        Result(1, 2, 3).ShouldBe(Result(3, 1, 2));
        Result(1, 2, 3).ShouldNotBe(Result(1, 2, 4));
    }

    [Fact]
    public void What_would_not_be_private_is_refused()
    {
        var average = new PrivateAverage(2, 1, 1);
        Should.Throw<UpdateRefusedException>(() => average.Add([1]));
        Should.Throw<UpdateRefusedException>(() => average.Add([1, float.NaN]));
        average.Count.ShouldBe(0);
        Should.Throw<ArgumentException>(() => new PrivateAverage(2, 0, 1));
        Should.Throw<ArgumentException>(() => new PrivateAverage(2, 1, 0));
        Should.Throw<ArgumentException>(() => new PrivateAverage(2, 1, 1e9));
    }

    /// <summary>
    /// M. Abadi et al., "Deep Learning with Differential Privacy", 2016: q = 0.01, z = 4, δ = 10⁻⁵ and 10,000 steps are 1.26-private.
    /// </summary>
    [Fact]
    public void The_published_figure_of_the_moments_accountant_is_found()
    {
        var accountant = new PrivacyAccountant();
        accountant.Add(4, 0.01, 10_000);
        accountant.Epsilon(1e-5).ShouldBe(1.26, 0.01);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 1)]
    [InlineData(20, 30)]
    public void Without_sampling_it_is_the_closed_form(double noise, int rounds)
    {
        var accountant = new PrivacyAccountant();
        for (var i = 0; i < rounds; i++) accountant.Add(noise);
        // The least of a·α + ln(1/δ)/(α − 1), with a = rounds ÷ 2z², is a + 2√(a·ln(1/δ)).
        var a = rounds / (2 * noise * noise);
        var least = a + 2 * Math.Sqrt(a * Math.Log(1e5));
        accountant.Epsilon(1e-5).ShouldBeInRange(least - 1e-9, 1.01 * least);
        accountant.Rounds.ShouldBe(rounds);
    }

    [Fact]
    public void The_cost_with_sampling_is_the_integral_that_defines_it()
    {
        foreach (var (order, z, q) in new[] { (2, 1.0, 0.1), (5, 2.0, 0.01), (16, 4.0, 0.3), (3, 0.7, 0.5) })
        {
            // E over x ~ N(0, z²) of ((1 − q) + q·exp((2x − 1) ÷ 2z²))^order, by the trapezium rule.
            var sum = 0.0;
            const double Step = 0.001;
            for (var x = -60.0; x < 60; x += Step)
                sum += Step * Math.Exp(-x * x / (2 * z * z)) / (z * Math.Sqrt(2 * Math.PI))
                    * Math.Pow(1 - q + q * Math.Exp((2 * x - 1) / (2 * z * z)), order);
            PrivacyAccountant.Cost(order, z, q).ShouldBe(Math.Log(sum) / (order - 1), 1e-6);
        }
    }

    [Fact]
    public void Privacy_is_spent_by_rounds_and_saved_by_noise_and_by_sampling()
    {
        double Epsilon(double noise, double rate, int rounds)
        {
            var accountant = new PrivacyAccountant();
            accountant.Add(noise, rate, rounds);
            return accountant.Epsilon(1e-5);
        }

        Epsilon(1, 0.1, 20).ShouldBeGreaterThan(Epsilon(1, 0.1, 10));
        Epsilon(2, 0.1, 10).ShouldBeLessThan(Epsilon(1, 0.1, 10));
        Epsilon(1, 0.05, 10).ShouldBeLessThan(Epsilon(1, 0.1, 10));
        Epsilon(1, 1, 0).ShouldBe(0);
        var bad = new PrivacyAccountant();
        Should.Throw<ArgumentException>(() => bad.Add(0));
        Should.Throw<ArgumentException>(() => bad.Add(1, 1.5));
        Should.Throw<ArgumentException>(() => bad.Epsilon(0));
    }
}
