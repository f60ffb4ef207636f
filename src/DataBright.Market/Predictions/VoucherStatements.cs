using System.Security.Cryptography;
using DataBright.Ethereum;

namespace DataBright.Market.Predictions;

/// <summary>Signing and checking of vouchers (EIP-712). Bound to one chain, one contract and one channel.</summary>
public sealed class VoucherStatements(MarketAddresses addresses)
{
    private static readonly TypedStruct VoucherType = TypedStruct.Define("Voucher(uint256 channelId,uint256 cumulative)");

    private readonly TypedDomain _domain = TypedDomain.Of("DataBright Predictions", "1", addresses.ChainId, addresses.Predictions);

    /// <summary>What the channel's signer signs.</summary>
    public Hash32 Digest(Voucher voucher) => Message(voucher).Digest;

    /// <summary>The voucher as it is signed.</summary>
    public TypedMessage Message(Voucher voucher) => new(_domain, VoucherType, (Uint256)voucher.Channel, (Uint256)voucher.Cumulative);

    public Signed<Voucher> Sign(Voucher voucher, EthereumKey signer) => new(voucher, signer.Sign(Digest(voucher)));

    /// <summary>Whether the ledger would settle a voucher on a channel as it stands: what a worker asks before it serves.</summary>
    /// <exception cref="RuleBrokenException">It would not; the rule says why.</exception>
    public void Require(Signed<Voucher> voucher, Channel channel)
    {
        var (id, cumulative) = (channel.Id, voucher.Statement.Cumulative);
        if (channel.State == ChannelState.Closed) throw Broken(Rule.ChannelNotOpen, id, ("state", channel.State));
        if (cumulative <= channel.Settled)
            throw Broken(Rule.VoucherSpent, id, ("cumulative", (Uint256)cumulative), ("settled", (Uint256)channel.Settled));
        if (cumulative > channel.Deposit)
            throw Broken(Rule.VoucherTooHigh, id, ("cumulative", (Uint256)cumulative), ("deposit", (Uint256)channel.Deposit));
        // The channel's own number and not the voucher's: one of another channel is signed over other bytes.
        var recovered = SignerOf(Digest(voucher.Statement with { Channel = id }), voucher.Signature);
        if (recovered != channel.Signer)
            throw Broken(Rule.VoucherSignatureInvalid, id, ("signer", channel.Signer),
                ("recovered", recovered is { } other ? other : "nobody"));
    }

    private static Address? SignerOf(Hash32 digest, Signature signature)
    {
        try
        {
            return Signature.Recover(digest, signature);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static RuleBrokenException Broken(Rule rule, ChannelId channel, params (string Name, object Value)[] facts) =>
        RuleBrokenException.Of(rule, [new("channelId", channel),
            .. facts.Select(fact => new KeyValuePair<string, object>(fact.Name, fact.Value))]);
}
