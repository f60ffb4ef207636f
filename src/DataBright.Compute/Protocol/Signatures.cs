using System.Security.Cryptography;
using DataBright.Ethereum;

namespace DataBright.Compute.Protocol;

/// <summary>Questions about signatures whose answer is yes or no, whatever bytes they are made of.</summary>
public static class Signatures
{
    public static bool IsBy(this Signature signature, Address signer, Hash32 digest)
    {
        try
        {
            return Signature.Recover(digest, signature) == signer;
        }
        catch (Exception fault) when (fault.IsUnreadable())
        {
            return false;
        }
    }
}
