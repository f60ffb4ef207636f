using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Node.Buying;

/// <summary>Finds the job that was bought as it was prepared, so that nobody is sent to buy it twice.</summary>
/// <param name="services">The index is asked for only where something was prepared: a page is shown without.</param>
internal sealed class BoughtJobs(IServiceProvider services)
{
    /// <summary>Null where the account bought none, or the index has not read it yet.</summary>
    public JobId? Find(OrderDraft hand, Address? buyer) =>
        buyer is { } account
            ? services.GetRequiredService<LedgerIndex>().Jobs.Bought(account, hand.Order.Plan, hand.Order.Deadline) : null;
}
