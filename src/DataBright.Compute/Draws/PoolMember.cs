using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Compute.Draws;

/// <summary>A registered worker that can be drawn.</summary>
/// <param name="Worker">The key that signs its messages.</param>
/// <param name="Operator">Whoever runs it; two workers of one operator never check each other.</param>
/// <param name="MinimumFee">The least it takes for a task.</param>
public sealed record PoolMember(Address Worker, Address Operator, Money MinimumFee);
