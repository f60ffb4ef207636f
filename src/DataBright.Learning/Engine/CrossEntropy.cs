using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Engine;

/// <summary>
/// Softmax cross-entropy. For each example: e = exp(score − largest score), their sum in ascending order of the classes,
/// loss = log(sum) − (score of the label − largest), gradient = (e ÷ sum − [class is label]) · (1 ÷ examples).
/// The batch's loss is the sum in order of the examples, divided by their number.
/// </summary>
internal sealed unsafe class CrossEntropy
{
    private readonly Map _scores;
    private readonly Team _team;
    private readonly float[] _losses;
    private readonly int[] _labels;
    private readonly Action<int> _measure;
    private int _count;

    public CrossEntropy(Map scores, int capacity, Team team)
    {
        (_scores, _team) = (scores, team);
        _losses = new float[capacity];
        _labels = new int[capacity];
        _measure = Measure;
    }

    /// <summary>The labels of the batch, to be filled in before <see cref="Run"/>.</summary>
    public Span<int> Labels => _labels;

    public float Run(int count)
    {
        _count = count;
        _team.Run(Math.Min(count, 2 * _team.Size), _measure);
        var total = 0f;
        for (var example = 0; example < count; example++) total += _losses[example];
        return total / count;
    }

    private void Measure(int piece)
    {
        var pieces = Math.Min(_count, 2 * _team.Size);
        var share = 1f / _count;
        for (var example = _count * piece / pieces; example < _count * (piece + 1) / pieces; example++) Measure(example, share);
    }

    private void Measure(int example, float share)
    {
        var classes = _scores.Shape.Channels;
        var label = _labels[example];
        var scores = new ReadOnlySpan<float>(_scores.Values(example), classes);
        var gradients = new Span<float>(_scores.Gradients(example), classes);
        var largest = scores[0];
        foreach (var score in scores)
            if (score > largest)
                largest = score;

        var sum = 0f;
        for (var c = 0; c < classes; c++) sum += gradients[c] = Elementary.ExpOfNonPositive(scores[c] - largest);
        _losses[example] = Elementary.Log(sum) - (scores[label] - largest);
        for (var c = 0; c < classes; c++) gradients[c] = (gradients[c] / sum - (c == label ? 1f : 0f)) * share;
    }
}
