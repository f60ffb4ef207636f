using DataBright.Compute.Quotes;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Market.Models;

namespace DataBright.Node.Buying;

/// <summary>A training job that somebody has prepared on a page.</summary>
/// <param name="Trains">The name of the architecture.</param>
/// <param name="Total">What goes into escrow.</param>
/// <param name="Fee">What of it goes to those whose data it is.</param>
/// <param name="SchedulerFee">What of it goes to the scheduler.</param>
/// <param name="Tasks">Tasks, each of which several workers do.</param>
/// <param name="Quote">Who of those present would take it; null where this node has no scheduler.</param>
public sealed record OrderDraft(JobOrder Order, string Trains, long Points, Money Total, Money Fee, Money SchedulerFee, long Tasks,
    JobQuote? Quote);

/// <summary>What a program is told of a job that it has prepared.</summary>
/// <param name="Draft">To be named when it is signed.</param>
/// <param name="Problem">Why nobody present would take it; null where enough would, or it is not known who is present.</param>
public sealed record OrderPrepared(string Draft, Money Total, Money Fee, long Tasks, string? Problem);

/// <summary>A model of a job that somebody has prepared on a page.</summary>
/// <param name="Buyer">Who bought the job, and alone can register its result.</param>
public sealed record ModelDraft(JobId Job, Address Buyer, ModelRegistration Registration);

/// <summary>What a program is told of a model that it has prepared.</summary>
/// <param name="Draft">To be named when it is signed.</param>
public sealed record ModelPrepared(string Draft, JobId Job, DatasetId Dataset, uint AccuracyPpm);
