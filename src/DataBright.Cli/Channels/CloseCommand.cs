using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Market.Predictions;
using DataBright.Serving;
using DataBright.Terminal;

namespace DataBright.Cli.Channels;

/// <summary>
/// Asks for the rest of a deposit, and takes it when the worker's time to settle is over; the worker itself gives it back at once.
/// </summary>
internal sealed class CloseCommand : SigningVerb
{
    private readonly Argument<ChannelId> _id;

    public CloseCommand()
        : base("close", "Ask for the rest of a deposit; once more after the challenge period takes it", "channel close 1") =>
        _id = Expect("ID", ChannelId.Parse, "Its number");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        var channel = await market.Ledger.Predictions.FindAsync(id, stop)
            ?? throw new Failure(ExitCode.NotFound, $"There is no channel {id}. See: databright channel list");
        if (channel.State == ChannelState.Open && signer.Address != channel.Worker)
        {
            var at = await output.WaitAsync("Closing", _ => market.Ledger.Predictions.BeginClosingAsync(id, signer, stop));
            output.Show(new { id, state = "closing", closesAt = at }, console => console.Write(Sheet.Facts(
                ("Channel", id),
                ("", $"The worker may settle until {TerminalWording.Of(at)}; then run this again and the rest is yours."))));
            return ExitCode.Done;
        }

        var refund = await output.WaitAsync("Closing", _ => market.Ledger.Predictions.CloseAsync(id, signer, stop));
        var paid = await output.WaitAsync("Withdrawing", _ => market.Ledger.Predictions.WithdrawAsync(channel.Buyer, signer, stop));
        new ChannelBook(market.Home.Channels).Forget(id);
        output.Show(new { id, state = "closed", refund, withdrawn = paid },
            console => console.Write(Sheet.Facts(("Channel", id), ("Refunded", $"${refund}"), ("Withdrawn", $"${paid}"))));
        return ExitCode.Done;
    }
}
