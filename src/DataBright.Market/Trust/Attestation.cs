namespace DataBright.Market.Trust;

/// <summary>What vouches for a key.</summary>
public enum Attestation
{
    /// <summary>Nothing does: development.</summary>
    None,

    /// <summary>An Intel SGX quote.</summary>
    Sgx,

    /// <summary>An Intel TDX quote.</summary>
    Tdx,
}
