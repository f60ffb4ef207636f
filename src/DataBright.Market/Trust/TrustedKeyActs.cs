using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.TrustedKeys;

namespace DataBright.Market.Trust;

/// <summary>What the administrator does about trusted keys, each act as a value.</summary>
public sealed class TrustedKeyActs
{
    private readonly MarketAddresses _market;

    internal TrustedKeyActs(MarketAddresses market) => _market = market;

    private Address At => _market.TrustedKeys;

    /// <summary>Registers a key. Gives its number.</summary>
    public LedgerAct<int> Register(Address key, TrustedRole role, Attestation attestation, Digest? evidence) => new(
        Contract.Register(At, key, (Contract.Role)role, (Contract.Attestation)attestation, evidence?.ToHash32() ?? Hash32.Zero),
        receipt => Figures.Int(receipt.Event(At, Contract.Events.KeyRegistered.Matches, Contract.Events.KeyRegistered.Decode).KeyId));

    /// <summary>Revokes a key for good.</summary>
    public LedgerAct Revoke(int number) => new(Contract.Revoke(At, (ushort)number));
}
