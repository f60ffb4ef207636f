using System.Globalization;
using System.Text.RegularExpressions;

namespace DataBright.Node.Tests.Watching;

/// <summary>
/// Reads Prometheus' text format 0.0.4 strictly: what its page allows and nothing else, and what a histogram promises besides.
/// </summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, double> _samples = [];
    private readonly Dictionary<string, string> _types = [];

    public IReadOnlyDictionary<string, double> Samples => _samples;

    /// <summary>The value of a series such as <c>name{tag="value"}</c>.</summary>
    public double this[string series] => _samples.TryGetValue(series, out var value)
        ? value : throw new KeyNotFoundException($"{series} is not among\n{string.Join('\n', _samples.Keys)}");

    public string TypeOf(string family) => _types[family];

    public static Exposition Read(string text)
    {
        text.ShouldEndWith("\n");
        var read = new Exposition();
        string? family = null;
        var closed = new HashSet<string>();
        foreach (var line in text.Split('\n')[..^1])
        {
            if (Help().Match(line) is { Success: true } help)
            {
                if (family is not null) closed.Add(family);
                family = help.Groups["name"].Value;
                closed.ShouldNotContain(family, "a family's lines stand together");
                help.Groups["text"].Value.ShouldNotBeEmpty(line);
            }
            else if (Type().Match(line) is { Success: true } type)
            {
                type.Groups["name"].Value.ShouldBe(family, "the type stands below the help");
                read._types.Add(family!, type.Groups["type"].Value);
            }
            else
            {
                var sample = Sample().Match(line);
                sample.Success.ShouldBeTrue(line);
                read.Take(family!, sample, line);
            }
        }

        foreach (var (name, type) in read._types)
            if (type == "histogram") read.RequireHistogram(name);
        return read;
    }

    private void Take(string family, Match sample, string line)
    {
        var name = sample.Groups["name"].Value;
        string[] suffixes = TypeOf(family) == "histogram" ? ["_bucket", "_sum", "_count"] : [""];
        suffixes.Select(suffix => family + suffix).ShouldContain(name, line);
        if (TypeOf(family) == "counter") name.ShouldEndWith("_total");
        var value = sample.Groups["value"].Value;
        _samples.Add(name + sample.Groups["labels"].Value,
            value == "+Inf" ? double.PositiveInfinity : double.Parse(value, CultureInfo.InvariantCulture));
    }

    private void RequireHistogram(string name)
    {
        foreach (var (series, count) in _samples.Where(pair => pair.Key.StartsWith(name + "_count", StringComparison.Ordinal)).ToList())
        {
            var labels = series[(name + "_count").Length..].Trim('{', '}');
            var start = $"{name}_bucket{{{(labels.Length == 0 ? "" : labels + ",")}le=\"";
            var buckets = _samples.Where(pair => pair.Key.StartsWith(start, StringComparison.Ordinal)).ToList();
            buckets[^1].Key.ShouldBe(start + "+Inf\"}");
            buckets[^1].Value.ShouldBe(count);
            buckets.Select(bucket => bucket.Value).ShouldBeInOrder();
            _samples.ShouldContainKey(name + "_sum" + series[(name + "_count").Length..]);
        }
    }

    [GeneratedRegex(@"^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>(?:[^\\\n]|\\\\|\\n)*)$")]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)$")]
    private static partial Regex Type();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\\\|\\"|\\n)*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\\\|\\"|\\n)*")*\})? (?<value>\+Inf|-?[0-9]+(?:\.[0-9]+)?(?:E[+-][0-9]+)?)$""")]
    private static partial Regex Sample();
}
