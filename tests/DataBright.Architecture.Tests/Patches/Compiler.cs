namespace DataBright.Architecture.Patches;

/// <summary>
/// Compiles a project's sources by the SDK's own compiler, with some of them replaced; the other projects are as they were built.
/// </summary>
internal static class Compiler
{
    private const string Usings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <param name="project">A library without pages: those need a generator that is not of the runtime.</param>
    /// <param name="sources">The paths of all its sources.</param>
    /// <param name="folder">A folder to work in; a source that is in it replaces the repository's.</param>
    /// <returns>The compiler's errors; nothing where there are none.</returns>
    public static string Compile(string project, IEnumerable<string> sources, string folder)
    {
        File.WriteAllText(Path.Combine(folder, "Usings.cs"), Usings);
        File.WriteAllLines(Path.Combine(folder, "arguments.rsp"),
        [
            "-nologo", "-nostdlib+", "-target:library", "-langversion:14.0", "-nullable:enable", "-unsafe", "-warn:0",
            $"-out:\"{Path.Combine(folder, $"{project}.dll")}\"",
            .. References(project).Select(reference => $"-reference:\"{reference}\""),
            .. Generators().Select(generator => $"-analyzer:\"{generator}\""),
            "Usings.cs",
            .. sources.Select(
                source => $"\"{(File.Exists(Path.Combine(folder, source)) ? source : Path.Combine(Repository.Root, source))}\""),
        ]);
        return Tool.Run("dotnet", [Path.Combine(Sdk(), "Roslyn", "bincore", "csc.dll"), "-noconfig", "@arguments.rsp"], folder);
    }

    private static IEnumerable<string> References(string project) =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(reference => Path.GetFileNameWithoutExtension(reference) is var name && name != project
                && !name.EndsWith(".Tests", StringComparison.Ordinal));

    private static string[] Generators()
    {
        var packs = Path.Combine(Sdk(), "..", "..", "packs", "Microsoft.NETCore.App.Ref");
        var pack = Directory.GetDirectories(packs, $"{Environment.Version.Major}.*").Order(StringComparer.Ordinal).Last();
        return Directory.GetFiles(Path.Combine(pack, "analyzers", "dotnet", "cs"), "*.dll");
    }

    /// <summary>The SDK that builds the repository.</summary>
    private static string Sdk()
    {
        var version = Tool.Ask("dotnet", ["--version"], Repository.Root).Said.Trim();
        var sdk = Tool.Ask("dotnet", ["--list-sdks"], Repository.Root).Said.Split('\n')
            .First(line => line.StartsWith(version + " ", StringComparison.Ordinal));
        return Path.Combine(sdk[(version.Length + 1)..].Trim().Trim('[', ']'), version);
    }
}
