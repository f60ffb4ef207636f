using System.Security.Cryptography.X509Certificates;

namespace DataBright.Node.Configuration;

/// <summary>A certificate with its private key, and those of the authorities between it and one that clients know.</summary>
public sealed record NodeCertificate(X509Certificate2 Own, X509Certificate2Collection Chain) : IDisposable
{
    public void Dispose()
    {
        Own.Dispose();
        foreach (var between in Chain) between.Dispose();
    }
}
