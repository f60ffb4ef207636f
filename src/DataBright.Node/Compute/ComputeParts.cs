using System.Security.Cryptography;
using DataBright.Compute.Http;
using DataBright.Compute.Ledger;
using DataBright.Compute.Points;
using DataBright.Compute.Referees;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Compute.Workers;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Storage;

namespace DataBright.Node.Compute;

/// <summary>Puts schedulers, referees and workers together from a data folder, a ledger and a key.</summary>
public static class ComputeParts
{
    /// <summary>A scheduler over the data folder's blobs and its own database there.</summary>
    /// <param name="blobFolder">Where plans, shards, checkpoints and evidence are.</param>
    /// <param name="database">The scheduler's file; it is made if it is not there.</param>
    /// <param name="ledger">The market.</param>
    /// <param name="signer">The scheduler's registered key.</param>
    /// <param name="referee">Who settles disputes.</param>
    /// <param name="clock">The time.</param>
    /// <param name="terms">How long to wait for whom, and for what fee to work.</param>
    /// <returns>The scheduler, and its database to be disposed after it.</returns>
    public static (SchedulerHost Scheduler, SqliteSchedulerStore Database) Scheduler(
        string blobFolder, string database, Market.Ledger ledger, Signer signer, IReferee referee, TimeProvider clock, SchedulerTerms terms)
    {
        var store = SqliteSchedulerStore.Open(database);
        var blobs = new FolderBlobStore(blobFolder);
        var host = new SchedulerHost(
            signer.Key, new ChainJobLedger(ledger, signer.Address, signer), store, blobs, new BlobShardSource(blobs, signer.Key), referee,
            () => new Hash32(RandomNumberGenerator.GetBytes(Hash32.Size)), clock, terms);
        return (host, store);
    }

    /// <summary>A referee over the same files as its scheduler's, or a copy of them.</summary>
    public static Referee Referee(string blobFolder, Market.Ledger ledger, EthereumKey key, int threads = 1)
    {
        var blobs = new FolderBlobStore(blobFolder);
        return new Referee(key, new ChainJobLedger(ledger, key.Address, signer: null), blobs, new BlobShardSource(blobs, key), threads);
    }

    /// <summary>A worker that needs nothing but its key, a folder and a scheduler's address.</summary>
    /// <param name="scheduler">Its base address is the scheduler's, with a slash at the end.</param>
    /// <param name="key">The worker's registered key.</param>
    /// <param name="folder">What the worker keeps to survive a crash.</param>
    /// <param name="options">What it gives.</param>
    /// <param name="clock">The time.</param>
    /// <param name="news">Told what it does.</param>
    /// <param name="executor">How it carries out tasks: honestly, unless a test or the demonstration wants a liar.</param>
    public static WorkerEngine Worker(
        HttpClient scheduler, EthereumKey key, string folder, WorkerOptions options, TimeProvider clock, IProgress<WorkerNews>? news = null, ITaskExecutor? executor = null) =>
        new(key, new HttpSchedulerWire(scheduler), new WorkFolder(folder), executor ?? new HonestExecutor(), clock, options, news);
}
