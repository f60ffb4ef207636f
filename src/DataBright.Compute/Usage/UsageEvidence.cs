using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Usage;

/// <summary>What the points of a shard were worth in a training job.</summary>
/// <param name="Root">The shard.</param>
/// <param name="Points">How many points it has.</param>
/// <param name="Worth">In billionths of a nat of validation loss, rounded down; harmful shards are worth nothing.</param>
public sealed record ShardWorth(Hash32 Root, int Points, ulong Worth);

/// <summary>The evidence of a usage dividend: enough for anyone who may read the points to do the valuation again, to the bit.</summary>
/// <param name="Format">Version of this document.</param>
/// <param name="Job">The job.</param>
/// <param name="Plan">Its plan's digest.</param>
/// <param name="Checkpoint">The parameters that training came to: those of the job, or the valuation is of something else.</param>
/// <param name="Method">How points were valued.</param>
/// <param name="Part">What there is to divide.</param>
/// <param name="Shards">What each shard was worth, in the plan's order.</param>
public sealed record UsageEvidence(string Format, JobId Job, Digest Plan, Digest Checkpoint, string Method, Money Part,
    IReadOnlyList<ShardWorth> Shards)
{
    public const string CurrentFormat = "databright.usage/1";

    public byte[] ToBytes() => CanonicalJson.Write(this);

    public Digest Digest => Digest.Of(ToBytes());

    /// <exception cref="FormatException">The bytes are no such evidence.</exception>
    public static UsageEvidence Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var evidence = CanonicalJson.Read<UsageEvidence>(bytes);
            return evidence.Format == CurrentFormat
                ? evidence : throw new FormatException($"The evidence's format is '{evidence.Format}'; '{CurrentFormat}' is known.");
        }
        catch (System.Text.Json.JsonException fault)
        {
            throw new FormatException($"The evidence of a usage dividend cannot be read: {fault.Message}", fault);
        }
    }
}
