using DataBright.Ethereum;

namespace DataBright.Market.Jobs;

/// <summary>What each worker of a job is paid, as a Merkle tree from which each can claim its own.</summary>
public sealed class PaySheet
{
    private readonly MerkleTree _tree;

    /// <exception cref="ArgumentException">A worker is named twice, or nobody is named.</exception>
    public PaySheet(JobId job, IReadOnlyList<(Address Worker, Money Pay)> lines)
    {
        if (lines.Select(line => line.Worker).Distinct().Count() != lines.Count)
            throw new ArgumentException("A pay sheet names each worker once.", nameof(lines));
        (Job, Lines) = (job, lines);
        Total = lines.Aggregate(Money.Zero, (sum, line) => sum + line.Pay);
        _tree = new MerkleTree([.. lines.Select(line => Leaf(job, line.Worker, line.Pay))]);
    }

    public JobId Job { get; }

    public IReadOnlyList<(Address Worker, Money Pay)> Lines { get; }

    public Money Total { get; }

    public Hash32 Root => _tree.Root;

    /// <summary>Shows that a worker is on the sheet; null if it is not.</summary>
    public (Money Pay, IReadOnlyList<Hash32> Proof)? ClaimOf(Address worker)
    {
        for (int i = 0; i < Lines.Count; i++)
            if (Lines[i].Worker == worker)
                return (Lines[i].Pay, _tree.ProofOf(i));
        return null;
    }

    public static Hash32 Leaf(JobId job, Address worker, Money pay)
    {
        var encoded = new AbiWriter(3);
        encoded.Uint(job, 256);
        encoded.Address(worker);
        encoded.Uint(pay, 256);
        return MerkleTree.Leaf(encoded.ToArray());
    }
}
