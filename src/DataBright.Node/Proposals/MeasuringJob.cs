using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Node.Proposals;

/// <summary>A job that measures a proposal, or has.</summary>
/// <param name="IsDone">It is settled: a referee can sign what it came to.</param>
/// <param name="IsPosted">What it came to stands beside the vote.</param>
public sealed record MeasuringJob(JobId Job, Address Buyer, bool IsDone, bool IsPosted, DateTimeOffset Deadline);
