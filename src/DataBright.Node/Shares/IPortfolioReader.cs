using DataBright.Ethereum;

namespace DataBright.Node.Shares;

/// <summary>Tells what an account holds, and what waits for it.</summary>
public interface IPortfolioReader
{
    Task<Portfolio> ReadAsync(Address holder, CancellationToken stop);
}
