using System.Diagnostics;
using System.Text.Json.Nodes;
using DataBright.Ethereum;
using Nethereum.BlockchainProcessing.ProgressRepositories;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Web3;

namespace DataBright.Bench.Ethereum;

/// <summary>A node takes a request and never answers; the caller gives up. When is it free?</summary>
internal static class Cancellation
{
    private static readonly TimeSpan TestTimeout = TimeSpan.FromSeconds(5);

    private static readonly Hash32 Unknown = Keccak.HashText("unknown");

    public static async Task<IReadOnlyList<Comparison>> RunAsync(CancellationToken stop)
    {
        var methods = typeof(BlockParameter).Assembly.GetExportedTypes().SelectMany(type => type.GetMethods())
            .Where(method => method.Name == "SendRequestAsync").ToList();
        var cancellable =
            methods.Count(method => method.GetParameters().Any(parameter => parameter.ParameterType == typeof(CancellationToken)));
        return
        [
            new("cancellation", "asking for the newest block, cancelled while the node is silent",
                $"cannot be cancelled: {cancellable} of {methods.Count} SendRequestAsync methods take a token; ends by its timeout of "
                + $"{ClientBase.ConnectionTimeout.TotalSeconds:0} s",
                await EndsAsync((node, token) => node.Ours().BlockNumberAsync(token), stop)),
            new("cancellation", "waiting for a receipt, cancelled while the node is silent",
                await EndsAsync((node, token) => new Web3(node.Theirs()).TransactionReceiptPolling.PollForReceiptAsync(Unknown.ToString(),
                    token), stop),
                await EndsAsync((node, token) => node.Ours().ReceiptAsync(Unknown, token), stop)),
            new("cancellation", "reading events, cancelled while the node is silent",
                await EndsAsync((node, token) => new Web3(node.Theirs()).Processing.Logs.CreateProcessor(
                    (FilterLog _) => { }, 0, null, new NewFilterInput(), new InMemoryBlockchainProgressRepository(0))
                    .ExecuteAsync(10, token, 1), stop),
                await EndsAsync((node, token) =>
                    new LogPoller(node.Ours(), LogFilter.Of(Address.Zero), TimeProvider.System).NextAsync(LogCursor.From(1), token), stop)),
        ];
    }

    private static async Task<string> EndsAsync(Func<ScriptedNode, CancellationToken, Task> act, CancellationToken stop)
    {
        var asked = new TaskCompletionSource();
        using var node = new ScriptedNode(async (_, _, token) =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
            return null as JsonNode;
        });
        using var given = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = act(node, given.Token);
        await asked.Task.WaitAsync(TestTimeout, stop);
        var begun = Stopwatch.GetTimestamp();
        await given.CancelAsync();
        await Task.WhenAny(running, Task.Delay(TestTimeout, stop));
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        _ = running.Exception; // Nobody else looks at how it ended.
        return running.IsCompleted ? $"ends after {seconds:0.00} s" : $"still waiting after {TestTimeout.TotalSeconds:0} s";
    }
}
