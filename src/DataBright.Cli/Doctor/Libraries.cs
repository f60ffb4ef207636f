using System.Reflection;
using SQLitePCL;

namespace DataBright.Cli.Doctor;

/// <summary>The libraries of others that this program stands on, with the versions that were loaded.</summary>
internal static class Libraries
{
    /// <summary>The first SQLite without CVE-2025-6965.</summary>
    private static readonly Version MinSqliteVersion = new(3, 50, 2);

    /// <summary>Packages and the assembly that tells each one's version.</summary>
    internal static readonly (string Package, string Assembly)[] Known =
    [
        ("BouncyCastle.Cryptography", "BouncyCastle.Cryptography"), ("Microsoft.AspNetCore.OpenApi", "Microsoft.AspNetCore.OpenApi"),
        ("Microsoft.Data.Sqlite.Core", "Microsoft.Data.Sqlite"), ("NBitcoin", "NBitcoin"),
        ("OpenTelemetry.Exporter.OpenTelemetryProtocol", "OpenTelemetry.Exporter.OpenTelemetryProtocol"),
        ("Parquet.Net", "Parquet"), ("Scalar.AspNetCore", "Scalar.AspNetCore"), ("Secp256k1.Net", "Secp256k1.Net"),
        ("SixLabors.ImageSharp", "SixLabors.ImageSharp"), ("Spectre.Console", "Spectre.Console"),
        ("SQLitePCLRaw.bundle_e_sqlite3", "SQLitePCLRaw.batteries_v2"), ("System.CommandLine", "System.CommandLine"),
    ];

    /// <summary>By package; those that the program was built without are left out.</summary>
    public static IReadOnlyDictionary<string, string> All() =>
        Known.Select(one => (one.Package, Version: VersionOf(one.Assembly))).Where(one => one.Version is not null)
            .ToDictionary(one => one.Package, one => one.Version!);

    /// <summary>The version of a package; null where the program was built without it.</summary>
    public static string? Find(string package) => VersionOf(Known.Single(one => one.Package == package).Assembly);

    public static Finding Sqlite()
    {
        Batteries_V2.Init();
        return Sqlite(raw.sqlite3_libversion().utf8_to_string());
    }

    /// <param name="version">As the library says it.</param>
    internal static Finding Sqlite(string version) => Version.TryParse(version, out var found) && found >= MinSqliteVersion
        ? new("SQLite", Health.Good, version)
        : new("SQLite", Health.Missing,
            $"{version} has a known weakness (CVE-2025-6965); {MinSqliteVersion} or later comes with the program: build it anew");

    private static string? VersionOf(string assembly)
    {
        try
        {
            var found = Assembly.Load(assembly);
            return found.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
                ?? found.GetName().Version?.ToString(3);
        }
        catch (Exception absent) when (absent is FileNotFoundException or FileLoadException)
        {
            return null;
        }
    }
}
