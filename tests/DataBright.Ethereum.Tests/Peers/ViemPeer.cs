using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using DataBright.Ethereum.Tests.Vectors;

namespace DataBright.Ethereum.Tests.Peers;

/// <summary>One Node.js process that answers with viem, shared by the tests of a class.</summary>
public sealed class ViemPeer : IAsyncLifetime
{
    private Process? _node;

    public ValueTask InitializeAsync()
    {
        var script = Path.Combine(Repository.Root, "tests", "DataBright.Ethereum.Tests", "Peers", "viem.mjs");
        _node = Process.Start(new ProcessStartInfo("node", [script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        return ValueTask.CompletedTask;
    }

    /// <summary>Asks all questions at once and gives the answers in order.</summary>
    public async Task<JsonElement[]> AskAsync(IReadOnlyList<JsonObject> questions)
    {
        var asking = Task.Run(async () =>
        {
            foreach (var question in questions)
                await _node!.StandardInput.WriteLineAsync(question.ToJsonString());
            await _node!.StandardInput.FlushAsync();
        });
        var answers = new JsonElement[questions.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            var line = await _node!.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("viem's process ended.");
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.TryGetProperty("fault", out var fault))
                throw new InvalidOperationException($"viem: {fault.GetString()}\n{questions[i].ToJsonString()}");
            answers[i] = document.RootElement.GetProperty("answer").Clone();
        }
        await asking;
        return answers;
    }

    /// <summary>As <see cref="AskAsync"/> where every answer is a string.</summary>
    public async Task<string[]> AskTextAsync(IEnumerable<JsonObject> questions) =>
        [.. (await AskAsync([.. questions])).Select(answer => answer.GetString()!)];

    public async ValueTask DisposeAsync()
    {
        _node!.StandardInput.Close();
        await _node.WaitForExitAsync();
        _node.Dispose();
    }
}
