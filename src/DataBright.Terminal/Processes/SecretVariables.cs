using System.Collections.Concurrent;

namespace DataBright.Terminal.Processes;

/// <summary>
/// Environment variables that may hold a secret. They are taken out of the environment before anything else happens: a chain, a trainer or
/// any other child inherits what is there, and has no use for them.
/// </summary>
public static class SecretVariables
{
    public const string Password = "DATABRIGHT_PASSWORD";
    public const string CertificatePassword = "DATABRIGHT_CERTIFICATE_PASSWORD";

    /// <summary>Addresses of chains and signers often have a token in them.</summary>
    public const string Rpc = "DATABRIGHT_RPC", Signer = "DATABRIGHT_SIGNER";

    /// <summary>What a collector of metrics and traces is told of who sends them.</summary>
    public const string CollectorHeaders = "OTEL_EXPORTER_OTLP_HEADERS", MetricsHeaders = "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
        TracesHeaders = "OTEL_EXPORTER_OTLP_TRACES_HEADERS";

    private static readonly string[] All = [Password, CertificatePassword, Rpc, Signer, CollectorHeaders, MetricsHeaders, TracesHeaders];

    private static readonly ConcurrentDictionary<string, string> Taken = [];

    /// <summary>Takes them out. Called once, before the words of the command are looked at.</summary>
    public static void TakeAll()
    {
        foreach (var name in All)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                Taken[name] = value;
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    /// <summary>What was set; null where nothing was, or nothing is in it.</summary>
    public static string? Find(string name) =>
        Taken.GetValueOrDefault(name) is { Length: > 0 } taken
            ? taken : Environment.GetEnvironmentVariable(name) is { Length: > 0 } set ? set : null;
}
