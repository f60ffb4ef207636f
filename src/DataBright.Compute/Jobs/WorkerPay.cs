using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Compute.Jobs;

/// <summary>What a worker earned in a job.</summary>
public sealed record WorkerPay(Address Worker, Money Amount);
