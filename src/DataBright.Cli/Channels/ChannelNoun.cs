using DataBright.Terminal;

namespace DataBright.Cli.Channels;

internal sealed class ChannelNoun() : Noun("channel", "Deposits that predictions are paid from",
    new ListCommand(), new CloseCommand());
