using System.Text;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Compute.Worlds;

namespace DataBright.Compute.Stories;

/// <summary>The document by which a dataset measures.</summary>
public sealed class MeasurementTermsTests
{
    private static MeasurementTerms Terms { get; } = MeasurementTerms.Usual with { Architecture = TinyData.Model };

    [Fact]
    public void The_documentation_shows_the_usual_ones_as_they_are()
    {
        var root = Environment.GetEnvironmentVariable("DATABRIGHT_ROOT")
            ?? throw new InvalidOperationException("DATABRIGHT_ROOT names the repository.");
        var shown = File.ReadAllText(Path.Combine(root, "docs", "valuation.md")).Split("```json")[1].Split("```")[0];
        Encoding.UTF8.GetString(MeasurementTerms.Usual.ToJson()).ShouldBe(string.Concat(shown.Split('\n').Select(line => line.Trim())));
    }

    /// <summary>
    /// Terms by which nothing could be measured are refused when the dataset is founded, and not when the first proposal is.
    /// </summary>
    [Theory]
    [InlineData("pairs", 3)]
    [InlineData("pairs", 32)]
    [InlineData("steps", 0)]
    [InlineData("steps", 4_000_001)]
    [InlineData("batchSize", 0)]
    [InlineData("batchSize", int.MaxValue)]
    [InlineData("partitions", 0)]
    [InlineData("partitions", 10_001)]
    [InlineData("spotChecks", -1)]
    [InlineData("spotChecks", 1_001)]
    public void Nothing_that_no_plan_could_say_is_a_term(string what, int value)
    {
        var terms = what switch
        {
            "pairs" => Terms with { Pairs = value },
            "steps" => Terms with { Steps = value },
            "batchSize" => Terms with { BatchSize = value },
            "partitions" => Terms with { Partitions = value },
            _ => Terms with { SpotChecks = value },
        };
        Should.Throw<BadPlanException>(() => MeasurementTerms.Parse(terms.ToJson())).Message
            .ShouldStartWith("The job plan cannot be used: its measurement terms cannot be used: ");
    }

    [Fact]
    public void Both_ways_of_training_must_be_possible()
    {
        foreach (var terms in (MeasurementTerms[])[Terms with { Fresh = Terms.Fresh with { LearningRate = -1 } },
            Terms with { Tuned = Terms.Tuned with { LearningRate = 0 } }])
            Should.Throw<BadPlanException>(() => MeasurementTerms.Parse(terms.ToJson()));
        MeasurementTerms.Parse(Terms.ToJson()).Hash.ShouldBe(Terms.Hash);
        MeasurementTerms.Parse((Terms with { Pairs = 31, Partitions = 20, Steps = 4_000_000 }).ToJson()).Pairs.ShouldBe(31);
    }
}
