namespace DataBright.Node.Configuration;

internal static class Certificates
{
    /// <exception cref="NodeCannotStartException">An address of https needs a certificate, and one of http has no use for it.</exception>
    public static void UseCertificate(this IWebHostBuilder host, NodeOptions options)
    {
        if (options.Listen.Scheme != Uri.UriSchemeHttps)
        {
            if (options.Certificate is not null)
                throw new NodeCannotStartException(
                    $"A certificate is of no use at {options.Listen}: listen at https://…, or leave it away.");
            return;
        }

        var certificate = options.Certificate
            ?? throw new NodeCannotStartException(
                $"{options.Listen} needs a certificate. Name it with: --certificate FILE, and --certificate-key FILE where its key is in "
                + "another file; or listen at http://… behind a proxy that has one.");
        host.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https =>
        {
            https.ServerCertificate = certificate.Own;
            https.ServerCertificateChain = certificate.Chain;
        }));
    }
}
