using System.Security.Cryptography;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Services.Uploads;

/// <summary>
/// What a stranger signs to upload to a node (EIP-712). Bound to one market, one host, one method, one path and one moment, with a
/// number that is used once: whoever overhears it can do nothing with it, at this node or at another.
/// </summary>
public sealed class UploadStatements(MarketAddresses addresses)
{
    private static readonly TypedStruct RequestType =
        TypedStruct.Define("UploadRequest(string host,string method,string path,uint256 at,bytes32 nonce)");

    private readonly TypedDomain _domain = TypedDomain.Of("DataBright Upload", "1", addresses.ChainId, addresses.Proposals);

    /// <param name="host">The node's host and, unless it is the scheme's own, port: as in the Host header.</param>
    /// <param name="method">In capital letters.</param>
    /// <param name="path">From the first slash on, without a query.</param>
    /// <param name="at">To the second.</param>
    /// <param name="nonce">Used once.</param>
    public Hash32 Digest(string host, string method, string path, DateTimeOffset at, Hash32 nonce) =>
        Message(host, method, path, at, nonce).Digest;

    /// <summary>The request as it is signed.</summary>
    public TypedMessage Message(string host, string method, string path, DateTimeOffset at, Hash32 nonce) =>
        new(_domain, RequestType, host, method, path, (Uint256)(ulong)at.ToUnixTimeSeconds(), nonce);

    public UploadPass Sign(string host, string method, string path, DateTimeOffset at, EthereumKey key)
    {
        var nonce = new Hash32(RandomNumberGenerator.GetBytes(Hash32.Size));
        return new UploadPass(at, nonce, key.Sign(Digest(host, method, path, at, nonce)));
    }

    /// <exception cref="SignerException">A signer elsewhere did not sign.</exception>
    public async Task<UploadPass> SignAsync(string host, string method, string path, DateTimeOffset at, IMessageSigner signer,
        CancellationToken stop)
    {
        var nonce = new Hash32(RandomNumberGenerator.GetBytes(Hash32.Size));
        return new UploadPass(at, nonce, await signer.SignAsync(Message(host, method, path, at, nonce), stop));
    }

    /// <summary>Who signed; null where the signature is nobody's.</summary>
    public Address? SignerOf(UploadPass pass, string host, string method, string path)
    {
        try
        {
            return Signature.Recover(Digest(host, method, path, pass.At, pass.Nonce), pass.Signature);
        }
        catch (Exception e) when (e is TypedDataException || e.IsUnreadable())
        {
            return null;
        }
    }
}
