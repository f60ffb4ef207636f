using DataBright.Terminal;

namespace DataBright.Cli.Shares;

internal sealed class ShareNoun() : Noun("share", "Parts of datasets, and what they earn",
    new ListCommand(), new TransferCommand(), new DelegateCommand(), new ClaimCommand());
