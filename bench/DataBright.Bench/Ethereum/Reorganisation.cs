using System.Numerics;
using System.Text.Json.Nodes;
using DataBright.Ethereum;
using Nethereum.BlockchainProcessing.BlockStorage.Entities;
using Nethereum.BlockchainProcessing.Metrics;
using Nethereum.BlockchainProcessing.Processor;
using Nethereum.BlockchainProcessing.ProgressRepositories;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Web3;

namespace DataBright.Bench.Ethereum;

/// <summary>
/// Ten blocks are read, one event in each; then the last of them are replaced by others and two more come. Which events does a reader
/// believe in at the end, who does what it is told?
/// </summary>
internal static class Reorganisation
{
    private const int FirstHead = 10, SecondHead = 12, Buffer = 5, Shallow = 8, Deep = 4;

    private static readonly Address Contract = Address.Parse("0x00000000000000000000000000000000000000c0");

    public static async Task<IReadOnlyList<Comparison>> RunAsync(CancellationToken stop) =>
    [
        new("reorganisation", $"ten blocks are read, blocks {Shallow} to 10 are replaced, two more come; the log processor as it is",
            await TheirsAsync(Shallow, guarded: false, stop), await OursAsync(Shallow, stop)),
        new("reorganisation", $"the same, the log processor with a buffer of {Buffer} blocks, a chain state and an observer that undoes",
            await TheirsAsync(Shallow, guarded: true, stop), await OursAsync(Shallow, stop)),
        new("reorganisation", $"blocks {Deep} to 10 are replaced, more than that buffer", await TheirsAsync(Deep, guarded: true, stop),
            await OursAsync(Deep, stop)),
    ];

    private static async Task<string> OursAsync(int firstReplaced, CancellationToken stop)
    {
        var (chain, reader) = (new Chain(firstReplaced), new Reader());
        using var node = new ScriptedNode(chain.Answer);
        var poller = new LogPoller(node.Ours(), LogFilter.Of(Contract), TimeProvider.System);
        var cursor = LogCursor.From(1);
        foreach (var _ in (int[])[FirstHead, SecondHead])
        {
            while (await poller.NextAsync(cursor, stop) is { } step)
            {
                cursor = step.Cursor;
                if (step is LogBatch batch)
                    foreach (var log in batch.Logs) reader.Take((int)log.BlockNumber, log.BlockHash.ToString());
                if (step is Rewound rewound) reader.Undo((int)rewound.FirstGone);
            }
            chain.Reorganise();
        }
        return reader.Verdict(chain);
    }

    private static async Task<string> TheirsAsync(int firstReplaced, bool guarded, CancellationToken stop)
    {
        var (chain, reader) = (new Chain(firstReplaced), new Reader());
        using var node = new ScriptedNode(chain.Answer);
        var logs = new Web3(node.Theirs()).Processing.Logs;
        var handler = new ProcessorHandler<FilterLog>(log =>
        {
            reader.Take((int)log.BlockNumber.Value, log.BlockHash);
            return Task.CompletedTask;
        });
        var filter = new NewFilterInput { Address = [Contract.ToString()] };
        var progress = new InMemoryBlockchainProgressRepository(0);
        var processor = guarded
            ? logs.CreateProcessor([handler], 0, Buffer, new ChainStates(), filter, progress, observer: new Observer(reader))
            : logs.CreateProcessor([handler], 0, filter, progress);
        foreach (var head in (int[])[FirstHead, SecondHead])
        {
            await processor.ExecuteAsync(head, stop, 1);
            chain.Reorganise();
        }
        return reader.Verdict(chain);
    }

    /// <summary>Whoever reads events and does what it is told.</summary>
    private sealed class Reader
    {
        private readonly List<(int Number, string Hash)> _believed = [];
        private readonly List<int> _undone = [];

        public void Take(int number, string hash) => _believed.Add((number, hash));

        public void Undo(int firstGone)
        {
            _undone.Add(firstGone);
            _believed.RemoveAll(block => block.Number >= firstGone);
        }

        public string Verdict(Chain chain)
        {
            var truth = Enumerable.Range(1, SecondHead).Select(number => (number, chain.HashOf(number))).ToList();
            int gone = _believed.Except(truth).Count(), missing = truth.Except(_believed).Count(),
                twice = _believed.Count - _believed.Distinct().Count();
            return $"{SecondHead - missing} of {SecondHead} events, {gone} that are gone, {twice} twice; "
                + $"{(_undone.Count == 0 ? "never told to undo" : $"told to undo from block {string.Join(", then ", _undone)}")}";
        }
    }

    /// <summary>A chain of which two versions exist.</summary>
    private sealed class Chain(int firstReplaced)
    {
        private int _head = FirstHead;
        private bool _reorganised;

        public void Reorganise() => (_head, _reorganised) = (SecondHead, true);

        public string HashOf(int number) => Keccak.HashText($"{number}{(_reorganised && number >= firstReplaced ? "B" : "A")}").ToString();

        public JsonNode? Answer(string method, JsonArray parameters) => method switch
        {
            "eth_chainId" => "0x7a69",
            "eth_blockNumber" => Quantity(_head),
            "eth_getBlockByNumber" => Block(parameters[0]!.GetValue<string>() is "latest" ? _head : Number(parameters[0]!)),
            "eth_getLogs" => new JsonArray([.. Blocks(parameters[0]!).Select(Log)]),
            _ => throw new NodeRefusal($"{method} is not in this script"),
        };

        private static int Number(JsonNode quantity) => (int)(ulong)Uint256.Parse(quantity.GetValue<string>());

        private static string Quantity(int number) => $"0x{number:x}";

        private IEnumerable<int> Blocks(JsonNode filter)
        {
            var (from, to) = (Number(filter["fromBlock"]!), Math.Min(_head, Number(filter["toBlock"]!)));
            return Enumerable.Range(from, Math.Max(0, to - from + 1)).Where(number => number > 0);
        }

        private JsonObject? Block(int number) => number > _head ? null : new JsonObject
        {
            ["number"] = Quantity(number),
            ["hash"] = HashOf(number),
            ["parentHash"] = HashOf(number - 1),
            ["timestamp"] = Quantity(number),
            ["gasLimit"] = "0x1c9c380",
            ["gasUsed"] = "0x0",
            ["baseFeePerGas"] = "0x1",
            ["transactions"] = new JsonArray(),
        };

        private JsonObject Log(int number) => new()
        {
            ["address"] = Contract.ToString(),
            ["topics"] = new JsonArray(Keccak.HashText("Happened()").ToString()),
            ["data"] = "0x",
            ["blockNumber"] = Quantity(number),
            ["blockHash"] = HashOf(number),
            ["transactionHash"] = Keccak.HashText($"transaction {HashOf(number)}").ToString(),
            ["transactionIndex"] = "0x0",
            ["logIndex"] = "0x0",
            ["removed"] = false,
        };
    }

    /// <summary>Nethereum's own packages keep this in a database.</summary>
    private sealed class ChainStates : IChainStateRepository
    {
        private ChainState? _state;

        public Task<ChainState?> GetChainStateAsync() => Task.FromResult(_state);

        public Task UpsertChainStateAsync(ChainState chainState)
        {
            _state = chainState;
            return Task.CompletedTask;
        }
    }

    private sealed class Observer(Reader reader) : ILogProcessingObserver
    {
        public void OnReorgDetected(BigInteger rewindToBlock, BigInteger lastCanonicalBlock) => reader.Undo((int)rewindToBlock);

        public void OnBatchProcessed(BigInteger fromBlock, BigInteger toBlock, int logCount, double durationSeconds)
        {
        }

        public void OnError(string errorType)
        {
        }

        public void OnBlockProgressUpdated(BigInteger blockNumber)
        {
        }

        public void OnGetLogsRetry(int retryNumber)
        {
        }

        public void SetChainHead(BigInteger blockNumber)
        {
        }
    }
}
