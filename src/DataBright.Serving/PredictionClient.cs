using System.Net.Http.Headers;
using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Models;
using DataBright.Market.Predictions;
using DataBright.Storage;

namespace DataBright.Serving;

/// <summary>
/// What a worker answered cannot be trusted: it is not signed by it, or another checkpoint answered. Do not pay it any more.
/// </summary>
public sealed class AnswerUntrustedException(string message) : DataBrightException(FailureKind.Invalid, message);

/// <summary>
/// Buys predictions of one model from one worker, and manages vouchers unseen: one sum further for each request, signed with the buyer's or
/// the channel's own key; every answer is checked against the ledger's checkpoint and the worker's signature.
/// </summary>
/// <remarks>May be used from several threads; requests then travel side by side.</remarks>
public sealed class PredictionClient
{
    /// <summary>For whom a node asks a worker beside it, so that each of its visitors has a trial of its own.</summary>
    public const string VisitorHeader = "DataBright-Visitor";

    private const int MaxAnswer = 64 << 20;

    private readonly HttpClient _http;
    private readonly PredictionFacts _facts;
    private readonly Digest _checkpoint;
    private readonly EthereumKey? _key;
    private readonly ChannelBook? _book;
    private readonly string? _visitor;
    private readonly VoucherStatements _vouchers;
    private readonly AnswerStatements _answers;
    private readonly Lock _one = new();
    private OpenChannel? _channel;

    private PredictionClient(HttpClient http, PredictionFacts facts, Digest checkpoint, MarketAddresses market, EthereumKey? key,
        OpenChannel? channel, ChannelBook? book, string? visitor = null)
    {
        (_http, _facts, _checkpoint, _key, _channel, _book, _visitor) = (http, facts, checkpoint, key, channel, book, visitor);
        (_vouchers, _answers) = (new VoucherStatements(market), new AnswerStatements(market));
    }

    public PredictionFacts Facts => _facts;

    public OpenChannel? Channel
    {
        get
        {
            lock (_one) return _channel;
        }
    }

    /// <summary>Asks a worker what it serves.</summary>
    /// <param name="http">Its base address is the worker's, with a slash at the end.</param>
    /// <param name="model">The model.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="PredictionRefusedException">It does not serve the model.</exception>
    /// <exception cref="HttpRequestException">It does not answer.</exception>
    public static async Task<PredictionFacts> FactsAsync(HttpClient http, ModelId model, CancellationToken stop)
    {
        using var answer = await http.GetAsync(new Uri($"predictions/{model}", UriKind.Relative), stop);
        if (!answer.IsSuccessStatusCode) throw await RefusalAsync(answer, stop);
        return CanonicalJson.Read<PredictionFacts>(await answer.Content.ReadAsByteArrayAsync(stop));
    }

    /// <summary>Asks a worker what a model's answers are called.</summary>
    /// <returns>Null where it has no names.</returns>
    /// <exception cref="HttpRequestException">It does not answer.</exception>
    public static async Task<ServedNames?> NamesAsync(HttpClient http, ModelId model, CancellationToken stop)
    {
        using var answer = await http.GetAsync(new Uri($"predictions/{model}/names", UriKind.Relative), stop);
        try
        {
            return answer.IsSuccessStatusCode ? CanonicalJson.Read<ServedNames>(await answer.Content.ReadAsByteArrayAsync(stop)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A client that only tries.</summary>
    /// <param name="http">Its base address is the worker's.</param>
    /// <param name="facts">What the worker says of the model.</param>
    /// <param name="checkpoint">What the ledger says the model's checkpoint is.</param>
    /// <param name="market">The market's contracts.</param>
    /// <param name="visitor">For whom, where a node beside the worker asks for others.</param>
    public static PredictionClient ForTrial(HttpClient http, PredictionFacts facts, Digest checkpoint, MarketAddresses market,
        string? visitor = null) =>
        new(http, facts, checkpoint, market, null, null, null, visitor);

    /// <summary>A client that pays through a channel.</summary>
    /// <param name="http">Its base address is the worker's.</param>
    /// <param name="facts">What the worker says of the model.</param>
    /// <param name="model">What the ledger says of it.</param>
    /// <param name="market">The market's contracts.</param>
    /// <param name="key">Signs vouchers; stays the caller's to dispose.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="book">Where the channel is kept.</param>
    /// <exception cref="AnswerUntrustedException">The worker asks for more than the ledger says, or speaks of another model.</exception>
    /// <exception cref="ArgumentException">The channel pays another worker, or for another model.</exception>
    public static PredictionClient Paying(HttpClient http, PredictionFacts facts, Model model, MarketAddresses market, EthereumKey key,
        OpenChannel channel, ChannelBook book)
    {
        facts.Require(model);
        if (channel.Model != facts.Model || channel.Worker != facts.Worker)
            throw new ArgumentException($"Channel {channel.Id} pays {channel.Worker} for model {channel.Model}.", nameof(channel));
        return new PredictionClient(http, facts, model.Checkpoint, market, key, channel, book);
    }

    /// <summary>Asks, and pays if there is a channel. A sum that another program signed meanwhile is caught up with once.</summary>
    /// <exception cref="PredictionRefusedException">The worker does not answer.</exception>
    /// <exception cref="AnswerUntrustedException">The answer does not hold.</exception>
    public async Task<PredictionAnswer> PredictAsync(ReadOnlyMemory<float> inputs, CancellationToken stop)
    {
        try
        {
            return await AskAsync(inputs, stop);
        }
        catch (PredictionRefusedException refused)
            when (refused.Refusal is PredictionRefusal.VoucherSpent or PredictionRefusal.Underpaid && CatchUp(refused.Highest))
        {
            return await AskAsync(inputs, stop);
        }
    }

    /// <summary>Writes down how much was signed. Losing it loses nothing but a round trip.</summary>
    public void Keep()
    {
        lock (_one)
            if (_channel is { } channel) _book?.Keep(channel);
    }

    private async Task<PredictionAnswer> AskAsync(ReadOnlyMemory<float> inputs, CancellationToken stop)
    {
        var request = new PredictionRequest(NextVoucher(inputs.Length), inputs);
        using var content = new ByteArrayContent(PredictionFrame.Write(request));
        content.Headers.ContentType = new MediaTypeHeaderValue(PredictionFrame.ContentType);
        if (_visitor is not null) content.Headers.Add(VisitorHeader, _visitor);
        using var answer = await _http.PostAsync(new Uri($"predictions/{_facts.Model}", UriKind.Relative), content, stop);
        if (!answer.IsSuccessStatusCode)
        {
            var refusal = await RefusalAsync(answer, stop);
            if (refusal is PredictionRefusedException { Refusal: PredictionRefusal.Malformed }) TakeBack(request);
            throw refusal;
        }
        if (answer.Content.Headers.ContentLength is > MaxAnswer)
            throw new AnswerUntrustedException("The worker's answer is too long for what was asked.");
        return Check(await answer.Content.ReadAsByteArrayAsync(stop), request);
    }

    private Signed<Voucher>? NextVoucher(int values)
    {
        if (_key is null) return null;
        Voucher voucher;
        lock (_one)
        {
            var sum = _channel!.Signed + CostOf(values);
            if (sum > _channel.Deposit)
                throw new PredictionRefusedException(PredictionRefusal.VoucherTooHigh,
                    $"Channel {_channel.Id} holds ${_channel.Deposit} and ${_channel.Signed} of it is signed away; this costs "
                    + $"${sum - _channel.Signed}: top the channel up.");
            _channel = _channel with { Signed = sum };
            voucher = new Voucher(_channel.Id, sum);
        }

        return _vouchers.Sign(voucher, _key);
    }

    /// <summary>
    /// A sum that bought nothing buys the next request, unless a higher one was signed meanwhile: both together cost what one does.
    /// </summary>
    private void TakeBack(PredictionRequest request)
    {
        if (request.Voucher is not { Statement: var signed }) return;
        lock (_one)
            if (_channel is { } channel && channel.Signed == signed.Cumulative)
                _channel = channel with { Signed = signed.Cumulative - CostOf(request.Inputs.Length) };
    }

    private Money CostOf(int values) => _facts.Price * (ulong)(values / _facts.Input.Aggregate(1, (size, side) => size * side));

    private PredictionAnswer Check(byte[] bytes, PredictionRequest request)
    {
        PredictionAnswer answer;
        try
        {
            answer = PredictionFrame.ReadAnswer(bytes, _facts.Model, request);
        }
        catch (FormatException fault)
        {
            throw new AnswerUntrustedException($"The worker's answer cannot be read: {fault.Message}");
        }

        if (answer.Receipt.Checkpoint != _checkpoint)
            throw new AnswerUntrustedException(
                $"The checkpoint {answer.Receipt.Checkpoint} answered; the ledger says that model {_facts.Model} is {_checkpoint}.");
        if (!IsSigned(answer)) throw new AnswerUntrustedException($"The answer is not signed by the worker {_facts.Worker}.");
        foreach (var score in answer.Scores.Span)
            if (!float.IsFinite(score))
                throw new AnswerUntrustedException(
                    $"The worker {_facts.Worker} answered with a score that is {score}, which no model is asked to sign.");
        return answer with { Classes = _facts.Classes };
    }

    private bool IsSigned(PredictionAnswer answer) =>
        answer.Proof.Signature.IsBy(_facts.Worker, _answers.Digest(MerkleTree.RootOf(answer.Receipt.Leaf(), answer.Proof.Path)));

    /// <summary>
    /// Goes on from a voucher of the worker's if this channel's own key signed it, and it is ahead of what is known here.
    /// </summary>
    private bool CatchUp(Signed<Voucher>? highest)
    {
        lock (_one)
        {
            if (highest is null || _key is null || _channel is null || highest.Statement.Channel != _channel.Id
                || highest.Statement.Cumulative <= _channel.Signed) return false;
            if (!highest.Signature.IsBy(_key.Address, _vouchers.Digest(highest.Statement))) return false;
            _channel = _channel with { Signed = highest.Statement.Cumulative };
            return true;
        }
    }

    private static async Task<Exception> RefusalAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        var body = await answer.Content.ReadAsByteArrayAsync(stop);
        try
        {
            var problem = CanonicalJson.Read<PredictionProblem>(body);
            return new PredictionRefusedException(problem.Refusal, problem.Detail)
            {
                Needed = problem.Needed,
                Highest = problem.Highest is { } highest
                    ? new Signed<Voucher>(new Voucher(highest.Channel, highest.Cumulative), Signature.Parse(highest.Signature)) : null,
            };
        }
        catch (Exception fault) when (fault.IsUnreadable())
        {
            return new HttpRequestException($"The worker answered with status {(int)answer.StatusCode}.", null, answer.StatusCode);
        }
    }
}
