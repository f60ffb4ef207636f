using DataBright.Market.Index;

namespace DataBright.Market.Trust;

/// <summary>Trusted keys in the index.</summary>
public sealed class TrustedKeyIndex
{
    private readonly IndexFile _file;

    internal TrustedKeyIndex(IndexFile file) => _file = file;

    /// <summary>All that were ever registered, in order.</summary>
    public IReadOnlyList<TrustedKey> List() => _file.Read(index => index.List(
        "SELECT id, key, role, attestation, evidence, revoked, block FROM trusted_keys ORDER BY id",
        row => new TrustedKey(
            row.Int(), row.Address(), (TrustedRole)row.Int(), (Attestation)row.Int(), row.OrNone(row.Digest), row.Bool(), row.Block())));
}
