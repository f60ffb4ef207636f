using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Actions;
using DataBright.Node.Ledger;
using DataBright.Node.Web;

namespace DataBright.Node.Accounts;

/// <summary>Does in the name of a local account what a wallet would be asked to sign.</summary>
internal sealed class LocalAccountExecutor(ActionContext context, ILedgerStateReader ledger, LedgerPulse pulse, TimeProvider clock)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Sends the transactions of an action one after the other and waits until this node has read the last.</summary>
    public async Task<Outcome> DoAsync(MarketAction action, IReadOnlyDictionary<string, string> fields, LocalSession session)
    {
        Carried? last = null;
        try
        {
            // What was begun is finished, whether or not the reader waits for it.
            var form = new ActionForm(session.Account.Address, fields) { Key = session.Key };
            var prepared = await context.PrepareAsync(action, form, CancellationToken.None);
            var refused = new List<string>();
            foreach (var step in prepared.Steps)
                try
                {
                    var receipt = await session.Signer.SendAsync(step.Call, CancellationToken.None);
                    last = new Carried(receipt.TransactionHash, receipt.BlockNumber);
                }
                catch (Exception refusal) when (prepared.EachForItself && refusal is RuleBrokenException or RevertException)
                {
                    if (!step.Prepares) refused.Add($"{step.Says}: {refusal.Message}");
                }
            if (prepared.Message is { } message) last = await message.SignAsync(session.Key, CancellationToken.None);
            if (last is not null) await ReadAsync(last.Block);
            return refused.Count == 0 ? new Outcome(true, prepared.Says, last?.Transaction)
                : new Outcome(false, $"Not all of it was done. {string.Join(' ', refused)}", last?.Transaction);
        }
        catch (Exception fault) when (Explain(fault) is { } why)
        {
            return new Outcome(false, last is null ? why : $"Not all of it was done. {why}", last?.Transaction);
        }
    }

    /// <summary>In words for the one who acted; null for mistakes of our own, which belong in the log.</summary>
    public static string? Explain(Exception fault) => fault switch
    {
        RefusedException or RevertException => fault.Message,
        RpcException { IsPoor: true } =>
            "The account has too little ether to pay for gas. On the embedded chain: databright account fund NAME --ether 10",
        ChainCallException or TransactionPendingException => fault.Message.ReplaceLineEndings(" "),
        _ => null,
    };

    private async Task ReadAsync(ulong block)
    {
        using var timeout = new CancellationTokenSource();
        await using var timer = clock.CreateTimer(_ => timeout.Cancel(), null, Timeout, System.Threading.Timeout.InfiniteTimeSpan);
        try
        {
            while (true)
            {
                var next = pulse.Next;
                if ((await ledger.ReadAsync(timeout.Token)).Indexed >= block) return;
                await next.WaitAsync(timeout.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // It is on the ledger; the page shows it a moment later.
        }
    }
}
