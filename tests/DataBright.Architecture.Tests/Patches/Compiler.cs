using System.Globalization;
using System.Text;

namespace DataBright.Architecture.Patches;

/// <summary>
/// Compiles a project's sources by the SDK's own compiler, with some of them replaced. Other projects are as they were built, but those
/// that were compiled before into the same folder.
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

    private const string UsingsOfWeb =
        """

        global using System.Net.Http.Json;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    /// <param name="project">Its name.</param>
    /// <param name="sources">The paths of all its sources, pages among them.</param>
    /// <param name="folder">A folder to work in; a source that is in it replaces the repository's.</param>
    /// <returns>The compiler's errors; nothing where there are none.</returns>
    public static string Compile(string project, IReadOnlyList<string> sources, string folder)
    {
        var paths = sources.ToLookup(IsPage, source => File.Exists(Path.Combine(folder, source))
            ? Path.Combine(folder, source) : Path.Combine(Repository.Root, source));
        File.WriteAllText(Path.Combine(folder, "Usings.cs"), paths[true].Any() ? Usings + UsingsOfWeb : Usings);
        File.WriteAllText(Path.Combine(folder, "Pages.config"), Pages(project, sources.Where(IsPage), folder));
        File.WriteAllLines(Path.Combine(folder, "arguments.rsp"),
        [
            "-nologo", "-nostdlib+", paths[false].Any(IsProgram) ? "-target:exe" : "-target:library", "-langversion:14.0",
            "-nullable:enable", "-unsafe", "-warn:0",
            $"-out:\"{Path.Combine(folder, $"{project}.dll")}\"",
            .. References(project, folder).Select(reference => $"-reference:\"{reference}\""),
            .. Generators().Select(generator => $"-analyzer:\"{generator}\""),
            "-analyzerconfig:Pages.config",
            .. paths[true].Select(page => $"-additionalfile:\"{page}\""),
            "Usings.cs",
            .. paths[false].Select(source => $"\"{source}\""),
        ]);
        return Tool.Run("dotnet", [Path.Combine(Sdk(), "Roslyn", "bincore", "csc.dll"), "-noconfig", "@arguments.rsp"], folder);
    }

    private static bool IsPage(string source) => source.EndsWith(".razor", StringComparison.Ordinal);

    private static bool IsProgram(string path) => Path.GetFileName(path) == "Program.cs";

    /// <summary>What the generator of pages has to know: the namespace of all, and where in the project each is.</summary>
    private static string Pages(string project, IEnumerable<string> pages, string folder)
    {
        var text = new StringBuilder("is_global = true\n");
        text.Append(CultureInfo.InvariantCulture, $"build_property.RootNamespace = {project}\nbuild_property.RazorLangVersion = 10.0\n");
        foreach (var page in pages)
        {
            var path = File.Exists(Path.Combine(folder, page)) ? Path.Combine(folder, page) : Path.Combine(Repository.Root, page);
            var inProject = Convert.ToBase64String(Encoding.UTF8.GetBytes(page[$"src/{project}/".Length..]));
            text.Append(CultureInfo.InvariantCulture, $"\n[{path}]\nbuild_metadata.AdditionalFiles.TargetPath = {inProject}\n");
        }
        return text.ToString();
    }

    private static IEnumerable<string> References(string project, string folder) =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(reference => Path.GetFileNameWithoutExtension(reference) is var name && name != project
                && !name.EndsWith(".Tests", StringComparison.Ordinal))
            .Select(reference => Path.Combine(folder, Path.GetFileName(reference)) is var compiled && File.Exists(compiled)
                ? compiled : reference);

    private static string[] Generators()
    {
        var packs = Path.Combine(Sdk(), "..", "..", "packs", "Microsoft.NETCore.App.Ref");
        var pack = Directory.GetDirectories(packs, $"{Environment.Version.Major}.*").Order(StringComparer.Ordinal).Last();
        var pages = Path.Combine(Sdk(), "Sdks", "Microsoft.NET.Sdk.Razor", "source-generators");
        return
        [
            .. Directory.GetFiles(Path.Combine(pack, "analyzers", "dotnet", "cs"), "*.dll"), .. Directory.GetFiles(pages, "*.dll"),
        ];
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
