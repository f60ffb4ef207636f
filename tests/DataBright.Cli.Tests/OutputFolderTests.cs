using System.Diagnostics;
using System.Text.Json;

namespace DataBright.Cli.Tests;

/// <summary>The program as it is built, in the folder it is started from: not the one of these tests, which brings more along.</summary>
public sealed class OutputFolderTests : IDisposable
{
    private static readonly string Folder = Path.Combine(Repository.Root, "src", "DataBright.Cli", "bin",
        Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/', '\\'))!), "net10.0");

    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Newtonsoft_Json_is_not_in_it()
    {
        File.Exists(Path.Combine(Folder, "NBitcoin.dll")).ShouldBeTrue();
        Directory.EnumerateFiles(Folder, "*Newtonsoft*", SearchOption.AllDirectories).ShouldBeEmpty();
        using var libraries = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "databright.deps.json")));
        libraries.RootElement.GetProperty("libraries").EnumerateObject()
            .ShouldNotContain(library => library.Name.StartsWith("Newtonsoft", StringComparison.OrdinalIgnoreCase));
        libraries.RootElement.GetProperty("targets").EnumerateObject().SelectMany(target => target.Value.EnumerateObject())
            .ShouldNotContain(library => library.Name.StartsWith("Newtonsoft", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Mnemonics_do_without_it()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(Folder, "databright.dll"), "account", "new", "ada", "--mnemonic",
            "--print-words", "--light", "--json", "--home", _home.Path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DATABRIGHT_PASSWORD"] = "secret";
        using var program = Process.Start(start)!;
        var error = program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);

        program.ExitCode.ShouldBe(0, await error);
        JsonDocument.Parse(output).RootElement.GetProperty("mnemonic").GetString()!.Split(' ').Length.ShouldBe(12);
    }
}
