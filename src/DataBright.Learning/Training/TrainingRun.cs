using System.Globalization;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Engine;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;

namespace DataBright.Learning.Training;

/// <summary>
/// One training run, a step at a time. What it computes is a pure function of the plan, the examples and the starting parameters:
/// neither the processor, nor the vector width, nor the number of threads changes a bit. Not safe for use by several threads at once.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    private readonly Network _network;
    private readonly ExampleSet _examples;
    private readonly int[] _order;
    private readonly int _stepsPerEpoch;
    private readonly InRunValues? _values;
    private long _orderedEpoch = -1;

    /// <summary>Starts from <paramref name="start"/>, or from parameters drawn from the plan's seed.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="data">The examples; they must not change during the run.</param>
    /// <param name="start">Starting parameters; the momentum starts at zero.</param>
    /// <param name="threads">Threads to work with, 1 to 64. They end with the run.</param>
    /// <param name="values">When given, it learns the value of every example on the way; the training stays the same to the bit.</param>
    /// <exception cref="ArgumentException">The examples do not fit the architecture, are fewer than a batch, or more memory would be needed
    /// than there is.</exception>
    /// <exception cref="MalformedInputException">The starting parameters are not of this architecture.</exception>
    public TrainingRun(TrainingPlan plan, ExampleSet data, Checkpoint? start = null, int threads = 1, InRunValues? values = null)
        : this(plan, data, threads, values, step: 0)
    {
        start?.Require(plan.Architecture, "starting checkpoint");
        _network.Load(start ?? Initialisation.Draw(plan.Architecture, plan.Seed), momentum: null);
    }

    private TrainingRun(TrainingPlan plan, ExampleSet data, int threads, InRunValues? values, long step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 64);
        data.Require(plan.Architecture);
        if (data.Count < plan.BatchSize)
            throw new ArgumentException($"A batch takes {plan.BatchSize} examples and there are {data.Count}; take a smaller batch.");
        Plan = plan;
        TotalSteps = plan.StepsFor(data.Count);
        _examples = data;
        _order = new int[data.Count];
        _stepsPerEpoch = (data.Count + plan.BatchSize - 1) / plan.BatchSize;
        RequireMemory(MemoryFor(plan, threads, values), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        Step = step;
        _values = values;
        _values?.Begin(plan, data, step);
        _network = Network.Create(plan.Architecture, CapacityFor(plan, values), threads, UpkeepOf(plan));
        if (values is not null) _network.PrepareInfluences();
    }

    /// <summary>The parameters that a run without a starting checkpoint starts from.</summary>
    public static Checkpoint FreshParameters(Architecture architecture, ulong seed) => Initialisation.Draw(architecture, seed);

    /// <summary>The plan it follows.</summary>
    public TrainingPlan Plan { get; }

    /// <summary>
    /// Bytes of memory that a run takes for parameters, gradients, moments and everything between the layers, known before it
    /// starts; the examples come on top.
    /// </summary>
    /// <param name="plan">What would be done.</param>
    /// <param name="threads">Threads to work with.</param>
    /// <param name="values">What would be learnt of the examples on the way, if anything: it looks at batches of its own size, along a
    /// direction as large as the parameters.</param>
    /// <exception cref="NotSupportedException">A layer has parameters whose part in the values is not defined.</exception>
    public static long MemoryFor(TrainingPlan plan, int threads = 1, InRunValues? values = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        return Network.Measure(plan.Architecture, CapacityFor(plan, values), threads, UpkeepOf(plan), values is not null);
    }

    /// <summary>Refuses a run before it takes memory that is not there.</summary>
    internal static void RequireMemory(long needed, long available)
    {
        if (needed > available)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{needed / (double)(1 << 30):F1} GiB of memory are needed and {available / (double)(1 << 30):F1} GiB are there; take a "
                + $"smaller batch."));
    }

    /// <summary>Bytes of memory this run took; what <see cref="MemoryFor"/> said.</summary>
    public long Memory => _network.Bytes;

    /// <summary>Steps done.</summary>
    public long Step { get; private set; }

    /// <summary>Steps of the whole run.</summary>
    public long TotalSteps { get; }

    /// <summary>True when no step is left.</summary>
    public bool IsComplete => Step == TotalSteps;

    /// <summary>Does one step.</summary>
    /// <exception cref="InvalidOperationException">The run is complete.</exception>
    /// <exception cref="TrainingDivergedException">The loss or a gradient is not finite; the state is that from before the
    /// step.</exception>
    public StepReport Next()
    {
        if (IsComplete) throw new InvalidOperationException($"The run is complete after {TotalSteps} steps.");
        var (epoch, position) = Math.DivRem(Step, _stepsPerEpoch);
        Order(epoch);
        var first = (int)position * Plan.BatchSize;
        var batch = _order.AsSpan(first, Math.Min(Plan.BatchSize, _order.Length - first));
        _values?.Aim(_network, Step);
        var rule = Plan.Optimiser.At(Step + 1, TotalSteps);
        var loss = _network.Train(_examples, batch, rule, Plan.Seed, Step + 1, _values?.Influences);
        _values?.Credit(batch, rule);
        return new StepReport(++Step, loss);
    }

    /// <summary>
    /// Does all steps that are left. Between two steps it can be cancelled; what is done stays done and can be captured and resumed.
    /// </summary>
    /// <param name="progress">Hears of every step; may be null.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="TrainingDivergedException">The loss or a gradient is not finite; the state is that from before the
    /// step.</exception>
    public void Finish(IProgress<StepReport>? progress = null, CancellationToken stop = default)
    {
        while (!IsComplete)
        {
            stop.ThrowIfCancellationRequested();
            var report = Next();
            progress?.Report(report);
        }
    }

    /// <summary>SHA-256 of the state: parameters, moments and step number; see <see cref="TrainingState.Hash"/>.</summary>
    public Digest StateHash() => _network.StateHash(Step);

    /// <summary>The parameters as they are now.</summary>
    public Checkpoint Parameters() => _network.Parameters();

    /// <summary>The state as it is now, to be resumed here or elsewhere.</summary>
    public TrainingState Capture() => new(Step, _network.Parameters(), _network.Momentum(), _network.SecondMoment());

    /// <summary>Goes on from a captured state; the rest of the run is the same to the bit as if it had never stopped.</summary>
    /// <exception cref="MalformedInputException">The state is not one of this plan's architecture, or its step is beyond the
    /// end.</exception>
    /// <exception cref="ArgumentException">The examples do not fit the architecture, or the values are not those of the steps before the
    /// state.</exception>
    public static TrainingRun Resume(TrainingPlan plan, ExampleSet data, TrainingState state, int threads = 1, InRunValues? values = null)
    {
        state.Require(plan.Architecture, plan.Optimiser);
        if (state.Step > plan.StepsFor(data.Count))
            throw new MalformedInputException("training state",
                $"step {state.Step} is beyond the {plan.StepsFor(data.Count)} steps of the plan");
        var run = new TrainingRun(plan, data, threads, values, state.Step);
        run._network.Load(state.Parameters, state.Momentum, state.SecondMoment);
        return run;
    }

    /// <summary>Ends the run's threads and frees its memory.</summary>
    public void Dispose() => _network.Dispose();

    private static int CapacityFor(TrainingPlan plan, InRunValues? values) => Math.Max(plan.BatchSize, values?.BatchSize ?? 0);

    private static Upkeep UpkeepOf(TrainingPlan plan) => plan.Optimiser.HasSecondMoment ? Upkeep.TwoMoments : Upkeep.FirstMoment;

    private void Order(long epoch)
    {
        if (epoch == _orderedEpoch) return;
        new Chance(Plan.Seed, Purpose.Shuffle, (ulong)epoch).Permute(_order);
        _orderedEpoch = epoch;
    }
}
