using System.Reflection;
using DataBright.Ethereum;
using DataBright.Market.Audit;
using DataBright.Market.Generated;
using DataBright.Market.Index;
using DataBright.Market.Jobs;
using DataBright.Testing.Odd;

namespace DataBright.Market.Tests.Hostile;

/// <summary>
/// Whatever the contracts log, and however often: the index reads on, and shows what it can read as if the rest were not there.
/// </summary>
public sealed class OddEventTests : IAsyncLifetime
{
    private const int Times = 15;

    private readonly TemporaryFolder _folder = new();
    private readonly List<IDisposable> _owned = [];
    private ScriptedChain _chain = null!;
    private EthereumClient _client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _chain = new ScriptedChain(new OddLedger(7).AnswerOf);
        _client = new EthereumClient(new JsonRpcClient(Own(new HttpClient(new SocketsHttpHandler())), _chain.Url), Errors.Table);
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        _owned.ForEach(one => one.Dispose());
        await _chain.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_event_stops_the_index_and_honest_things_are_shown_as_without_it(int seed)
    {
        _chain.Mine(OddLedger.Honest());
        using var honest = LedgerIndex.Open(_folder["honest.db"], OddLedger.Market);
        await honest.CatchUpAsync(_client, TimeProvider.System, Stop);
        honest.UnreadableCount.ShouldBe(0);

        var odd = new OddLedger(seed).Odd(Times);
        _chain.Mine(odd);
        using var tally = new MeterTally();
        using var index = LedgerIndex.Open(_folder["index.db"], OddLedger.Market, metrics: new IndexMetrics(tally));
        await index.CatchUpAsync(_client, TimeProvider.System, Stop);

        index.Position.Block.ShouldBe(_chain.Head);
        index.UnreadableCount.ShouldBeGreaterThan(0);
        tally["databright.index.unreadable"].ShouldBe(index.UnreadableCount);
        index.Unreadable(10_000).ShouldAllBe(one => one.Reason.Length > 0 && one.Block > 0);
        // An odd thing is there all the same, as far as its columns hold it: this is no test of refusing everything.
        index.UnreadableCount.ShouldBeLessThan(odd.Count * 9 / 10);
        foreach (var part in HonestThings(index).Zip(HonestThings(honest))) part.First.ShouldBe(part.Second);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Every_reader_of_the_index_answers_over_odd_events(int seed)
    {
        _chain.Mine([.. OddLedger.Honest(), .. new OddLedger(seed).Odd(Times)]);
        using var index = LedgerIndex.Open(_folder["index.db"], OddLedger.Market);
        await index.CatchUpAsync(_client, TimeProvider.System, Stop);

        var asked = 0;
        foreach (var part in PartsOf<IndexEngine>(index))
            foreach (var method in part.GetType().GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(method => !method.IsSpecialName))
                foreach (var arguments in Arguments(method))
                {
                    Should.NotThrow(() => Whole(part, method, arguments),
                        $"{part.GetType().Name}.{method.Name}({string.Join(", ", arguments)})");
                    asked++;
                }
        asked.ShouldBeGreaterThan(300);
        index.Jobs.List(null, new SliceRequest(500)).Items.Count.ShouldBeGreaterThan(1);
        index.Jobs.Find(new JobId(ulong.MaxValue)).ShouldBeNull();
    }

    [Fact]
    public async Task What_the_odd_events_did_is_taken_back_with_their_blocks()
    {
        _chain.Mine(OddLedger.Honest());
        using var index = LedgerIndex.Open(_folder["index.db"], OddLedger.Market);
        await index.CatchUpAsync(_client, TimeProvider.System, Stop);
        var (before, fork) = (index.Contents(), _chain.Head + 1);

        _chain.Mine(new OddLedger(6).Odd(5));
        await index.CatchUpAsync(_client, TimeProvider.System, Stop);
        index.UnreadableCount.ShouldBeGreaterThan(0);
        _chain.Forget(fork);
        await index.CatchUpAsync(_client, TimeProvider.System, Stop);

        index.Contents().ShouldBe(before);
        index.UnreadableCount.ShouldBe(0);
    }

    [Fact]
    public async Task The_books_are_taken_over_odd_events_and_what_contradicts_itself_is_not_balanced()
    {
        _chain.Mine([.. OddLedger.Honest(), .. new OddLedger(8).Odd(Times)]);
        using var index = LedgerIndex.Open(_folder["index.db"], OddLedger.Market);

        var audit = await MoneyAudit.TakeAsync(new Ledger(_client, OddLedger.Market), index, TimeProvider.System, Stop);

        audit.Block.ShouldBe(_chain.Head);
        audit.Conserved.ShouldBeFalse();
        audit.Books.Count.ShouldBeGreaterThan(9);
        Should.NotThrow(() => audit.Held);
    }

    [Fact]
    public async Task Every_reader_of_the_ledger_itself_answers_whatever_contracts_answer()
    {
        _chain.Mine([.. OddLedger.Honest(), .. new OddLedger(9).Odd(Times)]);
        var ledger = new Ledger(_client, OddLedger.Market);
        object[] readers =
        [
            ledger.Dollars,
            .. PartsOf(ledger),
            .. typeof(Ledger).Assembly.GetTypes().Where(type => type.Name.EndsWith("History", StringComparison.Ordinal))
                .Select(type => Activator.CreateInstance(type, ledger)!),
        ];
        readers.Length.ShouldBeGreaterThan(14);
        foreach (var reader in readers)
            foreach (var method in reader.GetType().GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(method => !method.IsSpecialName && method.Name.EndsWith("Async", StringComparison.Ordinal)
                    && method.GetParameters().All(parameter => parameter.ParameterType != typeof(Signer))))
                foreach (var arguments in Arguments(method))
                    try
                    {
                        await (Task)method.Invoke(reader, arguments)!;
                    }
                    catch (Exception fault) when (fault is AbiException)
                    {
                        // The answer is malformed, which is the chain's fault, and says so.
                    }
                    catch (Exception fault)
                    {
                        throw new Xunit.Sdk.XunitException(
                            $"{reader.GetType().Name}.{method.Name}({string.Join(", ", arguments)}): {fault}");
                    }
    }

    /// <summary>What the index has of the honest things.</summary>
    private static IEnumerable<object?> HonestThings(LedgerIndex index)
    {
        yield return index.Datasets.Find(new DatasetId(1));
        yield return index.Proposals.Find(new ProposalId(1));
        yield return index.Models.Find(new ModelId(1));
        yield return index.Jobs.Find(new JobId(1));
        yield return index.Predictions.Find(new ChannelId(1));
        yield return index.Requests.Find(new RequestId(1));
        yield return index.Workers.Find(OddLedger.Bob);
        yield return index.TrustedKeys.List()[0];
        yield return index.Shares.HoldingsOf(OddLedger.Ada).Single();
        yield return index.Jobs.Steps(new JobId(1)).Count;
        yield return index.Proposals.Votes(new ProposalId(1), new SliceRequest(10)).Items.Single();
        yield return index.Datasets.List(new SliceRequest(10), "Digits").Items.Single();
    }

    /// <summary>The answer with everything behind it, page after page.</summary>
    private static void Whole(object part, MethodInfo method, object?[] arguments)
    {
        for (int page = 0; page < 50; page++)
        {
            object? answer;
            try
            {
                answer = method.Invoke(part, arguments);
            }
            catch (TargetInvocationException fault)
            {
                throw fault.InnerException!;
            }
            if (answer?.GetType().GetProperty("Next")?.GetValue(answer) is not string next) return;
            arguments = [.. arguments.Select(argument => argument is SliceRequest request ? request with { After = next } : argument)];
        }
    }

    private static IEnumerable<object?[]> Arguments(MethodInfo method) =>
        method.GetParameters().Aggregate<ParameterInfo, IEnumerable<object?[]>>([[]], (lists,
            parameter) => lists.SelectMany(list => Choices(parameter.ParameterType).Select(choice => (object?[])[.. list, choice])));

    /// <summary>What the words offer of the ledger or of the index: properties of it that stand in their folders.</summary>
    private static IEnumerable<object> PartsOf<T>(T whole) => typeof(T).Assembly.GetExportedTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(method => method.Name.StartsWith("get_", StringComparison.Ordinal) && method.GetParameters() is [{ ParameterType: var of }]
            && of == typeof(T))
        .Select(method => method.Invoke(null, [whole])!);

    private static IEnumerable<object?> Choices(Type type)
    {
        if (type == typeof(Address)) return OddLedger.People.Cast<object?>();
        if (type == typeof(SliceRequest)) return [new SliceRequest(7)];
        if (type == typeof(CancellationToken)) return [Stop];
        if (type == typeof(int)) return [1, 65_535];
        if (type == typeof(ulong)) return [0ul, 5ul];
        if (type == typeof(Hash32)) return [Hash32.Zero];
        if (type == typeof(Digest)) return [default(Digest)];
        if (type == typeof(bool)) return [false, true];
        if (type == typeof(DateTimeOffset)) return [DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue];
        if (type.IsEnum) return Enum.GetValues(type).Cast<object?>();
        if (type == typeof(string)) return [null, "plain %_\\"];
        if (type == typeof(IReadOnlyList<Address>)) return [OddLedger.People];
        if (type == typeof(JobOrder))
            return [new JobOrder(JobKind.Training, new DatasetId(1), null, default, default, default, 1, Money.Zero,
                DateTimeOffset.UnixEpoch)];
        if (type.GetInterfaces().Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(ILedgerId<>)))
            return OddLedger.Ids.Select(id => (object?)Activator.CreateInstance(type, id));
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return [null, .. inner.IsEnum ? Enum.GetValues(inner).Cast<object?>() : Choices(inner)];
        throw new NotSupportedException($"Say here what to ask with a {type}.");
    }

    private T Own<T>(T owned) where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
