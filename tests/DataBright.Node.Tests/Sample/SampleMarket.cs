using System.Collections.Concurrent;
using DataBright.Ethereum;
using DataBright.Node.Datasets;
using DataBright.Node.Discussion;
using DataBright.Node.Jobs;
using DataBright.Node.Ledger;
using DataBright.Node.Models;
using DataBright.Node.Owed;
using DataBright.Node.Proposals;
using DataBright.Node.Rest;
using DataBright.Node.Shares;
using DataBright.Node.Usage;
using DataBright.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace DataBright.Node.Tests;

/// <summary>A market as it looks after some days, with everything a page can show, a stranger's hostile words among it.</summary>
internal sealed class SampleMarket(Cid? openShard)
{
    public static readonly DateTimeOffset Now = new(2026, 5, 20, 14, 30, 0, TimeSpan.Zero);

    public const string Hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

    private static readonly ConcurrentDictionary<int, EthereumKey> Keys = new();

    public static Address Initiator { get; } = Account(1);

    public static Address Ada { get; } = Account(2);

    public static Address Ben { get; } = Account(3);

    public static Address Cleo { get; } = Account(4);

    public static Address Dora { get; } = Account(5);

    public static Address Buyer { get; } = Account(6);

    public static Address Referee { get; } = Account(30);

    public static Address Scheduler { get; } = Account(31);

    public SampleLedgerState Ledger { get; } = new();

    public SampleDatasets Datasets { get; } = new(openShard);

    public SampleProposals Proposals { get; } = new(openShard);

    public SampleModels Models { get; } = new(openShard);

    public SampleJobs Jobs { get; } = new(new SampleUsage(openShard));

    public SampleProgress Progress { get; } = new();

    /// <summary>The key of a person of the sample.</summary>
    public static EthereumKey Key(int number) =>
        Keys.GetOrAdd(number, one => EthereumKey.FromBytes(Keccak.Hash(BitConverter.GetBytes(one)).AsSpan()));

    public static Address Account(int number) => Key(number).Address;

    public static Hash32 Hash(int number) => Keccak.Hash(BitConverter.GetBytes(number + 1_000));

    /// <summary>Registers every reader of it; each is handed to a decorator first, where there is one.</summary>
    public IServiceCollection AddTo(IServiceCollection services, ISampleDecorator? decorator = null)
    {
        var readers = new SampleReaders(services, decorator);
        readers.Add<ILedgerStateReader>(Ledger);
        readers.Add<IDatasetReader>(Datasets);
        readers.Add<IProposalReader>(Proposals);
        readers.Add<IDiscussedProposals>(Proposals);
        readers.Add<IModelReader>(Models);
        readers.Add<IJobReader>(Jobs);
        readers.Add<IJobWatch>(Progress);
        readers.Add<IUsageReader>(new SampleUsage(openShard));
        readers.Add<IPortfolioReader>(new SamplePortfolios());
        readers.Add<IOwedReader>(new SampleOwed());
        foreach (var part in SamplePart.All) part.AddTo(readers);
        return services;
    }

    /// <summary>A part of a list, where the place of the next is its number.</summary>
    public static Page<T> Slice<T>(T[] all, PageRequest page)
    {
        int from = page.After is { } after ? int.Parse(after) : 0;
        int to = Math.Min(all.Length, from + page.Limit);
        return new Page<T>([.. all.Skip(from).Take(page.Limit)], to < all.Length ? to.ToString() : null);
    }
}
