using System.Buffers.Binary;
using DataBright.Compute.Protocol;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Compute.Ledger;

/// <summary>The hashes that the Jobs contract computes, computed here. Every field is one ABI word.</summary>
public static class JobHashes
{
    private static readonly Hash32 ReceiptType = Keccak.Hash("Receipt(uint256 jobId,bytes32 resultHash,uint32 metric,bytes32 salt)"u8);
    private static readonly Hash32 VerdictType =
        Keccak.Hash("Verdict(uint256 jobId,address worker,address reporter,bytes32 evidenceDigest)"u8);

    /// <summary>What a scheduler commits to when it accepts.</summary>
    public static Hash32 Seed(Hash32 seed) => Keccak.Hash(seed.AsSpan());

    /// <summary>The seed mixed with the hash of the block that holds the acceptance.</summary>
    public static Hash32 Beacon(Hash32 seed, Hash32 block) => new Words(2).Add(seed).Add(block).Hash();

    /// <summary>A worker's commitment to the job's result.</summary>
    public static Hash32 Commitment(JobId job, Address worker, Hash32 result, uint metric, Hash32 salt) =>
        new Words(5).Add(job.Value).Add(worker).Add(result).Add(metric).Add(salt).Hash();

    /// <summary>What the worker signs when it opens that commitment.</summary>
    public static Hash32 Receipt(JobDomain domain, JobId job, Hash32 result, uint metric, Hash32 salt) =>
        domain.Hash(new Words(5).Add(ReceiptType).Add(job.Value).Add(result).Add(metric).Add(salt).Hash());

    /// <summary>
    /// What the referee signs when it convicts. The reporter is in it, so that nobody can take its reward by sending it first.
    /// </summary>
    public static Hash32 Verdict(JobDomain domain, JobId job, Address worker, Address reporter, Hash32 evidence) =>
        domain.Hash(new Words(5).Add(VerdictType).Add(job.Value).Add(worker).Add(reporter).Add(evidence).Hash());

    /// <summary>A worker's pay before it becomes a leaf.</summary>
    public static Hash32 Pay(JobId job, Address worker, Money amount) => new Words(3).Add(job.Value).Add(worker).Add(amount.Units).Hash();

    private sealed class Words(int count)
    {
        private readonly byte[] _bytes = new byte[count * Hash32.Size];
        private int _next;

        public Words Add(Hash32 value)
        {
            value.CopyTo(Next());
            return this;
        }

        public Words Add(Address value)
        {
            value.CopyTo(Next()[(Hash32.Size - Address.Size)..]);
            return this;
        }

        public Words Add(UInt128 value)
        {
            BinaryPrimitives.WriteUInt128BigEndian(Next()[16..], value);
            return this;
        }

        public Hash32 Hash() => Keccak.Hash(_bytes);

        private Span<byte> Next() => _bytes.AsSpan(_next++ * Hash32.Size, Hash32.Size);
    }
}
