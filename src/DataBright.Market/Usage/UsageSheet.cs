using DataBright.Ethereum;
using DataBright.Market.Jobs;

namespace DataBright.Market.Usage;

/// <summary>
/// What each contributor of a job's data gets by the use its points were of, as a Merkle tree from which each can claim its own.
/// </summary>
/// <remarks>Leaves and proofs are those of OpenZeppelin's <c>MerkleProof</c>, over <c>abi.encode(jobId, contributor, amount)</c>, hashed
/// twice.</remarks>
public sealed class UsageSheet
{
    private readonly MerkleTree _tree;

    /// <param name="job">The settled job.</param>
    /// <param name="lines">Contributors and amounts; whoever gets nothing is left out.</param>
    /// <exception cref="ArgumentException">A contributor is named twice, gets nothing, or nobody is named.</exception>
    public UsageSheet(JobId job, IReadOnlyList<(Address Contributor, Money Amount)> lines)
    {
        if (lines.Select(line => line.Contributor).Distinct().Count() != lines.Count)
            throw new ArgumentException("A usage sheet names each contributor once.", nameof(lines));
        if (lines.Any(line => line.Amount == Money.Zero))
            throw new ArgumentException("A usage sheet leaves out whoever gets nothing.", nameof(lines));
        (Job, Lines) = (job, lines);
        Total = lines.Aggregate(Money.Zero, (sum, line) => sum + line.Amount);
        _tree = new MerkleTree([.. lines.Select(line => PaySheet.Leaf(job, line.Contributor, line.Amount))]);
    }

    public JobId Job { get; }

    public IReadOnlyList<(Address Contributor, Money Amount)> Lines { get; }

    public Money Total { get; }

    public Hash32 Root => _tree.Root;

    /// <summary>Divides a job's part in proportion to what the contributors' points were worth, rounded down.</summary>
    /// <param name="job">The job.</param>
    /// <param name="part">What there is to divide; what rounding leaves goes to the shareholders.</param>
    /// <param name="worth">Of each contributor, in any unit; harmful points are worth nothing.</param>
    /// <returns>The same sheet for the same input on every machine; null where nobody's points were worth anything.</returns>
    public static UsageSheet? Divide(JobId job, Money part, IEnumerable<(Address Contributor, ulong Worth)> worth)
    {
        var all = worth.GroupBy(one => one.Contributor)
            .Select(of => (of.Key, Worth: of.Aggregate(UInt128.Zero, (sum, one) => sum + one.Worth)))
            .OrderBy(one => one.Key).ToList();
        var sum = all.Aggregate(UInt128.Zero, (total, one) => total + one.Worth);
        if (sum == 0) return null;
        var lines = all.Select(one => (one.Key, part.TimesDown(one.Worth, sum))).Where(line => line.Item2 != Money.Zero).ToList();
        return lines.Count == 0 ? null : new UsageSheet(job, lines);
    }

    /// <summary>Shows what a contributor gets; null if it is not on the sheet.</summary>
    public (Money Amount, IReadOnlyList<Hash32> Proof)? ClaimOf(Address contributor)
    {
        for (int i = 0; i < Lines.Count; i++)
            if (Lines[i].Contributor == contributor)
                return (Lines[i].Amount, _tree.ProofOf(i));
        return null;
    }
}
