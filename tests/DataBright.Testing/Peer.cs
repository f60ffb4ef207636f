using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace DataBright.Testing;

/// <summary>Runs another implementation under Node.js: one JSON document in, one out.</summary>
public static class Peer
{
    /// <param name="script">A file in the Peers folder of the test project that asks.</param>
    /// <param name="request">Given to the script on its standard input.</param>
    public static async Task<T> AskAsync<T>(string script, object request, [CallerFilePath] string asker = "")
    {
        var start = new ProcessStartInfo("node", [Script(asker, script)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        var answer = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await JsonSerializer.SerializeAsync(node.StandardInput.BaseStream, request,
            cancellationToken: TestContext.Current.CancellationToken);
        node.StandardInput.Close();
        var text = await answer;
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        node.ExitCode.ShouldBe(0, await errors);
        return JsonSerializer.Deserialize<T>(text, JsonSerializerOptions.Web)!;
    }

    private static string Script(string asker, string script)
    {
        var folder = Path.GetDirectoryName(asker)!;
        while (!File.Exists(Path.Combine(folder, "Peers", script)))
            folder = Path.GetDirectoryName(folder) ?? throw new FileNotFoundException($"No folder Peers above {asker} has {script}.");
        return Path.Combine(folder, "Peers", script);
    }
}
