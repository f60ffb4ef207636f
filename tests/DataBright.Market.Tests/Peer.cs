using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace DataBright.Market.Tests;

/// <summary>Runs another implementation under Node.js: one JSON document in, one out.</summary>
internal static class Peer
{
    /// <param name="script">A file in the Peers folder.</param>
    /// <param name="request">Given to the script on its standard input.</param>
    public static async Task<T> AskAsync<T>(string script, object request)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Folder(), "Peers", script)])
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

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
