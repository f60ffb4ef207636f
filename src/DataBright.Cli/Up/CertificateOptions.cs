using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataBright.Node.Configuration;
using DataBright.Terminal;
using DataBright.Terminal.Keys;
using DataBright.Terminal.Processes;

namespace DataBright.Cli.Up;

/// <summary>What a server shows to whoever connects by https.</summary>
internal sealed class CertificateOptions
{
    private readonly Option<string?> _file =
        new("--certificate") { Description =
            "To listen at https://…: a file with the certificate and those above it (PEM), or with its key, too (PEM, PFX)",
            HelpName = "FILE" };
    private readonly Option<string?> _key = new(
        "--certificate-key") { Description = "The certificate's private key, where it is in a file of its own (PEM)", HelpName = "FILE" };
    private readonly Option<string?> _password =
        new("--certificate-password-file") { Description =
            $"A file whose first line opens the key, where it is encrypted (or {SecretVariables.CertificatePassword})", HelpName = "FILE" };

    public static CertificateOptions AddTo(Command command)
    {
        var options = new CertificateOptions();
        foreach (var option in new Option[] { options._file, options._key, options._password })
            command.Options.Add(option);
        return options;
    }

    /// <summary>Null where the address needs none.</summary>
    /// <exception cref="Failure">The address needs one and none is named, or it cannot be used.</exception>
    public NodeCertificate? Open(ParseResult arguments, Uri listen, Output output)
    {
        if (arguments.GetValue(_file) is not { } file)
        {
            if (arguments.GetValue(_key) is not null)
                throw new Failure(ExitCode.Usage, "--certificate-key is the key of a certificate: name that with --certificate FILE.");
            return listen.Scheme != Uri.UriSchemeHttps ? null : throw new Failure(
                ExitCode.Usage,
                $"{listen} needs a certificate: name it with --certificate FILE (and --certificate-key FILE), or listen at http://… behind "
                + "a proxy that has one.");
        }

        if (listen.Scheme != Uri.UriSchemeHttps)
            throw new Failure(ExitCode.Usage, $"A certificate is of no use at {listen}: listen at https://…, or leave --certificate away.");
        var certificate = Read(file, arguments.GetValue(_key), arguments.GetValue(_password) is { } path
            ? Password.FirstLine(path, "certificate password") : Password.OfVariable(SecretVariables.CertificatePassword));
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        if (now < certificate.Own.NotBefore.ToUniversalTime() || now > certificate.Own.NotAfter.ToUniversalTime())
            output.Note(
                $"The certificate {file} is good from {certificate.Own.NotBefore.ToUniversalTime():u} to "
                + $"{certificate.Own.NotAfter.ToUniversalTime():u}: clients will not trust it now.");
        return certificate;
    }

    private static NodeCertificate Read(string file, string? key, string? password)
    {
        try
        {
            var bytes = File.ReadAllBytes(file);
            return bytes.AsSpan().IndexOf("-----BEGIN"u8) >= 0
                ? ReadPem(File.ReadAllText(file), key is null ? null : File.ReadAllText(key), password) : ReadPfx(bytes, key, password);
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException)
        {
            throw new Failure(ExitCode.BadInput,
                $"The certificate {file} cannot be used: {wrong.Message.ReplaceLineEndings(" ").TrimEnd('.')}. "
                + (password is null
                    ? $"If its key is encrypted, name the password's file with --certificate-password-file, or set "
                        + $"{SecretVariables.CertificatePassword}." : "Is the password right, and is the key that of the certificate?"));
        }
    }

    private static NodeCertificate ReadPem(string text, string? key, string? password)
    {
        var secret = key ?? text;
        if (!secret.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            throw new CryptographicException("it has no private key; name the key's file with --certificate-key FILE");
        using var own = password is null
            ? X509Certificate2.CreateFromPem(text, secret) : X509Certificate2.CreateFromEncryptedPem(text, secret, password);
        var all = new X509Certificate2Collection();
        all.ImportFromPem(text);
        // A key that was read from text belongs to no store; servers of some systems take only one that came from a PFX.
        return new NodeCertificate(X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null), Others(all));
    }

    private static NodeCertificate ReadPfx(byte[] bytes, string? key, string? password)
    {
        if (key is not null)
            throw new CryptographicException("a PFX has its key in it, so --certificate-key is one too many");
        var all = X509CertificateLoader.LoadPkcs12Collection(bytes, password);
        var own = all.FirstOrDefault(one => one.HasPrivateKey) ?? throw new CryptographicException("it has no private key");
        all.Remove(own);
        return new NodeCertificate(own, all);
    }

    /// <summary>The first one is the server's own; the others lead from it to an authority that clients know.</summary>
    private static X509Certificate2Collection Others(X509Certificate2Collection all)
    {
        if (all.Count == 0)
            throw new CryptographicException("it has no certificate");
        all[0].Dispose();
        all.RemoveAt(0);
        return all;
    }
}
