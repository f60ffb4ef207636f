using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.TrustedKeys;

namespace DataBright.Market.Trust;

/// <summary>The keys of schedulers and referees on the ledger.</summary>
public sealed class TrustedKeyLedger
{
    private readonly Ledger _ledger;

    internal TrustedKeyLedger(Ledger ledger)
    {
        _ledger = ledger;
        Acts = new TrustedKeyActs(ledger.Addresses);
    }

    /// <summary>What is done about trusted keys, as values for whoever does it.</summary>
    public TrustedKeyActs Acts { get; }

    private Address At => _ledger.Addresses.TrustedKeys;

    /// <summary>Registers a key, by the administrator.</summary>
    /// <returns>The key's number.</returns>
    public Task<int> RegisterAsync(
        Address key, TrustedRole role, Attestation attestation, Digest? evidence, Signer administrator, CancellationToken stop) =>
        administrator.SendAsync(Acts.Register(key, role, attestation, evidence), stop);

    /// <summary>Revokes a key for good, by the administrator.</summary>
    public Task RevokeAsync(int number, Signer administrator, CancellationToken stop) =>
        administrator.SendAsync(Acts.Revoke(number), stop);

    public async Task<TrustedKey?> FindAsync(int number, CancellationToken stop)
    {
        var found = await _ledger.FindAsync(Contract.KeyAt(At, checked((ushort)number)), Rule.KeyUnknown, stop);
        return found is null or { Role: Contract.Role.None } ? null : new TrustedKey(
            number, found.Key, (TrustedRole)found.Role, (Attestation)found.Attestation,
            found.EvidenceDigest.IsZero ? null : found.EvidenceDigest.ToDigest(), found.Revoked, found.RegisteredAt);
    }

    /// <summary>Whether a key is registered in a role and not revoked.</summary>
    public async Task<bool> IsTrustedAsync(Address key, TrustedRole role, CancellationToken stop) =>
        await NumberOfAsync(key, stop) is { } number && await FindAsync(number, stop) is { Revoked: false } found && found.Role == role;

    /// <summary>The number of a key; null if it was never registered.</summary>
    public async Task<int?> NumberOfAsync(Address key, CancellationToken stop)
    {
        int number = await _ledger.ReadAsync(Contract.IdOf(At, key), stop);
        return number == 0 ? null : number;
    }
}
