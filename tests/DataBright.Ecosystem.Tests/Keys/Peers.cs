using DataBright.Ethereum;
using NBitcoin.Secp256k1;
using Nethereum.Signer;
using Signature = DataBright.Ethereum.Signature;

namespace DataBright.Ecosystem.Tests.Keys;

/// <summary>The curve as the two other libraries compute it, in our forms.</summary>
internal static class Peers
{
    public static ECPrivKey NBitcoin(byte[] secret) => ECPrivKey.Create(secret);

    public static byte[] PublicKey(ECPubKey key) => key.ToBytes(compressed: false);

    public static Signature Sign(ECPrivKey key, Hash32 digest)
    {
        key.TrySignRecoverable(digest.ToArray(), out var signed).ShouldBeTrue();
        Span<byte> compact = stackalloc byte[64];
        signed!.WriteToSpanCompact(compact, out var recovery);
        return new Signature(new Uint256(compact[..32]), new Uint256(compact[32..]), recovery == 1);
    }

    public static byte[]? RecoverByNBitcoin(Signature signature, Hash32 digest)
    {
        if (!SecpRecoverableECDSASignature.TryCreateFromCompact(signature.ToBytes().AsSpan(0, 64), signature.YParity ? 1 : 0,
            out var theirs)) return null;
        return ECPubKey.TryRecover(Context.Instance, theirs!, digest.ToArray(), out var key) ? PublicKey(key!) : null;
    }

    public static Signature Sign(EthECKey key, Hash32 digest) =>
        Signature.Parse(EthECDSASignature.CreateStringSignature(key.SignAndCalculateV(digest.ToArray())));

    public static string RecoverByNethereum(Signature signature, Hash32 digest) =>
        EthECKey.RecoverFromSignature(EthECDSASignatureFactory.ExtractECDSASignature(signature.ToString()), digest.ToArray())
            .GetPublicAddress();
}
