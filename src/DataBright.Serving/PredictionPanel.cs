using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Serving;

/// <summary>What several workers said.</summary>
/// <param name="Answer">What most of those asked agree on, to the bit.</param>
/// <param name="Agreeing">Who said so.</param>
/// <param name="Dissent">Signed answers that differ: whoever has the parameters can tell who lied.</param>
/// <param name="Silent">Who did not answer, or not in a way that can be trusted, and why.</param>
public sealed record PanelAnswer(PredictionAnswer Answer, IReadOnlyList<Address> Agreeing, IReadOnlyList<AnswerEvidence> Dissent,
    IReadOnlyList<SilentWorker> Silent);

/// <param name="Worker">Who was asked.</param>
/// <param name="Why">What came instead of an answer.</param>
public sealed record SilentWorker(Address Worker, string Why);

/// <summary>No more than half of the workers agree. What each of them signed is the evidence.</summary>
public sealed class PredictionDisputedException(string message, IReadOnlyList<AnswerEvidence> answers)
    : DataBrightException(FailureKind.Invalid, message)
{
    public IReadOnlyList<AnswerEvidence> Answers { get; } = answers;
}

/// <summary>
/// Asks several workers the same at once and takes what most of them say. The same parameters give the same scores to the bit on every
/// machine, so a difference is never chance: with one liar among three the answer is right, and the liar has signed its lie.
/// </summary>
/// <remarks>Each worker is paid through its own channel. May be used from several threads.</remarks>
public sealed class PredictionPanel
{
    private readonly IReadOnlyList<PredictionClient> _workers;
    private readonly MarketAddresses _market;

    /// <param name="market">The market.</param>
    /// <param name="workers">Different workers that serve the same model.</param>
    /// <exception cref="ArgumentException">They are not.</exception>
    public PredictionPanel(MarketAddresses market, IReadOnlyList<PredictionClient> workers)
    {
        if (workers.Count == 0) throw new ArgumentException("A panel has one worker at least.", nameof(workers));
        if (workers.Select(worker => worker.Facts.Model).Distinct().Count() > 1)
            throw new ArgumentException("All workers of a panel serve the same model.", nameof(workers));
        if (workers.Any(worker => !worker.Facts.Input.SequenceEqual(workers[0].Facts.Input)
            || worker.Facts.Classes != workers[0].Facts.Classes))
            throw new ArgumentException("The workers do not agree on what the model takes, so one of them lies.", nameof(workers));
        if (workers.Select(worker => worker.Facts.Worker).Distinct().Count() < workers.Count)
            throw new ArgumentException("Two of the addresses are of the same worker; it would only agree with itself.", nameof(workers));
        (_market, _workers) = (market, workers);
    }

    public PredictionFacts Facts => _workers[0].Facts;

    public IReadOnlyList<PredictionClient> Workers => _workers;

    /// <summary>How many have to agree: more than half of those asked, whether they answer or not.</summary>
    public int Quorum => _workers.Count / 2 + 1;

    /// <exception cref="PredictionDisputedException">Fewer than <see cref="Quorum"/> agree.</exception>
    /// <exception cref="PredictionRefusedException">The only worker does not answer.</exception>
    /// <exception cref="AnswerUntrustedException">The only worker's answer does not hold.</exception>
    public async Task<PanelAnswer> PredictAsync(ReadOnlyMemory<float> inputs, CancellationToken stop)
    {
        if (_workers is [var only]) return new PanelAnswer(await only.PredictAsync(inputs, stop), [only.Facts.Worker], [], []);
        var said = await Task.WhenAll(_workers.Select(worker => AskAsync(worker, inputs, stop)));
        var groups = said.Where(one => one.Answer is not null).GroupBy(one => one.Answer!.Receipt.Outputs)
            .OrderByDescending(group => group.Count()).ToArray();
        SilentWorker[] silent = [.. said.Where(one => one.Answer is null).Select(one => new SilentWorker(one.Worker, one.Fault!))];
        if (groups.Length == 0 || groups[0].Count() < Quorum)
            throw new PredictionDisputedException(Dispute(groups.Length, silent),
                [.. groups.SelectMany(group => group).Select(one => Evidence(one, inputs))]);
        return new PanelAnswer(
            groups[0].First().Answer!, [.. groups[0].Select(one => one.Worker)],
            [.. groups.Skip(1).SelectMany(group => group).Select(one => Evidence(one, inputs))], silent);
    }

    private AnswerEvidence Evidence(Said one, ReadOnlyMemory<float> inputs) => AnswerEvidence.Of(_market, one.Worker, inputs, one.Answer!);

    private string Dispute(int answers, SilentWorker[] silent) =>
        $"Of {_workers.Count} workers {_workers.Count - silent.Length} answered, in {answers} different ways; {Quorum} have to agree."
        + string.Concat(silent.Select(one => $" {one.Worker}: {one.Why}"));

    private static async Task<Said> AskAsync(PredictionClient worker, ReadOnlyMemory<float> inputs, CancellationToken stop)
    {
        try
        {
            return new Said(worker.Facts.Worker, await worker.PredictAsync(inputs, stop), null);
        }
        catch (Exception fault) when (fault is PredictionRefusedException or AnswerUntrustedException or HttpRequestException
            || (fault is TaskCanceledException && !stop.IsCancellationRequested))
        {
            return new Said(worker.Facts.Worker, null, fault.Message);
        }
    }

    private sealed record Said(Address Worker, PredictionAnswer? Answer, string? Fault);
}
