using DataBright.Learning.Valuation;

namespace DataBright.Learning.Tests.Valuation;

public sealed class PointValuesTests
{
    private static readonly PointValues Four = new("test/1", new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" },
        [0.5, -1, 0.1, 1e-300]);

    [Fact]
    public void A_document_is_canonical_and_reads_back_to_the_same_bits()
    {
        Four.ToJson()
            .ShouldBe(
                """{"format":"databright.point-values/1","method":"test/1","facts":{"a":"1","b":"2"},"values":[0.5,-1,0.1,1E-300]}""");
        var read = PointValues.Parse(Four.ToJson());
        read.Hash.ShouldBe(Four.Hash);
        read.Values.ToArray().ShouldBe(Four.Values.ToArray());
    }

    [Fact]
    public void Contributors_get_the_sums_of_their_points()
    {
        Four.ByContributor([0, 2, 0, 2]).ShouldBe([0.6, 0, -1]);
        Should.Throw<ArgumentException>(() => Four.ByContributor([0, 1]));
        Should.Throw<ArgumentException>(() => Four.ByContributor([0, 1, -1, 0]));
        Should.Throw<ArgumentException>(() => Four.ByContributor([0, 1, 4, 0]));
    }

    [Fact]
    public void The_worst_come_first() => Four.FromWorst().ShouldBe([1, 3, 2, 0]);

    [Fact]
    public void What_is_no_result_is_refused()
    {
        Should.Throw<ArgumentException>(() => new PointValues("x", new Dictionary<string, string>(), []));
        Should.Throw<ArgumentException>(() => new PointValues("x", new Dictionary<string, string>(), [1, double.NaN])).Message
            .ShouldContain("point 1");
        foreach (var bad in new[]
        {
            "", "[]", "{}", Four.ToJson().Replace("/1\",\"method", "/2\",\"method"), Four.ToJson().Replace("0.5", "1e999"),
            Four.ToJson().Replace("0.5", "\"a\""),
            Four.ToJson().Replace("\"2\"", "2"), Four.ToJson().Replace("\"2\"", "null"),
            Four.ToJson().Replace("{\"a\":\"1\",\"b\":\"2\"}", "3"), Four.ToJson().Replace("facts", "fact"),
            Four.ToJson().Replace("[0.5,-1,0.1,1E-300]", "[]"), Four.ToJson().Replace("[0.5,-1,0.1,1E-300]", "1"),
        })
            Should.Throw<MalformedInputException>(() => PointValues.Parse(bad));
    }
}
