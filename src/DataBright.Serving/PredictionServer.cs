using DataBright.Ethereum;
using DataBright.Failures;
using DataBright.Market;
using DataBright.Market.Predictions;

namespace DataBright.Serving;

/// <summary>How a worker serves.</summary>
public sealed record ServingTerms
{
    /// <summary>Predictions that a visitor may try for nothing each day.</summary>
    public int TrialEachPerDay { get; init; }

    /// <summary>Predictions that all visitors together may try for nothing each day.</summary>
    public int TrialAllPerDay { get; init; } = 1_000;

    /// <summary>The most examples in one request.</summary>
    public int MaxExamples { get; init; } = 256;

    /// <summary>How often vouchers are settled; channels that their buyers close are looked after more often.</summary>
    public TimeSpan SettleInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often the ledger is asked whether a buyer closes its channel: well below the challenge period.</summary>
    public TimeSpan ClosingInterval { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>A worker that answers predictions for vouchers: checks and takes the voucher, computes, signs, settles.</summary>
public sealed class PredictionServer : IAsyncDisposable
{
    private readonly IReadOnlyDictionary<ModelId, ServedModel> _models;
    private readonly VoucherJournal _journal;
    private readonly AnswerBatcher _batcher;
    private readonly VoucherAcceptor _vouchers;
    private readonly TrialAllowance _trial;
    private readonly TimeProvider _clock;
    private readonly PredictionMetrics? _metrics;

    private PredictionServer(EthereumKey worker, IReadOnlyDictionary<ModelId, ServedModel> models, VoucherJournal journal,
        AnswerBatcher desk, VoucherAcceptor vouchers, ServingTerms terms, TimeProvider clock, PredictionMetrics? metrics)
    {
        (Worker, _models, _journal, _batcher, _vouchers, Terms, _clock, _metrics) = (worker.Address, models, journal, desk, vouchers, terms,
            clock, metrics);
        _trial = new TrialAllowance(terms.TrialEachPerDay, terms.TrialAllPerDay, clock);
    }

    /// <summary>Who signs the answers.</summary>
    public Address Worker { get; }

    public ServingTerms Terms { get; }

    public IEnumerable<ServedModel> Models => _models.Values;

    /// <param name="worker">Signs answers; stays the caller's to dispose.</param>
    /// <param name="market">The market's contracts.</param>
    /// <param name="models">What is served; disposed with the house.</param>
    /// <param name="ledger">Channels.</param>
    /// <param name="journal">The file in which taken vouchers are kept.</param>
    /// <param name="terms">How it serves.</param>
    /// <param name="clock">The time.</param>
    /// <param name="metrics">Counts and times what is answered; null where nobody watches.</param>
    /// <exception cref="IOException">The journal is in use, or cannot be read.</exception>
    public static PredictionServer Open(
        EthereumKey worker, MarketAddresses market, IEnumerable<ServedModel> models, IChannelLedger ledger, string journal,
        ServingTerms terms, TimeProvider clock, PredictionMetrics? metrics = null)
    {
        var vouchers = new VoucherAcceptor(worker.Address, new VoucherStatements(market), ledger, clock, metrics);
        var kept = VoucherJournal.Open(journal, vouchers.Restore);
        return new PredictionServer(worker, models.ToDictionary(model => model.Id), kept,
            new AnswerBatcher(worker, new AnswerStatements(market), kept), vouchers, terms, clock, metrics);
    }

    public ServedModel? Find(ModelId model) => _models.GetValueOrDefault(model);

    /// <summary>Answers a request. The same request with the same voucher is answered again, for nothing.</summary>
    /// <param name="model">Which model.</param>
    /// <param name="request">What is asked, and what pays for it.</param>
    /// <param name="visitor">Who asks, for the trial: an address of a network, say.</param>
    /// <param name="stop">Cancels; a voucher that was taken buys the same answer later.</param>
    /// <exception cref="PredictionRefusedException">It is not answered, and nothing was spent.</exception>
    public async Task<PredictionAnswer> AnswerAsync(ModelId model, PredictionRequest request, string visitor, CancellationToken stop)
    {
        var begun = _clock.GetTimestamp();
        using var span = PredictionMetrics.Span();
        var served = Find(model)
            ?? throw new PredictionRefusedException(PredictionRefusal.ModelNotServed, $"Model {model} is not served here.");
        var examples = Count(served, request.Inputs);
        var taken = request.Voucher is { } voucher
            ? await _vouchers.TakeAsync(voucher, model, request.InputsHash, served.Price * (ulong)examples, stop) : null;
        // A model that costs nothing needs no voucher.
        if (taken is null && served.Price > Money.Zero && !_trial.TryTake(visitor, examples))
            throw new PredictionRefusedException(PredictionRefusal.TrialOver,
                $"Nothing is left of today's trial of {Terms.TrialEachPerDay} predictions; one costs ${served.Price}: open a "
                + "channel.") { Needed = served.Price * (ulong)examples };
        var answer = await AskAsync(served, request, taken, visitor, examples).WaitAsync(stop);
        _metrics?.Answer(examples, taken is not null ? "voucher" : served.Price > Money.Zero ? "trial" : "free",
            _clock.GetElapsedTime(begun));
        return answer;
    }

    /// <summary>What the model has no answer to is given back, whether or not somebody still waits for it.</summary>
    private async Task<PredictionAnswer> AskAsync(ServedModel served, PredictionRequest request, TakenVoucher? taken, string visitor,
        int examples)
    {
        try
        {
            return await _batcher.AskAsync(served, request, taken);
        }
        catch (PredictionRefusedException refused)
        {
            if (taken is null) _trial.GiveBack(visitor, examples);
            else if (refused.Refusal == PredictionRefusal.Malformed) _vouchers.GiveBack(taken);
            throw;
        }
    }

    /// <summary>Settles now.</summary>
    public Task<IReadOnlyList<ChannelSettlement>> SettleAsync(Action<string> report, CancellationToken stop) =>
        _vouchers.SettleAsync(report, stop);

    /// <summary>Settles from time to time until cancelled, and once more then. What fails is reported and tried again.</summary>
    public async Task RunAsync(Action<string> report, CancellationToken stop)
    {
        var last = _clock.GetTimestamp();
        var retries = new Retries(new RetryTerms(Terms.ClosingInterval, Terms.ClosingInterval), _clock);
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(Terms.ClosingInterval, _clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var isLast = stop.IsCancellationRequested;
            var isDue = isLast || _clock.GetElapsedTime(last) >= Terms.SettleInterval;
            if (isDue) last = _clock.GetTimestamp();
            try
            {
                await _vouchers.SettleAsync(report, CancellationToken.None, closingOnly: !isDue, patiently: !isLast);
                retries.Succeed();
            }
            catch (Exception fault)
            {
                if (retries.Fail(fault) is { IsNews: true } step) report($"Settling failed and will be tried again: {step.Reason}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync();
        _journal.Dispose();
        foreach (var model in _models.Values) model.Dispose();
    }

    private int Count(ServedModel model, ReadOnlyMemory<float> inputs)
    {
        var input = model.Architecture.Input;
        if (inputs.Length == 0 || inputs.Length % input.Size != 0)
            throw Malformed(
                $"Model {model.Id} takes examples of shape {input}, {input.Size} values each; these are {inputs.Length} values.");
        if (inputs.Length / input.Size > Terms.MaxExamples)
            throw Malformed($"At most {Terms.MaxExamples} examples are answered in one request; these are {inputs.Length / input.Size}.");
        try
        {
            model.Predictor.Require(inputs);
        }
        catch (ArgumentException fault)
        {
            throw Malformed(fault.Message);
        }

        return inputs.Length / input.Size;
    }

    private static PredictionRefusedException Malformed(string message) => new(PredictionRefusal.Malformed, message);
}
