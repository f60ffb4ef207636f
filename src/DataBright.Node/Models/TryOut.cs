using System.Collections.Concurrent;
using DataBright.Learning.Examples;
using DataBright.Learning.Shapes;
using DataBright.Market;
using DataBright.Node.Rest;
using DataBright.Serving;

namespace DataBright.Node.Models;

/// <summary>What a model answered to somebody who tried it; checked before it is shown.</summary>
/// <param name="Scores">One for each class.</param>
/// <param name="Likelihoods">The same as parts of one (softmax).</param>
/// <param name="Checkpoint">What answered, by the worker's signature.</param>
/// <param name="Picture">The name of the picture as the model saw it; null where it was a row.</param>
public sealed record TriedAnswer(IReadOnlyList<float> Scores, IReadOnlyList<Fraction> Likelihoods, Hash32 Checkpoint,
    Ethereum.Address Worker, string? Picture)
{
    public int Label => Enumerable.Range(0, Scores.Count).MaxBy(label => Scores[label]);
}

/// <summary>Lets visitors ask models that workers beside this node serve, as a trial: no voucher, nothing to pay.</summary>
internal sealed class TryOut(ServingWorkers workers, MarketAddresses market, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ModelId, (DateTimeOffset At, Served? Found)> _known = [];

    private readonly ConcurrentDictionary<Uri, HttpClient> _clients = [];

    public TriedPictures Pictures { get; } = new();

    public void Dispose()
    {
        foreach (var client in _clients.Values) client.Dispose();
    }

    /// <summary>A worker that serves the model and may; null where none answers.</summary>
    public async Task<PredictionFacts?> FindAsync(ModelFacts model, CancellationToken stop) => (await ServedAsync(model, stop))?.Facts;

    /// <param name="model">Which.</param>
    /// <param name="read">The visitor's picture or row, once it is known what the model takes.</param>
    /// <param name="visitor">Where on the network it is asked from: the day's trial is each visitor's, not this node's.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="MalformedInputException">The picture is none, or not one for this model.</exception>
    /// <exception cref="PredictionRefusedException">The worker does not answer, or nothing is left of the trial.</exception>
    /// <exception cref="AnswerUntrustedException">The answer does not hold.</exception>
    /// <exception cref="HttpRequestException">The worker is away.</exception>
    public async Task<TriedAnswer> AskAsync(ModelFacts model, Func<ExampleShape, float[]> read, string visitor, CancellationToken stop)
    {
        var served = await ServedAsync(model, stop)
            ?? throw new PredictionRefusedException(PredictionRefusal.ModelNotServed,
                $"No worker beside this node serves model {model.Summary.Id} now.");
        var shape = new ExampleShape(served.Facts.Input[0], served.Facts.Input[1], served.Facts.Input[2]);
        var inputs = read(shape);
        var client = PredictionClient.ForTrial(served.Http, served.Facts, model.CheckpointHash.ToDigest(), market, visitor);
        var answer = await client.PredictAsync(inputs, stop);
        var scores = answer.Scores.ToArray();
        return new TriedAnswer(scores, Softmax(scores), answer.Receipt.Checkpoint.ToHash32(), served.Facts.Worker,
            ImageFit.Takes(shape) ? Pictures.Keep(inputs, shape) : null);
    }

    private async Task<Served?> ServedAsync(ModelFacts model, CancellationToken stop)
    {
        var id = model.Summary.Id;
        if (_known.TryGetValue(id, out var known) && clock.GetUtcNow() - known.At < Fresh) return known.Found;
        Served? found = null;
        foreach (var address in workers.All())
        {
            var http = _clients.GetOrAdd(address, Client);
            try
            {
                var facts = await PredictionClient.FactsAsync(http, id, stop);
                // Whoever serves it must be one that the ledger says may.
                if (facts.IsPossible && facts.Model == id
                    && (facts.Worker == model.Summary.Owner || model.Workers.Any(worker => worker.Worker == facts.Worker)))
                    found = new Served(http, facts);
            }
            catch (Exception away) when (away is HttpRequestException or PredictionRefusedException or System.Text.Json.JsonException
                || (away is OperationCanceledException && !stop.IsCancellationRequested))
            {
                // The next one may.
            }
            if (found is not null) break;
        }
        _known[id] = (clock.GetUtcNow(), found);
        return found;
    }

    /// <summary>It follows no redirect, which would be an address that somebody else chose.</summary>
    private static HttpClient Client(Uri address) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(1),
        // A worker is not told which questions belong together.
        ActivityHeadersPropagator = null,
    })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = 4 << 20,
    };

    private static Fraction[] Softmax(float[] scores)
    {
        var most = scores.Max();
        var powers = scores.Select(score => Math.Exp(score - most)).ToArray();
        var sum = powers.Sum();
        return [.. powers.Select(power => Fraction.Near(power / sum))];
    }

    private sealed record Served(HttpClient Http, PredictionFacts Facts);
}
