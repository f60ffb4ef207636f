using DataBright.Ethereum;

namespace DataBright.Market.Jobs;

/// <summary>What workers and referees state about a job, as the contract checks it (EIP-712 where it is signed).</summary>
public sealed class JobStatements(MarketAddresses addresses)
{
    private static readonly TypedStruct ReceiptType =
        TypedStruct.Define("Receipt(uint256 jobId,bytes32 resultHash,uint32 metric,bytes32 salt)");

    private static readonly TypedStruct VerdictType =
        TypedStruct.Define("Verdict(uint256 jobId,address worker,address reporter,bytes32 evidenceDigest)");

    private readonly TypedDomain _domain = TypedDomain.Of("DataBright Jobs", "1", addresses.ChainId, addresses.Jobs);

    /// <summary>The leaf under which a worker's commitment is anchored. It names the worker, so nobody can copy another's.</summary>
    public static Hash32 CommitmentLeaf(JobId job, Address worker, Digest result, uint metricPpm, Hash32 salt)
    {
        var encoded = new AbiWriter(5);
        encoded.Uint(job, 256);
        encoded.Address(worker);
        encoded.Hash32(result.ToHash32());
        encoded.Uint((Uint256)metricPpm, 32);
        encoded.Hash32(salt);
        return MerkleTree.Leaf(encoded.ToArray());
    }

    /// <summary>What a worker signs when it reveals its result.</summary>
    public Hash32 ReceiptDigest(JobId job, Digest result, uint metricPpm, Hash32 salt) =>
        ReceiptMessage(job, result, metricPpm, salt).Digest;

    /// <summary>The receipt as it is signed.</summary>
    public TypedMessage ReceiptMessage(JobId job, Digest result, uint metricPpm, Hash32 salt) =>
        new(_domain, ReceiptType, (Uint256)job, result.ToHash32(), (Uint256)metricPpm, salt);

    /// <summary>What a referee signs.</summary>
    public Hash32 VerdictDigest(Verdict verdict) => VerdictMessage(verdict).Digest;

    /// <summary>The verdict as it is signed.</summary>
    public TypedMessage VerdictMessage(Verdict verdict) =>
        new(_domain, VerdictType, (Uint256)verdict.Job, verdict.Worker, verdict.Reporter, verdict.Evidence.ToHash32());

    public Signature SignReceipt(JobId job, Digest result, uint metricPpm, Hash32 salt, EthereumKey worker) =>
        worker.Sign(ReceiptDigest(job, result, metricPpm, salt));

    public Signature SignVerdict(Verdict verdict, EthereumKey referee) => referee.Sign(VerdictDigest(verdict));
}
