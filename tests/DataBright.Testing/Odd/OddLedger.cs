using System.Numerics;
using System.Reflection;
using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Testing.Odd;

/// <summary>An entry of a ledger that no contract ever made.</summary>
public sealed record OddEntry(Address Address, IReadOnlyList<Hash32> Topics, byte[] Data, string Event)
{
    /// <summary>The address and the topics as a filter names them.</summary>
    internal IReadOnlyList<string> Words { get; } = [Address.ToString().ToLowerInvariant(),
        .. Topics.Select(topic => topic.ToString().ToLowerInvariant())];
}

/// <summary>
/// A market of one honest thing of each kind, numbered 1, among any number of things at the far ends of their types. Every event of every
/// contract takes part, as the contracts' own ABI lists them, so a new one does by itself.
/// </summary>
public sealed class OddLedger
{
    public static readonly Address Ada = Account(0xada), Bob = Account(0xb0b), HonestToken = Account(0x70);

    private static readonly Address[] OddAccounts = [Account(0x1), Account(0x2), Account(0x3), new([.. Enumerable.Repeat((byte)0xff, 20)])];
    private static readonly Address[] OddTokens = [Account(0x71), Account(0x72), Account(0x73)];

    public static readonly MarketAddresses Market = MarketWords.AddressesAt(31_337, 1, (place, _) => Account(0xa0 + place));

    /// <summary>Numbers of things to ask for: the honest one, those that may be there, and the ends.</summary>
    public static readonly ulong[] Ids = [1, 2, 3, 4, 5, 77, int.MaxValue, long.MaxValue, (ulong)long.MaxValue + 1, ulong.MaxValue];

    private readonly OddValues _values;
    private readonly OddValues _answers;

    public OddLedger(int seed) =>
        (_values, _answers) = (new OddValues(seed) { Accounts = OddAccounts, Tokens = OddTokens },
            new OddValues(seed) { Accounts = OddAccounts, Tokens = OddTokens, IsWellFormed = true });

    public static IReadOnlyList<Address> People => [Ada, Bob, .. OddAccounts];

    /// <summary>The generated contracts that log events.</summary>
    public static IReadOnlyList<Type> Contracts { get; } =
        [.. typeof(MarketAddresses).Assembly.GetTypes()
            .Where(type => type.Namespace == "DataBright.Market.Generated" && type.GetNestedType("Events") is not null)
            .OrderBy(type => type.Name, StringComparer.Ordinal)];

    /// <summary>One honest thing of each kind.</summary>
    public static IReadOnlyList<OddEntry> Honest() =>
        [
            Plain("Datasets", "DatasetCreated", ("datasetId", 1), ("shares", HonestToken), ("shareName", "Digits"), ("shareSymbol", "DIG"),
                ("votingPeriod", 3_600), ("revealPeriod", 0)),
            Plain("Shares", "Transfer", ("from", default(Address)), ("to", Ada), ("value", BigInteger.Pow(10, 20))),
            Plain("Datasets", "ShardListed", ("datasetId", 1), ("count", 10), ("proposalId", 0)),
            Plain("Proposals", "Proposed", ("proposalId", 1), ("datasetId", 1), ("contributor", Bob), ("deadline", 2_000_000_000),
                ("count", 7)),
            Plain("Proposals", "Voted", ("proposalId", 1), ("voter", Ada), ("choice", 1), ("weight", BigInteger.Pow(10, 20))),
            Plain("Jobs", "JobCreated", ("jobId", 1), ("datasetId", 1), ("proposalId", 0), ("kind", 0), ("deadline", 2_000_000_000),
                ("pay", 5_000_000)),
            Plain("Jobs", "JobAccepted", ("jobId", 1)),
            Plain("Models", "ModelRegistered", ("modelId", 1), ("datasetId", 1), ("jobId", 0), ("metric", 900_000), ("price", 1_000)),
            Plain("Predictions", "ChannelOpened", ("channelId", 1), ("modelId", 1), ("worker", Bob), ("deposit", 9_000_000)),
            Plain("Requests", "RequestOpened", ("requestId", 1), ("association", 0), ("deadline", 2_000_000_000)),
            Plain("Workers", "WorkerRegistered", ("worker", Bob), ("stake", 100_000_000)),
            Plain("TrustedKeys", "KeyRegistered", ("keyId", 1), ("role", 1), ("attestation", 0)),
        ];

    /// <summary>An order like any other, but for a deadline in the year 36812.</summary>
    public static OddEntry LateOrder =>
        Plain("Jobs", "JobCreated", ("jobId", 6), ("datasetId", 1), ("proposalId", 0), ("kind", 0), ("deadline", (1L << 40) - 1));

    /// <summary>
    /// A plain entry with some values given: by the names of its parameters, at whatever depth they are; a value given twice is the last.
    /// </summary>
    public static OddEntry Plain(string contract, string name, params (string Name, object Value)[] given)
    {
        var type = Contracts.Single(one => one.Name == contract);
        var values = new Dictionary<string, object>();
        foreach (var (called, value) in given) values[called] = value;
        return Entry(new OddValues(0) { Accounts = [Ada] }, type,
            EventsOf(type).Single(one => one.GetProperty("name").GetString() == name), values);
    }

    /// <summary>Every event of every contract, as often as asked for, in any order; first those that begin something.</summary>
    public IReadOnlyList<OddEntry> Odd(int times)
    {
        var events = Contracts.SelectMany(contract => EventsOf(contract).Select(one => (contract, one))).ToArray();
        var all = Enumerable.Range(0, times).SelectMany(_ => events).Select(pair => Entry(_values, pair.contract, pair.one, null))
            .Select(entry => (entry, place: _values.Below(1_000_000) - (Begins(entry.Event) && _values.Below(2) == 0 ? 1_000_000 : 0)))
            .OrderBy(pair => pair.place).Select(pair => pair.entry).ToList();
        // Some come twice, some are cut short.
        for (int i = 0; i < times; i++) all.Insert(_values.Below(all.Count), _values.Of(all));
        for (int i = 0; i < times; i++)
            if (_values.Of(all) is { Data.Length: > 0 } cut)
                all.Insert(_values.Below(all.Count),
                    cut with { Data = cut.Data[.._values.Below(cut.Data.Length)], Event = cut.Event + ", cut" });
        return all;
    }

    /// <summary>What a contract might answer to a call; null where the bytes call nothing of ours.</summary>
    public byte[]? AnswerOf(byte[] call)
    {
        if (call.Length < 4) return null;
        var selector = new Selector(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(call));
        foreach (var contract in Contracts)
            if (((IReadOnlyDictionary<Selector, string>)contract.GetProperty("FunctionNames")!.GetValue(null)!).TryGetValue(selector,
                out var name))
                return _answers.Encode([.. AbiOf(contract).Where(one => one.GetProperty("type").GetString() == "function")
                    .First(one => one.GetProperty("name").GetString() == name.Split('(')[0])
                    .GetProperty("outputs").EnumerateArray()]);
        return null;
    }

    /// <summary>What a call of a contract's function begins with.</summary>
    public static byte[] SelectorOf(string contract, string function)
    {
        var names = (IReadOnlyDictionary<Selector, string>)Contracts.Single(one => one.Name == contract).GetProperty("FunctionNames")!
            .GetValue(null)!;
        var bytes = new byte[Selector.Size];
        names.Single(name => name.Value == function).Key.CopyTo(bytes);
        return bytes;
    }

    /// <summary>
    /// What of the odd texts shows other than it is: the first such character in an answer, as it stands or as JSON writes it; null where
    /// there is none.
    /// </summary>
    public static string? HiddenIn(string answer)
    {
        foreach (var hidden in new[] { '\u202E', '\u202C', '\u2066', '\u200B', '\uFEFF', '\u2028', '\u0085', '\u001B', '\b', '\0' })
            if (answer.Contains(hidden, StringComparison.Ordinal)
                || answer.Contains($"\\u{(int)hidden:x4}", StringComparison.OrdinalIgnoreCase))
                return $"U+{(int)hidden:X4}";
        return null;
    }

    private static bool Begins(string name) =>
        new[] { "Created", "Proposed", "Registered", "Opened", "Posted", "Appointed" }
            .Any(word => name.Contains(word, StringComparison.Ordinal));

    private static OddEntry Entry(OddValues values, Type contract, JsonElement of, IReadOnlyDictionary<string, object>? plain)
    {
        var name = of.GetProperty("name").GetString()!;
        var topic =
            (Hash32)contract.GetNestedType("Events")!.GetNestedType(name)!.GetProperty("Topic", BindingFlags.Public | BindingFlags.Static)!
                .GetValue(null)!;
        var inputs = of.GetProperty("inputs").EnumerateArray().ToArray();
        return new OddEntry(
            AddressOf(contract, values, plain is not null),
            [topic, .. inputs.Where(input => input.GetProperty("indexed").GetBoolean())
                .Select(input => new Hash32(values.Topic(input, plain)))],
            values.Encode([.. inputs.Where(input => !input.GetProperty("indexed").GetBoolean())], plain), $"{contract.Name}.{name}");
    }

    private static Address AddressOf(Type contract, OddValues values, bool honest) => contract.Name switch
    {
        "Shares" => honest ? HonestToken : values.Of(OddTokens),
        "TestDollar" => Market.Money,
        var name => Market[name],
    };

    private static IEnumerable<JsonElement> EventsOf(Type contract) =>
        AbiOf(contract).Where(one => one.GetProperty("type").GetString() == "event");

    private static JsonElement[] AbiOf(Type contract) =>
        [.. JsonDocument.Parse((string)contract.GetProperty("Abi")!.GetValue(null)!).RootElement.EnumerateArray()];

    private static Address Account(int number) =>
        new([.. new byte[16], .. BitConverter.GetBytes(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(number))]);
}
