using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;
using DataBright.Learning.Examples;
using DataBright.Learning.Training;

namespace DataBright.Learning.Valuation;

/// <summary>
/// First-order in-run data Shapley (J. Wang, P. Mittal, D. Song, R. Jia, "Data Shapley in One Training Run", 2024, arXiv 2406.11011):
/// what each example did to the loss on validation examples, learnt while a run trains, without training again. To the first order
/// the effect of a step on the validation loss is a sum over the examples of its batch, so each one's Shapley value in that step
/// is its own term: rate × ⟨its part of the batch's gradient, gradient of the mean validation loss⟩. The values of a run are the sums over
/// its steps; they add up to the fall of the validation loss, in nats, that the run's gradients explain. Positive is useful.
/// <para>
/// With momentum m a gradient moves the parameters by rate ÷ (1 − m) over the steps that follow, and that is the rate used. Weight decay is
/// nobody's.
/// </para>
/// <para>
/// Each step looks at validation examples of its own, drawn from (seed, step) without repetition until all have been seen, at the
/// parameters it starts from. So its values are a pure function of the step, as its parameters are: they can be re-executed alone, and
/// neither the vector width nor the number of threads changes a bit. Looking less often costs less; then the gradient in between is an old
/// one.
/// </para>
/// </summary>
public sealed class InRunShapley : InRunValues
{
    /// <summary>The method's name in results.</summary>
    public const string Method = "in-run-shapley/1";

    private readonly ExampleSet _validation;
    private readonly int[] _order;
    private double[] _values = [];
    private double[] _influences = [];
    private TrainingPlan? _plan;
    private ExampleSet? _examples;
    private long _orderedPass = -1;

    /// <summary>Values by the examples that <paramref name="validation"/> holds, which must not be trained on.</summary>
    /// <param name="validation">Examples whose loss should fall; their labels are trusted.</param>
    /// <param name="batchSize">Validation examples looked at together.</param>
    /// <param name="every">Steps between looks.</param>
    /// <exception cref="ArgumentException">A figure is below 1, or there are fewer validation examples than looked at together.</exception>
    public InRunShapley(ExampleSet validation, int batchSize = 8, int every = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batchSize, validation.Count);
        _validation = validation;
        _order = new int[validation.Count];
        BatchSize = batchSize;
        Every = every;
    }

    /// <summary>Validation examples looked at together.</summary>
    public override int BatchSize { get; }

    /// <summary>Steps between looks.</summary>
    public int Every { get; }

    /// <summary>Steps whose values are in.</summary>
    public long Steps { get; private set; }

    internal override double[] Influences => _influences;

    /// <summary>
    /// Whether every value is a number. Gradients of finite numbers can have products beyond binary64; a value that met one says nothing
    /// from then on, and whoever pays by values takes another measure.
    /// </summary>
    public bool AreFinite => !_values.AsSpan().ContainsAnyExceptInRange(double.MinValue, double.MaxValue);

    /// <summary>The values as they are now.</summary>
    /// <exception cref="InvalidOperationException">No run has begun, or a value is not finite any more.</exception>
    public PointValues Result()
    {
        if (_plan is null) throw new InvalidOperationException("No training run has begun with these values.");
        if (!AreFinite)
            throw new InvalidOperationException("The values are not finite: gradients of this run have products beyond binary64.");
        var facts = new Dictionary<string, string>
        {
            ["plan"] = _plan.Hash.ToString(),
            ["examples"] = _examples!.Hash().ToString(),
            ["validation"] = _validation.Hash().ToString(),
            ["batch"] = BatchSize.ToString(),
            ["every"] = Every.ToString(),
            ["steps"] = Steps.ToString(),
        };
        return new PointValues(Method, facts, _values);
    }

    internal override void Begin(TrainingPlan plan, ExampleSet examples, long step)
    {
        _validation.Require(plan.Architecture);
        if (plan.Optimiser.HasSecondMoment || plan.Optimiser.ClipNorm != 0)
            throw new NotSupportedException(
                "In-run values are defined for stochastic gradient descent without clipping: its steps are sums over the examples.");
        if (_plan is not null && (!ReferenceEquals(examples, _examples) || plan.Hash != _plan.Hash))
            throw new ArgumentException("These values are of another run.");
        if (step != Steps) throw new ArgumentException($"The run is at step {step}; these values hold the {Steps} steps from its start.");
        if (step % Every != 0)
            throw new ArgumentException($"With looks every {Every} steps a run is resumed at a multiple of that, not at step {step}.");
        (_plan, _examples) = (plan, examples);
        if (_values.Length == 0) _values = new double[examples.Count];
        _influences = new double[Math.Min(plan.BatchSize, examples.Count)];
    }

    /// <summary>Points the network at the validation examples of the step that is about to be done.</summary>
    internal override void Aim(Network network, long step)
    {
        if (step % Every != 0) return;
        var (pass, look) = Math.DivRem(step / Every, _order.Length / BatchSize);
        if (pass != _orderedPass) new Chance(_plan!.Seed, Purpose.Validate, (ulong)pass).Permute(_order);
        _orderedPass = pass;
        network.Aim(_validation, _order.AsSpan((int)look * BatchSize, BatchSize), _plan!.Seed, step + 1);
    }

    internal override void Credit(ReadOnlySpan<int> batch, in StepRule rule)
    {
        var rate = rule.Rate / (1.0 - rule.Momentum);
        for (var i = 0; i < batch.Length; i++) _values[batch[i]] += rate * _influences[i];
        Steps++;
    }
}
