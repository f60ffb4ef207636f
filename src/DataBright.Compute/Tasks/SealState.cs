using System.Text.Json;
using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Learning;

namespace DataBright.Compute.Tasks;

/// <summary>How far the seal has come.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Inputs">Hash over the checkpoints that the seal starts from: whoever signs a trace signs for them too.</param>
/// <param name="Checkpoint">The average of the run that is being measured; null before it is made.</param>
/// <param name="Correct">Held-out points that it got right so far.</param>
/// <param name="Done">The runs that are finished.</param>
public sealed record SealState(int Step, Digest Inputs, Digest? Checkpoint, int Correct, IReadOnlyList<RunOutcome> Done)
{
    /// <summary>The state before the first step of a seal over those checkpoints.</summary>
    public static SealState Beginning(TaskInputs inputs) =>
        new(0, Digest.Of(CanonicalJson.Write(inputs.Finals.Select(final => final.Checkpoint.Hash))), null, 0, []);

    public byte[] ToBytes() => CanonicalJson.Write(this);

    public Digest Hash => Digest.Of(ToBytes());

    /// <exception cref="MalformedInputException">The bytes are not such a state.</exception>
    public static SealState Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var state = CanonicalJson.Read<SealState>(bytes);
            return bytes.SequenceEqual(state.ToBytes()) ? state : throw new MalformedInputException("seal state", "it is not written canonically");
        }
        catch (JsonException fault)
        {
            throw new MalformedInputException("seal state", fault.Message, fault);
        }
    }
}
