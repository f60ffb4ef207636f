using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Trust;

namespace DataBright.Node.Workers;

/// <param name="Registered">False once it has left with its stake.</param>
public sealed record WorkerFacts(
    Address Worker,
    bool Registered,
    Money Stake,
    Money MinimumFee,
    Money Earned,
    Money Slashed,
    int Jobs,
    int Convictions,
    DateTimeOffset? ExitAt,
    DateTimeOffset RegisteredAt);

public sealed record TrustedKeyFacts(int Id, Address Key, TrustedRole Role, Attestation Attestation, Hash32? EvidenceDigest, bool Revoked);
