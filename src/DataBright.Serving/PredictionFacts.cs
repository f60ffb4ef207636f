using System.Text.Json.Serialization;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Models;

namespace DataBright.Serving;

/// <summary>What a worker says of a model it serves.</summary>
/// <param name="Model">Its number.</param>
/// <param name="Worker">Who signs the answers and is paid by the channel.</param>
/// <param name="Checkpoint">The hash of the parameters that answer.</param>
/// <param name="Architecture">The architecture's name.</param>
/// <param name="Input">Channels, height and width of an example.</param>
/// <param name="Classes">Scores of an answer.</param>
/// <param name="Price">Of one prediction.</param>
/// <param name="TrialPerDay">What a visitor may try for nothing each day.</param>
/// <param name="MaxExamples">The most examples in one request.</param>
public sealed record PredictionFacts(
    ModelId Model, Address Worker, Digest Checkpoint, string Architecture, IReadOnlyList<int> Input, int Classes, Money Price,
    int TrialPerDay,
    [property: JsonPropertyName("mostExamples")] int MaxExamples)
{
    private const int MaxValues = 1 << 24;

    /// <summary>Whether a model could be so: whoever reads inputs by it makes room for as many values as it says.</summary>
    public bool IsPossible => Input is [> 0 and <= MaxValues, > 0 and <= MaxValues, > 0 and <= MaxValues]
        && (UInt128)(uint)Input[0] * (uint)Input[1] * (uint)Input[2] <= MaxValues
        && Classes > 0 && MaxExamples > 0;

    /// <summary>
    /// What it says of the price and of examples decides how much is signed away, so it is held against the ledger before anything is.
    /// </summary>
    /// <param name="model">What the ledger says.</param>
    /// <exception cref="AnswerUntrustedException">It asks for more, speaks of another model, or of none that could be.</exception>
    public void Require(Model model)
    {
        if (Model != model.Id)
            throw new AnswerUntrustedException($"The worker {Worker} speaks of model {Model}; model {model.Id} was asked for.");
        if (Price > model.Price)
            throw new AnswerUntrustedException(
                $"The worker {Worker} asks for ${Price} for a prediction; the ledger says that model {model.Id} costs ${model.Price}.");
        if (!IsPossible)
            throw new AnswerUntrustedException($"The worker {Worker} does not say what model {model.Id} takes in a way that could be.");
    }

    public static PredictionFacts Of(PredictionServer server, ServedModel model)
    {
        var (channels, height, width) = model.Architecture.Input;
        return new PredictionFacts(
            model.Id, server.Worker, model.Predictor.Checkpoint, model.Architecture.Name, [channels, height, width],
            model.Architecture.Classes, model.Price,
            server.Terms.TrialEachPerDay, server.Terms.MaxExamples);
    }
}

/// <summary>A refusal as programs read it.</summary>
/// <param name="Refusal">Which one.</param>
/// <param name="Detail">What is wrong and what to do.</param>
/// <param name="Needed">The sum that the voucher must name.</param>
/// <param name="Highest">The highest voucher the worker has of the channel.</param>
public sealed record PredictionProblem(PredictionRefusal Refusal, string Detail, Money? Needed, HighestVoucher? Highest)
{
    public const string ContentType = "application/problem+json";

    public static PredictionProblem Of(PredictionRefusedException refused) => new(
        refused.Refusal, refused.Message, refused.Needed,
        refused.Highest is { } highest
            ? new HighestVoucher(highest.Statement.Channel, highest.Statement.Cumulative, highest.Signature.ToString()) : null);

    public int Status => Refusal switch
    {
        PredictionRefusal.ModelNotServed or PredictionRefusal.ChannelUnknown => 404,
        PredictionRefusal.Malformed => 400,
        PredictionRefusal.Busy => 503,
        _ => 402,
    };
}

public sealed record HighestVoucher(ChannelId Channel, Money Cumulative, string Signature);
