using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace DataBright.Learning.Valuation;

/// <summary>
/// What each point of a training set was found to be worth, with everything that decides the figures. Equal results have equal
/// canonical documents and hashes, so a result is compared, anchored and re-executed like a checkpoint.
/// </summary>
public sealed class PointValues
{
    private const string Format = "databright.point-values/1";
    private readonly double[] _values;

    /// <summary>Takes over the values.</summary>
    /// <param name="method">How they were found, with a version, for example <c>in-run-shapley/1</c>.</param>
    /// <param name="facts">What decides them: hashes of plan and examples, figures. Written in ordinal order of their names.</param>
    /// <param name="values">One finite value for each point.</param>
    /// <exception cref="ArgumentException">There is no value, or one is not finite.</exception>
    public PointValues(string method, IReadOnlyDictionary<string, string> facts, ReadOnlySpan<double> values)
    {
        if (values.IsEmpty) throw new ArgumentException("There is no value.", nameof(values));
        for (var i = 0; i < values.Length; i++)
            if (!double.IsFinite(values[i]))
                throw new ArgumentException($"The value of point {i} is {values[i]}.", nameof(values));
        Method = method;
        Facts = facts.ToImmutableSortedDictionary(StringComparer.Ordinal);
        _values = values.ToArray();
    }

    /// <summary>How the values were found.</summary>
    public string Method { get; }

    /// <summary>What decides the values.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; }

    /// <summary>The value of each point, in the order of the examples.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>SHA-256 of the canonical document.</summary>
    public Digest Hash => Digest.Of(ToUtf8());

    /// <summary>The points from the least to the most valuable; equals in their own order.</summary>
    public int[] FromWorst() => [.. Enumerable.Range(0, _values.Length).OrderBy(i => _values[i])];

    /// <summary>What the points of each contributor are worth together: sums in ascending order of the points.</summary>
    /// <param name="contributors">The contributor of each point, from 0.</param>
    /// <exception cref="ArgumentException">There is not one contributor for each point, or one is negative.</exception>
    /// <exception cref="OverflowException">The values of a contributor add up beyond binary64.</exception>
    public double[] ByContributor(ReadOnlySpan<int> contributors)
    {
        if (contributors.Length != _values.Length)
            throw new ArgumentException($"{contributors.Length} contributors for {_values.Length} points.", nameof(contributors));
        var sums = new List<double>();
        for (var i = 0; i < contributors.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(contributors[i], nameof(contributors));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(contributors[i], _values.Length, nameof(contributors));
            while (sums.Count <= contributors[i]) sums.Add(0);
            sums[contributors[i]] += _values[i];
            if (!double.IsFinite(sums[contributors[i]]))
                throw new OverflowException($"The values of contributor {contributors[i]} add up beyond binary64.");
        }

        return [.. sums];
    }

    /// <summary>
    /// The canonical document: fixed property order, no white space, values as the shortest decimals that read back to the same bits.
    /// </summary>
    public string ToJson() => Encoding.UTF8.GetString(ToUtf8());

    /// <summary>Reads a document; unknown properties are refused.</summary>
    /// <exception cref="MalformedInputException">The document holds no values.</exception>
    public static PointValues Parse(string json, string document = "point values")
    {
        using var parsed = StrictJson.Parse(json, document);
        var root = new StrictJson(parsed.RootElement, document, "values");
        root.AllowOnly("format", "method", "facts", "values");
        if (root.Text("format") is var format && format != Format)
            throw root.Malformed($"format '{format}' is not known; '{Format}' is expected");
        try
        {
            var facts = parsed.RootElement.GetProperty("facts").EnumerateObject().ToDictionary(fact => fact.Name,
                fact => fact.Value.GetString() ?? throw root.Malformed($"fact '{fact.Name}' must be a string"));
            return new PointValues(root.Text("method"), facts, root.Array("values").Select(value => value.Double()).ToArray());
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or KeyNotFoundException)
        {
            throw new MalformedInputException(document, fault.Message, fault);
        }
    }

    private byte[] ToUtf8()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteString("method", Method);
            json.WriteStartObject("facts");
            foreach (var (name, value) in Facts) json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteStartArray("values");
            foreach (var value in _values) json.WriteNumberValue(value);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
