using System.Runtime.Intrinsics;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;

namespace DataBright.Learning.Engine;

/// <summary>
/// An architecture with parameters, ready to compute on batches up to a capacity. The rule of reproducibility: every value
/// of a product is one chain of fused multiply-adds in a stated order; vectors, threads and blocks only choose which chains
/// run at the same time. So neither the width nor the threads change a bit.
/// </summary>
internal abstract class Network : IDisposable
{
    /// <summary>Builds the network for the widest vectors of this machine, or for <paramref name="width"/>.</summary>
    public static Network Create(Architecture architecture, int capacity, int threads, bool training = true, VectorWidth? width = null) =>
        (width ?? VectorWidths.Widest) switch
        {
            VectorWidth.Bits512 => new Network<Lanes512, Vector512<float>>(architecture, capacity, threads, training),
            VectorWidth.Bits256 => new Network<Lanes256, Vector256<float>>(architecture, capacity, threads, training),
            VectorWidth.Bits128 => new Network<Lanes128, Vector128<float>>(architecture, capacity, threads, training),
            _ => new Network<LanesScalar, float>(architecture, capacity, threads, training),
        };

    /// <summary>Takes over parameters and momentum; without a momentum it is zero.</summary>
    public abstract void Load(Checkpoint parameters, Checkpoint? momentum);

    public abstract Checkpoint Parameters();

    public abstract Checkpoint Momentum();

    /// <summary>The hash of the state after that many steps, without copies that outlive the call.</summary>
    public abstract Digest StateHash(long step);

    /// <summary>The gradients of the last step, for tests.</summary>
    public abstract Checkpoint Gradients();

    /// <summary>One step of descent; returns the mean loss before it.</summary>
    /// <param name="examples">What to learn from.</param>
    /// <param name="batch">Which of them.</param>
    /// <param name="optimiser">The rule of the descent.</param>
    /// <param name="step">The step's number, for errors.</param>
    /// <param name="influences">
    /// When given, the inner product of each example's part of the batch's gradient with the direction of the last <see cref="Aim"/>
    /// is written here. The step itself is the same to the bit.
    /// </param>
    /// <exception cref="TrainingDivergedException">Parameters and momentum are unchanged.</exception>
    public abstract float Train(ExampleSet examples, ReadOnlySpan<int> batch, Optimiser optimiser, long step, double[]? influences = null);

    /// <summary>Takes the memory that <see cref="Aim"/> and influences need.</summary>
    /// <exception cref="NotSupportedException">A layer has parameters whose influence is not defined; the message names it.</exception>
    public abstract void PrepareInfluences();

    /// <summary>Makes the gradient of the mean loss over a batch, at the present parameters, the direction of the influences to come.</summary>
    /// <exception cref="TrainingDivergedException">The loss or a gradient is not finite.</exception>
    public abstract void Aim(ExampleSet examples, ReadOnlySpan<int> batch, long step);

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
    private readonly CrossEntropy _loss;
    private readonly int[] _batch;
    private readonly (int Weights, int First, int Count)[] _updates;
    private readonly Action<int> _gather;
    private readonly Action<int> _check;
    private readonly Action<int> _update;
    private readonly Action<int> _hash;
    private readonly Digest[] _hashes = new Digest[2];
    private readonly Tensor[]?[] _scratch = new Tensor[]?[2];
    private ExampleSet? _examples;
    private Optimiser? _optimiser;
    private int _broken;
    private float* _influenceScratch;
    private Arena? _influenceArena;

    public Network(Architecture architecture, int capacity, int threads, bool training)
    {
        _team = new Team(threads);
        _plan = new Blueprint<L, V>(architecture, capacity, _team, training);
        _loss = new CrossEntropy(_plan.Output, capacity, _team);
        _batch = new int[capacity];
        _updates = [.. _plan.Weights.SelectMany((weights, w) => Enumerable.Range(0, (weights.Count + UpdatePiece - 1) / UpdatePiece).Select(i => (w, i * UpdatePiece, Math.Min(UpdatePiece, weights.Count - i * UpdatePiece))))];
        _gather = Gather;
        _check = Check;
        _update = Update;
        _hash = Hash;
    }

    public override void Load(Checkpoint parameters, Checkpoint? momentum)
    {
        foreach (var weights in _plan.Weights)
        {
            weights.Import(parameters, weights.Values);
            if (weights.Momentum == null) continue;
            if (momentum is null) new Span<float>(weights.Momentum, weights.Count).Clear();
            else weights.Import(momentum, weights.Momentum);
        }
    }

    public override Checkpoint Parameters() => new(Export(Buffer.Values));

    public override Checkpoint Momentum() => new(Export(Buffer.Momentum));

    public override Checkpoint Gradients() => new(Export(Buffer.Gradients));

    public override Digest StateHash(long step)
    {
        _team.Run(2, _hash);
        return TrainingState.HashOf(step, _hashes[0], _hashes[1]);
    }

    public override void PrepareInfluences()
    {
        var silent = _plan.Weights.Except(_plan.Operations.Select(operation => operation.Influential)).FirstOrDefault();
        if (silent is not null) throw new NotSupportedException($"The parameters of layer '{silent.Layer}' have no in-run values; convolutions and dense layers have.");
        var arena = new Arena();
        foreach (var weights in _plan.Weights) weights.TakeDirection(arena);
        _influenceScratch = arena.Floats(_plan.Operations.Max(operation => operation.InfluenceScratch(_batch.Length)));
        _influenceArena = arena;
    }

    public override void Aim(ExampleSet examples, ReadOnlySpan<int> batch, long step)
    {
        FindGradients(examples, batch, step, "validation ");
        foreach (var weights in _plan.Weights) weights.Aim();
    }

    public override float Train(ExampleSet examples, ReadOnlySpan<int> batch, Optimiser optimiser, long step, double[]? influences = null)
    {
        var loss = FindGradients(examples, batch, step, "");
        if (influences is not null)
        {
            Array.Clear(influences, 0, batch.Length);
            foreach (var operation in _plan.Operations) operation.AddInfluences(batch.Length, _influenceScratch, influences);
        }

        _optimiser = optimiser;
        _team.Run(_updates.Length, _update);
        return loss;
    }

    /// <summary>Forth and back; returns the mean loss.</summary>
    private float FindGradients(ExampleSet examples, ReadOnlySpan<int> batch, long step, string what)
    {
        Forward(examples, batch);
        for (var n = 0; n < batch.Length; n++) _loss.Labels[n] = examples.Labels.Span[batch[n]];
        var loss = _loss.Run(batch.Length);
        if (!float.IsFinite(loss)) throw new TrainingDivergedException(step, $"the {what}loss");

        for (var i = _plan.Operations.Length - 1; i >= 0; i--) _plan.Operations[i].Backward(batch.Length);
        _broken = 0;
        _team.Run(_updates.Length, _check);
        if (_broken != 0) throw new TrainingDivergedException(step, $"a {what}gradient");
        return loss;
    }

    public override int Classify(ExampleSet examples, ReadOnlySpan<int> batch)
    {
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
        Gradients,
    }

    private Tensor[] Export(Buffer buffer)
    {
        var tensors = NewTensors();
        Export(buffer, tensors);
        return tensors;
    }

    /// <summary>Two tensors for each layer, in the order of the layers.</summary>
    private Tensor[] NewTensors() => [.. _plan.Weights.Select(weights => weights.NewTensors()).SelectMany(pair => new[] { pair.Weight, pair.Bias })];

    private void Export(Buffer buffer, Tensor[] tensors)
    {
        for (var i = 0; i < _plan.Weights.Length; i++)
        {
            var weights = _plan.Weights[i];
            var from = buffer switch { Buffer.Values => weights.Values, Buffer.Momentum => weights.Momentum, _ => weights.Gradients };
            weights.Export(from, tensors[2 * i].Buffer, tensors[2 * i + 1].Buffer);
        }
    }

    private void Hash(int which)
    {
        var tensors = _scratch[which] ??= NewTensors();
        Export(which == 0 ? Buffer.Values : Buffer.Momentum, tensors);
        _hashes[which] = Checkpoint.HashOf(tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal).ToArray());
    }

    private void Forward(ExampleSet examples, ReadOnlySpan<int> batch)
    {
        _examples = examples;
        batch.CopyTo(_batch);
        _team.Run(batch.Length, _gather);
        foreach (var operation in _plan.Operations) operation.Forward(batch.Length);
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
        var (weights, first, count) = _updates[piece];
        if (!Rows<L, V>.AreFinite(_plan.Weights[weights].Gradients + first, count)) Volatile.Write(ref _broken, 1);
    }

    private void Update(int piece)
    {
        var (index, first, count) = _updates[piece];
        var weights = _plan.Weights[index];
        var rule = _optimiser!;
        Rows<L, V>.Descend(weights.Values + first, weights.Momentum + first, weights.Gradients + first, count, rule.LearningRate, rule.Momentum, rule.WeightDecay);
    }
}
