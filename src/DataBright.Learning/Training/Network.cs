using System.Runtime.Intrinsics;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Engine;
using DataBright.Learning.Examples;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;

namespace DataBright.Learning.Training;

/// <summary>
/// An architecture with parameters, ready to compute on batches up to a capacity. The rule of reproducibility: every value
/// of a product is one chain of fused multiply-adds in a stated order; vectors, threads and blocks only choose which chains
/// run at the same time. So neither the width nor the threads change a bit.
/// </summary>
internal abstract class Network : IDisposable
{
    /// <summary>Builds the network for the widest vectors of this machine, or for <paramref name="width"/>.</summary>
    public static Network Create(Architecture architecture, int capacity, int threads, Upkeep upkeep = Upkeep.FirstMoment,
        VectorWidth? width = null) =>
        (width ?? VectorWidths.Widest) switch
        {
            VectorWidth.Bits512 => new Network<Lanes512, Vector512<float>>(architecture, capacity, threads, upkeep),
            VectorWidth.Bits256 => new Network<Lanes256, Vector256<float>>(architecture, capacity, threads, upkeep),
            VectorWidth.Bits128 => new Network<Lanes128, Vector128<float>>(architecture, capacity, threads, upkeep),
            _ => new Network<LanesScalar, float>(architecture, capacity, threads, upkeep),
        };

    /// <summary>
    /// Bytes of the buffers that <see cref="Create"/>, and if asked <see cref="PrepareInfluences"/>, would take; the same for every vector
    /// width and nearly so for every number of threads.
    /// </summary>
    public static long Measure(Architecture architecture, int capacity, int threads, Upkeep upkeep, bool influences = false)
    {
        using var team = new Team(threads);
        var arena = new Arena(measures: true);
        var plan = new Blueprint<LanesScalar, float>(architecture.Input, architecture.Nodes, capacity, team, upkeep, arena);
        if (influences) unsafe { plan.TakeInfluences(capacity, arena); }
        return arena.Bytes;
    }

    /// <summary>Bytes of its buffers.</summary>
    public abstract long Bytes { get; }

    /// <summary>Takes over parameters and the optimiser's moments; those that are not given are zero.</summary>
    public abstract void Load(Checkpoint parameters, Checkpoint? momentum, Checkpoint? secondMoment = null);

    public abstract Checkpoint Parameters();

    public abstract Checkpoint Momentum();

    /// <summary>The second moment, where the optimiser keeps one.</summary>
    public abstract Checkpoint? SecondMoment();

    /// <summary>The hash of the state after that many steps, without copies that outlive the call.</summary>
    public abstract Digest StateHash(long step);

    /// <summary>The gradients of the last step, for tests.</summary>
    public abstract Checkpoint Gradients();

    /// <summary>One step of descent; returns the mean loss before it.</summary>
    /// <param name="examples">What to learn from.</param>
    /// <param name="batch">Which of them.</param>
    /// <param name="rule">The rule of the descent.</param>
    /// <param name="seed">The seed of the run, which decides what is dropped.</param>
    /// <param name="step">The step's number, counted from 1.</param>
    /// <param name="influences">
    /// When given, the inner product of each example's part of the batch's gradient with the direction of the last <see cref="Aim"/>
    /// is written here. The step itself is the same to the bit.
    /// </param>
    /// <exception cref="TrainingDivergedException">Parameters and moments are unchanged.</exception>
    public abstract float Train(ExampleSet examples, ReadOnlySpan<int> batch, StepRule rule, ulong seed, long step,
        double[]? influences = null);

    /// <summary>Takes the memory that <see cref="Aim"/> and influences need.</summary>
    /// <exception cref="NotSupportedException">A layer has parameters whose influence is not defined; the message names it.</exception>
    public abstract void PrepareInfluences();

    /// <summary>
    /// Makes the gradient of the mean loss over a batch, at the present parameters, the direction of the influences to come.
    /// </summary>
    /// <exception cref="TrainingDivergedException">The loss or a gradient is not finite.</exception>
    public abstract void Aim(ExampleSet examples, ReadOnlySpan<int> batch, ulong seed, long step);

    /// <summary>What the last layer makes of each example: count × units values.</summary>
    public abstract void Evaluate(ExampleSet examples, ReadOnlySpan<int> batch, Span<float> outputs);

    /// <summary>How many examples of the batch have their label's score first among the largest.</summary>
    public abstract int Classify(ExampleSet examples, ReadOnlySpan<int> batch);

    public abstract void Dispose();
}

/// <inheritdoc />
internal sealed unsafe class Network<L, V> : Network
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private const int UpdatePiece = 8192;
    private readonly Team _team;
    private readonly Blueprint<L, V> _plan;
    private readonly Arena _arena = new();
    private readonly CrossEntropy? _crossEntropy;
    private readonly SquaredError? _squaredError;
    private readonly int[] _batch;
    private readonly ParameterBlock[] _trained;
    private readonly (int Block, int First, int Count)[] _updates;
    private readonly float[] _squares;
    private readonly Action<int> _gather;
    private readonly Action<int> _check;
    private readonly Action<int> _square;
    private readonly Action<int> _update;
    private readonly Action<int> _hash;
    private readonly Digest[] _hashes = new Digest[3];
    private readonly Tensor[]?[] _scratch = new Tensor[]?[3];
    private readonly bool _hasSecondMoment;
    private ExampleSet? _examples;
    private StepRule _rule;
    private float _shrink;
    private int _broken;
    private float* _influenceScratch;
    private Arena? _influenceArena;

    public Network(Architecture architecture, int capacity, int threads, Upkeep upkeep)
    {
        _team = new Team(threads);
        _plan = new Blueprint<L, V>(architecture.Input, architecture.Nodes, capacity, _team, upkeep, _arena);
        _hasSecondMoment = upkeep == Upkeep.TwoMoments;
        if (architecture.Loss == Loss.SoftmaxCrossEntropy) _crossEntropy = new CrossEntropy(_plan.Output, capacity, _team);
        else _squaredError = new SquaredError(_plan.Output, capacity);
        _batch = new int[capacity];
        _trained = [.. _plan.Parameters.Where(block => block.IsTrained)];
        _updates = [.. _trained.SelectMany((block, b) => Enumerable.Range(0, (block.Count + UpdatePiece - 1) / UpdatePiece)
            .Select(i => (b, i * UpdatePiece, Math.Min(UpdatePiece, block.Count - i * UpdatePiece))))];
        _squares = new float[_updates.Length];
        (_gather, _check, _square, _update, _hash) = (Gather, Check, Square, Update, Hash);
    }

    public override long Bytes => _arena.Bytes + (_influenceArena?.Bytes ?? 0);

    public override void Load(Checkpoint parameters, Checkpoint? momentum, Checkpoint? secondMoment)
    {
        foreach (var block in _plan.Parameters) block.Import(parameters, block.Values);
        foreach (var block in _trained)
        {
            Restore(block, momentum, block.Momentum);
            Restore(block, secondMoment, block.SecondMoment);
        }
    }

    public override Checkpoint Parameters() => new(Export(Buffer.Values));

    public override Checkpoint Momentum() => new(Export(Buffer.Momentum));

    public override Checkpoint? SecondMoment() => _hasSecondMoment ? new(Export(Buffer.SecondMoment)) : null;

    public override Checkpoint Gradients() => new(Export(Buffer.Gradients));

    public override Digest StateHash(long step)
    {
        _team.Run(_hasSecondMoment ? 3 : 2, _hash);
        return _hasSecondMoment ? TrainingState.HashOf(step, _hashes[0], _hashes[1], _hashes[2])
            : TrainingState.HashOf(step, _hashes[0], _hashes[1]);
    }

    public override void PrepareInfluences()
    {
        var arena = new Arena();
        _influenceScratch = _plan.TakeInfluences(_batch.Length, arena);
        _influenceArena = arena;
    }

    public override void Aim(ExampleSet examples, ReadOnlySpan<int> batch, ulong seed, long step)
    {
        FindGradients(examples, batch, seed, step, "validation ");
        foreach (var block in _trained) block.Aim();
    }

    public override float Train(ExampleSet examples, ReadOnlySpan<int> batch, StepRule rule, ulong seed, long step, double[]? influences)
    {
        var loss = FindGradients(examples, batch, seed, step, "");
        if (influences is not null)
        {
            Array.Clear(influences, 0, batch.Length);
            foreach (var operation in _plan.Operations) operation.AddInfluences(batch.Length, _influenceScratch, influences);
        }

        _rule = rule;
        _shrink = rule.ClipNorm > 0 ? Shrinkage(step) : 1f;
        _team.Run(_updates.Length, _update);
        foreach (var operation in _plan.Operations) operation.Commit();
        return loss;
    }

    /// <summary>Forth and back; returns the mean loss.</summary>
    private float FindGradients(ExampleSet examples, ReadOnlySpan<int> batch, ulong seed, long step, string what)
    {
        (_plan.Pass.IsTraining, _plan.Pass.Seed, _plan.Pass.Step) = (true, seed, step);
        Forward(examples, batch);
        var loss = Measure(examples, batch);
        if (!float.IsFinite(loss)) throw new TrainingDivergedException(step, $"the {what}loss");

        for (var i = _plan.Operations.Length - 1; i >= 0; i--) _plan.Operations[i].Backward(batch.Length);
        _broken = 0;
        _team.Run(_updates.Length, _check);
        if (_broken != 0) throw new TrainingDivergedException(step, $"a {what}gradient");
        return loss;
    }

    public override void Evaluate(ExampleSet examples, ReadOnlySpan<int> batch, Span<float> outputs)
    {
        _plan.Pass.IsTraining = false;
        Forward(examples, batch);
        var size = _plan.Output.Shape.Channels;
        for (var n = 0; n < batch.Length; n++) new ReadOnlySpan<float>(_plan.Output.Values(n), size).CopyTo(outputs[(n * size)..]);
    }

    public override int Classify(ExampleSet examples, ReadOnlySpan<int> batch)
    {
        _plan.Pass.IsTraining = false;
        Forward(examples, batch);
        var correct = 0;
        for (var n = 0; n < batch.Length; n++)
        {
            var scores = new ReadOnlySpan<float>(_plan.Output.Values(n), _plan.Output.Shape.Channels);
            var best = 0;
            for (var c = 1; c < scores.Length; c++)
                if (scores[c] > scores[best])
                    best = c;
            if (best == examples.Labels.Span[batch[n]]) correct++;
        }

        return correct;
    }

    public override void Dispose() => _team.Dispose();

    private enum Buffer
    {
        Values,
        Momentum,
        SecondMoment,
        Gradients,
    }

    private static void Restore(ParameterBlock block, Checkpoint? from, float* to)
    {
        if (to == null) return;
        if (from is null) new Span<float>(to, block.Count).Clear();
        else block.Import(from, to);
    }

    private Tensor[] Export(Buffer buffer)
    {
        var tensors = NewTensors(buffer);
        Export(buffer, tensors);
        return tensors;
    }

    /// <summary>Running statistics have values, but neither gradients nor moments.</summary>
    private ParameterBlock[] Blocks(Buffer buffer) => buffer == Buffer.Values ? _plan.Parameters : _trained;

    private Tensor[] NewTensors(Buffer buffer) => [.. Blocks(buffer).SelectMany(block => block.NewTensors())];

    private void Export(Buffer buffer, Tensor[] tensors)
    {
        var first = 0;
        foreach (var block in Blocks(buffer))
        {
            var from = buffer switch { Buffer.Values => block.Values, Buffer.Momentum => block.Momentum,
                Buffer.SecondMoment => block.SecondMoment, _ => block.Gradients };
            block.Export(from, tensors.AsSpan(first, block.Shapes.Count));
            first += block.Shapes.Count;
        }
    }

    private void Hash(int which)
    {
        var tensors = _scratch[which] ??= NewTensors((Buffer)which);
        Export((Buffer)which, tensors);
        _hashes[which] = Checkpoint.HashOf(tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal).ToArray());
    }

    private void Forward(ExampleSet examples, ReadOnlySpan<int> batch)
    {
        _examples = examples;
        batch.CopyTo(_batch);
        _team.Run(batch.Length, _gather);
        foreach (var operation in _plan.Operations) operation.Forward(batch.Length);
    }

    private float Measure(ExampleSet examples, ReadOnlySpan<int> batch)
    {
        if (_crossEntropy is not null)
        {
            for (var n = 0; n < batch.Length; n++) _crossEntropy.Labels[n] = examples.Labels.Span[batch[n]];
            return _crossEntropy.Run(batch.Length);
        }

        for (var n = 0; n < batch.Length; n++) examples.TargetsOf(batch[n]).CopyTo(_squaredError!.Targets.AsSpan(n * examples.TargetSize));
        return _squaredError!.Run(batch.Length);
    }

    private void Gather(int example)
    {
        var input = _plan.Input;
        var (channels, height, width) = input.Shape;
        var source = _examples![_batch[example]];
        for (var row = 0; row < height; row++)
        {
            var target = input.Values(example, row);
            if (channels == 1)
                source.Slice(row * width, width).CopyTo(new Span<float>(target, width));
            else
                for (var x = 0; x < width; x++)
                    for (var c = 0; c < channels; c++)
                        target[x * channels + c] = source[(c * height + row) * width + x];
            if (input.Rectified) Rows<L, V>.Rectify(target, width * channels);
        }
    }

    private void Check(int piece)
    {
        var (block, first, count) = _updates[piece];
        if (!Rows<L, V>.AreFinite(_trained[block].Gradients + first, count)) Volatile.Write(ref _broken, 1);
    }

    private void Square(int piece)
    {
        var (block, first, count) = _updates[piece];
        _squares[piece] = Reduction<L, V>.Sum(new SquaresAround(_trained[block].Gradients + first, 0f), count);
    }

    /// <summary>
    /// What gradients are multiplied by so that their norm is at most the limit. The sum of squares: pieces of 8,192 values in
    /// the order of kernels, each summed as <see cref="Reduction{L, V}"/> states, then a chain over the pieces.
    /// </summary>
    private float Shrinkage(long step)
    {
        _team.Run(_updates.Length, _square);
        var sum = 0f;
        foreach (var square in _squares) sum += square;
        var norm = MathF.Sqrt(sum);
        if (!float.IsFinite(norm)) throw new TrainingDivergedException(step, "the norm of the gradients");
        return norm > _rule.ClipNorm ? _rule.ClipNorm / norm : 1f;
    }

    private void Update(int piece)
    {
        var (index, first, count) = _updates[piece];
        var block = _trained[index];
        if (_shrink != 1f) Rows<L, V>.Scale(block.Gradients + first, _shrink, block.Gradients + first, count);
        if (_hasSecondMoment)
            Descent<L, V>.Adam(block.Values + first, block.Momentum + first, block.SecondMoment + first, block.Gradients + first,
                count, _rule);
        else Descent<L, V>.Momentum(block.Values + first, block.Momentum + first, block.Gradients + first, count, _rule);
    }
}
