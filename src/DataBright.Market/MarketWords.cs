using DataBright.Ethereum;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Market.Movements;
using DataBright.Market.Owed;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;
using DataBright.Market.Requests;
using DataBright.Market.Shares;
using DataBright.Market.Trust;
using DataBright.Market.Usage;
using DataBright.Market.Words;
using DataBright.Market.Workers;

namespace DataBright.Market;

/// <summary>The words of the market. A new one has its line here, and everything else in its own folder.</summary>
public static class MarketWords
{
    /// <summary>In the order in which they are set up: each is told the contracts of those before it.</summary>
    internal static IReadOnlyList<MarketWord> All { get; } =
    [
        new TrustWord(),
        new DatasetWord(),
        new ProposalWord(),
        new JobWord(),
        new WorkerWord(),
        new ModelWord(),
        new PredictionWord(),
        new UsageWord(),
        new RequestWord(),
        new ShareWord(),
    ];

    /// <summary>The names of the contracts that a market has one of.</summary>
    public static IReadOnlyList<string> Contracts { get; } =
        [.. All.Where(word => word.SetUp is not null).Select(word => word.ContractName)];

    public static IReadOnlyList<DebtKind> DebtKinds { get; } = [.. All.SelectMany(word => word.DebtKinds)];

    public static IReadOnlyList<MovementKind> MovementKinds { get; } =
        [MovementKind.Opening, MovementKind.Transfer, MovementKind.Minted, .. All.SelectMany(word => word.MovementKinds)];

    /// <summary>The functions of a word's contract by their selectors.</summary>
    public static IReadOnlyDictionary<Selector, string> FunctionsOf(string contract) =>
        All.First(word => word.ContractName == contract).FunctionNames;

    /// <summary>The word whose contract logged something; a contract that the market does not name is a share token.</summary>
    internal static MarketWord Of(Address contract, MarketAddresses at) =>
        at.NameOf(contract) is { } name ? All.First(word => word.ContractName == name) : All.First(word => word.SetUp is null);

    /// <summary>A market whose contracts are where somebody says.</summary>
    /// <param name="at">The address by place, the money's being zero, and by name; the money's is <c>Money</c>.</param>
    public static MarketAddresses AddressesAt(ulong chainId, ulong firstBlock, Func<int, string, Address> at) =>
        new(chainId, firstBlock, at(0, "Money"), Contracts.Select((name, place) => (name, at(place + 1, name))));
}
