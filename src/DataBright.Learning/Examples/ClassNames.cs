namespace DataBright.Learning.Examples;

/// <summary>
/// Turns labels as files state them into numbers. With expected names any other is an error. Without them: when all are whole numbers from
/// 0 to 65,535, written without sign or leading zeros, those are the labels; else the distinct names in ordinal order are the classes.
/// </summary>
internal sealed class ClassNames(string document, IReadOnlyList<string>? expected)
{
    private const int MaxClasses = 1 << 16;
    private readonly Dictionary<string, int> _known = expected?.Select((name, i) => (name, i))
        .ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal) ?? new(StringComparer.Ordinal);
    private readonly List<int> _labels = [];

    public int Count => _labels.Count;

    public void Add(string name, string place)
    {
        if (!_known.TryGetValue(name, out var label))
        {
            if (expected is not null)
                throw new MalformedInputException(document,
                    $"{place}: label '{Excerpt.Of(name)}' is none of the {expected.Count} expected classes: {Excerpt.OfNames(expected)}");
            if (name.Length == 0) throw new MalformedInputException(document, $"{place}: the label is empty");
            if (_known.Count == MaxClasses)
                throw new MalformedInputException(document, $"{place}: more than {MaxClasses} different labels; is this the label column?");
            _known[name] = label = _known.Count;
        }

        _labels.Add(label);
    }

    public (int[] Labels, IReadOnlyList<string> Classes) Finish()
    {
        if (expected is not null) return ([.. _labels], expected);
        var names = _known.OrderBy(pair => pair.Value).Select(pair => pair.Key).ToArray();
        var numbers = names.Select(Number).ToArray();
        if (names.Length > 0 && numbers.All(number => number >= 0))
            return ([.. _labels.Select(label => numbers[label])],
                [.. Enumerable.Range(0, numbers.Max() + 1).Select(number => number.ToString())]);
        string[] sorted = [.. names.Order(StringComparer.Ordinal)];
        return ([.. _labels.Select(label => Array.BinarySearch(sorted, names[label], StringComparer.Ordinal))], sorted);
    }

    private static int Number(string name) =>
        name.Length <= 5 && int.TryParse(name, System.Globalization.NumberStyles.None, null, out var number) && number < MaxClasses
            && number.ToString() == name ? number : -1;
}
