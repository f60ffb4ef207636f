using System.Globalization;
using DataBright.Ethereum;
using DataBright.Market.Generated;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.ABI.Model;
using Nethereum.Contracts;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Web3;

namespace DataBright.Bench.Ethereum;

/// <summary>
/// Events of the market's own shapes, asked for over JSON-RPC in pages and decoded. Ours come out as the records that
/// tools/DataBright.Bindings generates; Nethereum's as the classes that its code generator writes, and as lists of names and values,
/// which is its fastest way by far.
/// </summary>
internal sealed class EventDecoding(int events, IProgress<string> progress)
{
    private const int Rounds = 3;

    private static readonly LogFilter All = LogFilter.Of(EventPages.Datasets, EventPages.Proposals, EventPages.Shares);

    private static readonly Dictionary<string, (Func<FilterLog, object> Typed, EventABI Abi)> Decoders =
        new(StringComparer.OrdinalIgnoreCase);

    static EventDecoding()
    {
        Add<VotedEventDto>();
        Add<VoteExplainedEventDto>();
        Add<ProposedEventDto>();
        Add<ProposalFinalisedEventDto>();
        Add<ShardListedEventDto>();
        Add<TransferEventDto>();
    }

    public async Task<IReadOnlyList<Comparison>> RunAsync(CancellationToken stop)
    {
        var pages = Math.Max(1, events / EventPages.Size);
        using var node = new EventPages();
        var (ours, typed, listed) = (new List<Times>(), new List<Times>(), new List<Times>());
        for (var round = 0; round <= Rounds; round++)
        {
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"{pages * EventPages.Size:N0} events, round {round} of {Rounds}"));
            // The first round of a page each only warms the code up.
            var count = round == 0 ? 1 : pages;
            var times = (Ours: await OursAsync(node, count, stop),
                Typed: await TheirsAsync(node, count, (decoder, log) => decoder.Typed(log), stop),
                Listed: await TheirsAsync(node, count, (decoder, log) => decoder.Abi.DecodeEventDefaultTopics(log), stop));
            if (round == 0) continue;
            ours.Add(times.Ours);
            typed.Add(times.Typed);
            listed.Add(times.Listed);
        }
        var done = string.Create(CultureInfo.InvariantCulture,
            $"{pages * EventPages.Size:N0} events in pages of {EventPages.Size:N0}, in turn, median of {Rounds}, the processor's time per "
            + $"million, reading + decoding");
        return
        [
            new("events", $"{done}; to classes", Median(typed, pages), Median(ours, pages)),
            new("events", $"{done}; Nethereum to lists of names and values", Median(listed, pages), Median(ours, pages)),
        ];
    }

    private static string Median(List<Times> times, int pages)
    {
        var median = times.OrderBy(time => time.Read + time.Decode).ElementAt(Rounds / 2);
        var million = 1_000_000.0 / (pages * EventPages.Size);
        return string.Create(CultureInfo.InvariantCulture,
            $"{median.Read * million:0.0} s + {median.Decode * million:0.0} s = {(median.Read + median.Decode) * million:0.0} s");
    }

    private static async Task<Times> OursAsync(EventPages node, int pages, CancellationToken stop)
    {
        var client = new EthereumClient(new JsonRpcClient(new HttpClient(node, disposeHandler: false), ScriptedNode.Url));
        double read = 0, decode = 0;
        for (var page = 0; page < pages; page++)
        {
            var begun = Processor();
            var logs = await client.GetLogsAsync(All, 1, 2, stop);
            read += (Processor() - begun).TotalSeconds;
            begun = Processor();
            var found = 0;
            foreach (var log in logs)
                if ((log.Address == EventPages.Proposals ? Proposals.Events.Find(log)
                    : log.Address == EventPages.Datasets ? Datasets.Events.Find(log) : Shares.Events.Find(log)) is not null) found++;
            decode += (Processor() - begun).TotalSeconds;
            Require(found);
        }
        return new Times(read, decode);
    }

    private static async Task<Times> TheirsAsync(
        EventPages node, int pages, Func<(Func<FilterLog, object> Typed, EventABI Abi), FilterLog, object?> decode, CancellationToken stop)
    {
        var web3 = new Web3(new Nethereum.JsonRpc.Client.RpcClient(ScriptedNode.Url, new HttpClient(node, disposeHandler: false), null,
            null, null));
        var filter = new NewFilterInput { FromBlock = new BlockParameter(1), ToBlock = new BlockParameter(2),
            Address = [.. All.Addresses.Select(address => address.ToString())] };
        double read = 0, decoding = 0;
        for (var page = 0; page < pages; page++)
        {
            stop.ThrowIfCancellationRequested();
            var begun = Processor();
            var logs = await web3.Eth.Filters.GetLogs.SendRequestAsync(filter);
            read += (Processor() - begun).TotalSeconds;
            begun = Processor();
            var found = 0;
            foreach (var log in logs)
                if (Decoders.TryGetValue((string)log.Topics[0], out var decoder) && decode(decoder, log) is not null) found++;
            decoding += (Processor() - begun).TotalSeconds;
            Require(found);
        }
        return new Times(read, decoding);
    }

    // The processor's time and not the clock's: whoever repeats this may not have the machine alone.
    private static TimeSpan Processor() => Environment.CpuUsage.TotalTime;

    private static void Require(int found)
    {
        if (found != EventPages.Size) throw new InvalidOperationException($"Of {EventPages.Size} events {found} were decoded.");
    }

    private static void Add<T>() where T : class, IEventDTO, new()
    {
        var abi = EventExtensions.GetEventABI<T>();
        Decoders.Add("0x" + abi.Sha3Signature, (log => Event<T>.DecodeEvent(log), abi));
    }

    /// <summary>Seconds of the processor.</summary>
    private readonly record struct Times(double Read, double Decode);
}
