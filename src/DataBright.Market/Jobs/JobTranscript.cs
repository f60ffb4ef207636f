using DataBright.Ethereum;

namespace DataBright.Market.Jobs;

/// <summary>The hash chain that binds the steps of a job, as the contract computes it.</summary>
public static class JobTranscript
{
    public static Hash32 Ordered(JobId job, Address buyer, JobOrder order, Money datasetFee)
    {
        var encoded = new AbiWriter(12);
        encoded.Uint(job, 256);
        encoded.Address(buyer);
        order.ToContract().Write(encoded);
        encoded.Uint(datasetFee, 256);
        return Keccak.Hash(encoded.ToArray());
    }

    public static Hash32 Accepted(Hash32 ordered, Hash32 seedHash, ulong block) => Chain(ordered, seedHash, Word(block));

    public static Hash32 Assigned(Hash32 accepted, Hash32 beacon, Hash32 assignmentRoot) => Chain(accepted, beacon, assignmentRoot);

    public static Hash32 Anchored(Hash32 previous, Hash32 commitsRoot, ulong block) => Chain(previous, commitsRoot, Word(block));

    public static Hash32 Settled(JobOutcome outcome)
    {
        var encoded = new AbiWriter(4);
        outcome.ToContract().Write(encoded);
        return Keccak.Hash(encoded.ToArray());
    }

    /// <summary>What a scheduler publishes of its seed when it accepts.</summary>
    public static Hash32 SeedHash(Hash32 seed) => Keccak.Hash(seed.AsSpan());

    /// <summary>A job's randomness: the sealed seed mixed with the hash of the block that holds the acceptance.</summary>
    public static Hash32 Beacon(Hash32 seed, Hash32 acceptanceBlock) => Chain(seed, acceptanceBlock);

    private static Hash32 Word(ulong number)
    {
        var encoded = new AbiWriter(1);
        encoded.Uint(number, 256);
        return new Hash32(encoded.ToArray());
    }

    private static Hash32 Chain(params ReadOnlySpan<Hash32> parts)
    {
        var bytes = new byte[parts.Length * Hash32.Size];
        for (int i = 0; i < parts.Length; i++) parts[i].CopyTo(bytes.AsSpan(i * Hash32.Size));
        return Keccak.Hash(bytes);
    }
}
