using DataBright.Compute.Jobs;
using DataBright.Ethereum;

namespace DataBright.Compute.Protocol;

/// <summary>
/// What a worker commits to before anybody reveals. The worker's address is inside, so a copied commitment can never be opened by the
/// copier; so are the order and its plan, whose numbers a chain may give away again.
/// </summary>
public static class Commitments
{
    private static readonly Hash32 TypeHash =
        Keccak.Hash("TraceCommitment(bytes32 order,bytes32 plan,string lease,string task,bytes32 root,address worker,bytes32 salt)"u8);

    private static readonly Hash32 SaltType = Keccak.Hash("ReceiptSalt(bytes32 order,bytes32 plan,bytes32 secret)"u8);

    /// <summary>
    /// The salt of a receipt for the ledger. The contract knows a job by its number; the salt ties the receipt, and the commitment to it,
    /// to the order and its plan all the same: whoever knows the secret, which is revealed, sees what they were made for.
    /// </summary>
    public static Hash32 ReceiptSalt(Hash32 order, Digest plan, Hash32 secret)
    {
        Span<byte> fields = stackalloc byte[4 * Hash32.Size];
        SaltType.CopyTo(fields);
        order.CopyTo(fields[32..]);
        plan.CopyTo(fields[64..]);
        secret.CopyTo(fields[96..]);
        return Keccak.Hash(fields);
    }

    public static Hash32 ToTrace(JobDomain domain, Hash32 order, Digest plan, LeaseId lease, TaskKey task, Digest root, Address worker,
        Hash32 salt)
    {
        Span<byte> fields = stackalloc byte[8 * Hash32.Size];
        fields.Clear();
        TypeHash.CopyTo(fields);
        order.CopyTo(fields[32..]);
        plan.CopyTo(fields[64..]);
        Keccak.Hash(System.Text.Encoding.ASCII.GetBytes(lease.ToString())).CopyTo(fields[96..]);
        Keccak.Hash(System.Text.Encoding.ASCII.GetBytes(task.ToString())).CopyTo(fields[128..]);
        root.CopyTo(fields[160..]);
        worker.CopyTo(fields[(192 + 12)..]);
        salt.CopyTo(fields[224..]);
        return domain.Hash(Keccak.Hash(fields));
    }
}
