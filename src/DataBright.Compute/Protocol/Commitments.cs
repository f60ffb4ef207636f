using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Learning;

namespace DataBright.Compute.Protocol;

/// <summary>What a worker commits to before anybody reveals. The worker's address is inside, so a copied commitment can never be opened by the copier.</summary>
public static class Commitments
{
    private static readonly Hash32 TypeHash = Keccak.Hash("TraceCommitment(string lease,string task,bytes32 root,address worker,bytes32 salt)"u8);

    public static Hash32 ToTrace(JobDomain domain, LeaseId lease, TaskKey task, Digest root, Address worker, Hash32 salt)
    {
        Span<byte> fields = stackalloc byte[6 * Hash32.Size];
        fields.Clear();
        TypeHash.CopyTo(fields);
        Keccak.Hash(System.Text.Encoding.ASCII.GetBytes(lease.ToString())).CopyTo(fields[32..]);
        Keccak.Hash(System.Text.Encoding.ASCII.GetBytes(task.ToString())).CopyTo(fields[64..]);
        root.CopyTo(fields[96..]);
        worker.CopyTo(fields[(128 + 12)..]);
        salt.CopyTo(fields[160..]);
        return domain.Hash(Keccak.Hash(fields));
    }
}
