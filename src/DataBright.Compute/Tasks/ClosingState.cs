using System.Text.Json;
using System.Text.Json.Serialization;
using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Storage;

namespace DataBright.Compute.Tasks;

/// <summary>How far the closing task has come.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Inputs">Hash over the checkpoints that the closing task starts from: whoever signs a trace signs for them too.</param>
/// <param name="Checkpoint">The average of the run that is being measured; null before it is made.</param>
/// <param name="Correct">Held-out points that it got right so far.</param>
/// <param name="Done">The runs that are finished.</param>
/// <param name="Measurement">What an evaluation was computed with: whoever signs its outcome signs for it.</param>
public sealed record ClosingState(
    int Step, Digest Inputs, Digest? Checkpoint, int Correct, IReadOnlyList<RunOutcome> Done,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] MeasurementInputs? Measurement = null)
{
    /// <summary>The state before the first step of a closing task over those checkpoints.</summary>
    public static ClosingState Beginning(TaskInputs inputs) =>
        new(0, Digest.Of(CanonicalJson.Write(inputs.Finals.Select(final => final.Checkpoint.Hash))), null, 0, [], inputs.Measurement);

    /// <summary>What the runs that are finished came to.</summary>
    [JsonIgnore]
    public RunOutcomes Outcome => new(Done, Measurement);

    /// <summary>Whether such a state can come up in the plan's closing task, whatever the points.</summary>
    /// <exception cref="MalformedInputException">It cannot.</exception>
    public void Require(JobPlan plan)
    {
        var each = TaskSteps.ClosingStepsPerRun(plan);
        Demand(Step >= 0 && Step <= (long)plan.Runs.Count * each, $"the closing task has no step {Step}");
        Demand(Done.Count == Step / each, $"after step {Step} {Step / each} runs are measured, not {Done.Count}");
        Demand((Checkpoint is not null) == (Step % each != 0),
            $"after step {Step} a checkpoint is {(Step % each != 0 ? "being measured" : "measured to its end")}");
        Demand(Correct >= 0 && Correct <= plan.HeldOut.Count, $"{Correct} of {plan.HeldOut.Count} points cannot be right");
        Demand(Step % each != 0 || Correct == 0, "no run is being measured");
        for (var run = 0; run < Done.Count; run++)
        {
            var done = Done[run];
            Demand(done.Run == plan.Runs[run].Name, $"run {run} is '{plan.Runs[run].Name}'");
            Demand(done.Total == plan.HeldOut.Count, $"run '{done.Run}' is measured on {plan.HeldOut.Count} points, not {done.Total}");
            Demand(done.Correct >= 0 && done.Correct <= done.Total, $"{done.Correct} of {done.Total} points cannot be right");
        }
    }

    private static void Demand(bool holds, string problem)
    {
        if (!holds) throw new MalformedInputException("closing state", problem);
    }

    public byte[] ToBytes() => CanonicalJson.Write(this);

    public Digest Hash => Digest.Of(ToBytes());

    /// <exception cref="MalformedInputException">The bytes are not such a state.</exception>
    public static ClosingState Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var state = CanonicalJson.Read<ClosingState>(bytes);
            return bytes.SequenceEqual(state.ToBytes())
                ? state : throw new MalformedInputException("closing state", "it is not written canonically");
        }
        catch (JsonException fault)
        {
            throw new MalformedInputException("closing state", fault.Message, fault);
        }
    }
}
