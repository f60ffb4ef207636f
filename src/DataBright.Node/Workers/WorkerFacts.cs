using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Node.Workers;

public sealed record WorkerFacts(
    Address Worker,
    Money Stake,
    Money MinimumFee,
    Money Earned,
    Money Slashed,
    int Jobs,
    int Convictions,
    DateTimeOffset? ExitAt,
    DateTimeOffset RegisteredAt);

public enum TrustedRole
{
    Scheduler,
    Referee,
}

/// <summary>What attests a trusted key. <see cref="None"/> is for development, and is said so wherever the key appears.</summary>
public enum Attestation
{
    None,
    Sgx,
    Tdx,
}

public sealed record TrustedKeyFacts(int Id, Address Key, TrustedRole Role, Attestation Attestation, Hash32? EvidenceDigest, bool Revoked);
