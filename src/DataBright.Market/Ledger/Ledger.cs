using DataBright.Ethereum;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;
using DataBright.Market.Requests;
using DataBright.Market.Shares;
using DataBright.Market.Usage;
using DataBright.Market.Workers;

namespace DataBright.Market;

/// <summary>The market on its chain: one part for each word.</summary>
/// <remarks>
/// What is read is as of the newest block. Looking for something that is not there gives null; what the rules forbid
/// throws <see cref="RuleBrokenException"/>; a chain that does not answer throws <see cref="ChainException"/>.
/// </remarks>
public sealed class Ledger
{
    public Ledger(EthereumClient client, MarketAddresses addresses)
    {
        (Client, Addresses) = (client, addresses);
        Dollars = new DollarLedger(this);
        Datasets = new DatasetLedger(this);
        Proposals = new ProposalLedger(this);
        Shares = new ShareLedger(this);
        Models = new ModelLedger(this);
        Workers = new WorkerLedger(this);
        TrustedKeys = new TrustedKeyLedger(this);
        Jobs = new JobLedger(this);
        Predictions = new PredictionLedger(this);
        Usage = new UsageLedger(this);
        Requests = new RequestLedger(this);
    }

    public EthereumClient Client { get; }

    public MarketAddresses Addresses { get; }

    public DollarLedger Dollars { get; }

    public DatasetLedger Datasets { get; }

    public ProposalLedger Proposals { get; }

    public ShareLedger Shares { get; }

    public ModelLedger Models { get; }

    public WorkerLedger Workers { get; }

    public TrustedKeyLedger TrustedKeys { get; }

    public JobLedger Jobs { get; }

    public PredictionLedger Predictions { get; }

    public UsageLedger Usage { get; }

    public RequestLedger Requests { get; }

    /// <summary>Reads from a contract, its refusals translated.</summary>
    internal async Task<T> ReadAsync<T>(ContractCall<T> call, CancellationToken stop)
    {
        try
        {
            return await Client.CallAsync(call, stop: stop);
        }
        catch (RevertException revert) when (RuleBrokenException.From(revert) is { } broken)
        {
            throw broken;
        }
    }

    /// <summary>Reads something that may not exist: the contract's own refusal of that name is null here.</summary>
    internal async Task<T?> FindAsync<T>(ContractCall<T> call, Rule unknown, CancellationToken stop) where T : class
    {
        try
        {
            return await ReadAsync(call, stop);
        }
        catch (RuleBrokenException broken) when (broken.Rule == unknown)
        {
            return null;
        }
    }
}

public static class Receipts
{
    /// <summary>The one event of a kind that a transaction must have logged.</summary>
    /// <exception cref="TransactionSentException">The node does not show it; the transaction is on the chain all the same.</exception>
    public static T Event<T>(this Receipt receipt, Address contract, Func<Log, bool> matches, Func<Log, T> decode)
    {
        try
        {
            return decode(receipt.Logs.FirstOrDefault(log => log.Address == contract && matches(log))
                ?? throw new FormatException("its receipt lacks the event that it must have logged."));
        }
        catch (Exception odd) when (odd is AbiException || odd.IsUnreadable())
        {
            throw new TransactionSentException(receipt.TransactionHash, 0, receipt.BlockNumber, odd);
        }
    }

    /// <summary>The one event of a kind that a transaction may have logged.</summary>
    public static T? FindEvent<T>(this Receipt receipt, Address contract, Func<Log, bool> matches, Func<Log, T> decode) where T : class =>
        receipt.Logs.FirstOrDefault(log => log.Address == contract && matches(log)) is { } found ? decode(found) : null;
}
