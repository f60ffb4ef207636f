using System.Threading.Channels;
using DataBright.Ethereum;
using DataBright.Market.Predictions;

namespace DataBright.Serving;

/// <summary>
/// Answers requests that were paid for: those that wait at the same moment are computed together by model, written down together, and
/// signed together. One thread does it; taking money and reading requests happens on the others.
/// </summary>
internal sealed class AnswerBatcher : IAsyncDisposable
{
    private const int MaxWaiting = 4096;
    private const int MaxTogether = 64;

    private readonly System.Threading.Channels.Channel<Waiting> _queue =
        System.Threading.Channels.Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly EthereumKey _worker;
    private readonly AnswerStatements _statements;
    private readonly VoucherJournal _journal;
    private readonly Task _work;

    public AnswerBatcher(EthereumKey worker, AnswerStatements statements, VoucherJournal journal)
    {
        (_worker, _statements, _journal) = (worker, statements, journal);
        _work = Task.Run(WorkAsync);
    }

    /// <exception cref="PredictionRefusedException">Too many wait already.</exception>
    public Task<PredictionAnswer> AskAsync(ServedModel model, PredictionRequest request, TakenVoucher? taken)
    {
        var waiting = new Waiting(model, request, taken,
            new TaskCompletionSource<PredictionAnswer>(TaskCreationOptions.RunContinuationsAsynchronously));
        return _queue.Writer.TryWrite(waiting)
            ? waiting.Answer.Task
            : throw new PredictionRefusedException(PredictionRefusal.Busy,
                "Too many requests wait here; ask again in a moment. The same voucher is still good.");
    }

    /// <summary>Answers what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _work;
    }

    private async Task WorkAsync()
    {
        var together = new List<Waiting>(MaxTogether);
        while (await _queue.Reader.WaitToReadAsync())
        {
            together.Clear();
            while (together.Count < MaxTogether && _queue.Reader.TryRead(out var next)) together.Add(next);
            // One that cannot be answered keeps none of those that came with it.
            if (!TryServe(together, out _))
                foreach (var waiting in together)
                    if (!waiting.Answer.Task.IsCompleted && !TryServe([waiting], out var fault)) waiting.Answer.TrySetException(fault!);
        }
    }

    private bool TryServe(List<Waiting> together, out Exception? fault)
    {
        try
        {
            var ready = Compute(together);
            // Before any answer leaves, so that no kill makes the worker forget what it was paid.
            _journal.Append([.. ready.Select(one => one.Asked.Taken).OfType<TakenVoucher>()]);
            Sign(ready);
            fault = null;
            return true;
        }
        catch (Exception thrown)
        {
            fault = thrown;
            return false;
        }
    }

    /// <summary>What is answered; whoever asked for what has no answer is told so, and pays nothing.</summary>
    private static List<Ready> Compute(List<Waiting> together)
    {
        var ready = new List<Ready>(together.Count);
        foreach (var group in together.GroupBy(waiting => waiting.Model))
        {
            var asked = group.ToArray();
            var scores = (ReadOnlyMemory<float>)group.Key.Predictor.Predict(Joined(asked));
            foreach (var waiting in asked)
            {
                var own = scores[..(waiting.Examples * group.Key.Architecture.Classes)];
                scores = scores[own.Length..];
                if (Unanswered(waiting, own.Span) is { } none)
                {
                    waiting.Answer.TrySetException(none);
                    continue;
                }
                var paid = waiting.Request.Voucher?.Statement;
                ready.Add(new Ready(waiting, new PredictionReceipt(group.Key.Id, group.Key.Predictor.Checkpoint, paid?.Channel ?? default,
                    paid?.Cumulative ?? default, waiting.Request.InputsHash, PredictionRequest.HashOf(own.Span)), own));
            }
        }
        return ready;
    }

    /// <summary>Values that a model was not trained for may lead beyond binary32, and no class is likely there.</summary>
    private static PredictionRefusedException? Unanswered(Waiting asked, ReadOnlySpan<float> scores)
    {
        for (var i = 0; i < scores.Length; i++)
            if (!float.IsFinite(scores[i]))
                return new PredictionRefusedException(
                    PredictionRefusal.Malformed,
                    $"Model {asked.Model.Id} has no finite score for example {i / asked.Model.Architecture.Classes + 1}: its values are "
                    + "too large for this model. Nothing was spent.");
        return null;
    }

    private void Sign(List<Ready> ready)
    {
        if (ready.Count == 0) return;
        var proofs = _statements.Sign([.. ready.Select(one => one.Receipt)], _worker);
        for (var i = 0; i < ready.Count; i++)
            ready[i].Asked.Answer.TrySetResult(new PredictionAnswer(ready[i].Receipt, proofs[i], ready[i].Scores,
                ready[i].Asked.Model.Architecture.Classes));
    }

    private static ReadOnlyMemory<float> Joined(Waiting[] asked)
    {
        if (asked.Length == 1) return asked[0].Request.Inputs;
        var inputs = new float[asked.Sum(waiting => waiting.Request.Inputs.Length)];
        var at = 0;
        foreach (var waiting in asked)
        {
            waiting.Request.Inputs.Span.CopyTo(inputs.AsSpan(at));
            at += waiting.Request.Inputs.Length;
        }

        return inputs;
    }

    private sealed record Ready(Waiting Asked, PredictionReceipt Receipt, ReadOnlyMemory<float> Scores);

    private sealed record Waiting(ServedModel Model, PredictionRequest Request, TakenVoucher? Taken,
        TaskCompletionSource<PredictionAnswer> Answer)
    {
        public int Examples => Request.Inputs.Length / Model.Architecture.Input.Size;
    }
}
