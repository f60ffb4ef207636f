using DataBright.Ethereum;

namespace DataBright.Market.Trust;

/// <summary>A scheduler's or referee's key as the ledger has it.</summary>
public sealed record TrustedKey(int Number, Address Key, TrustedRole Role, Attestation Attestation, Digest? Evidence, bool Revoked,
    ulong RegisteredAt);
