using System.CommandLine;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Access;

/// <summary>A command that acts on the market in somebody's name. With <c>--dry-run</c> it goes the same way and nothing is sent.</summary>
internal abstract class SigningVerb : MarketVerb
{
    private readonly KeyOptions _key;

    protected SigningVerb(string name, string description, string example)
        : base(name, description, example) => _key = KeyOptions.AddTo(this, spends: true);

    /// <summary>Whether the command itself says what it would do; else what it would send is listed for it.</summary>
    protected virtual bool TellsDryRun => false;

    protected sealed override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        using var acting = await _key.ActAsync(arguments, market, output, stop);
        if (acting.Rehearsed is not null)
            market.Rehearse();
        if (acting.Rehearsed is not null && !TellsDryRun)
            return await DryRun.RunAsync(acting, market, output,
                (quiet, end) => RunAsync(arguments, market, acting.Signer, quiet, end), stop);
        try
        {
            return await RunAsync(arguments, market, acting.Signer, output, stop);
        }
        catch (Exception fault) when (acting.Signer.LastSent is not null && fault is not OperationCanceledException)
        {
            // What failed came after it, or was another part of the same act: nobody must do again what is done.
            var (failure, sent) = (Translation.Of(fault), acting.Signer.LastSent);
            throw new Failure(failure.ExitCode, failure.Message.Contains(sent.TransactionHash.ToString(), StringComparison.Ordinal)
                ? failure.Message
                : $"{failure.Message} On the chain already: transaction {sent.TransactionHash}, in block {sent.BlockNumber}; look at it "
                    + "before doing the same again.");
        }
    }

    protected abstract Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output, CancellationToken stop);
}
