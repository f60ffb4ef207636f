using DataBright.Terminal;

namespace DataBright.Cli.Jobs;

internal sealed class JobNoun() : Noun("job", "Training that is bought",
    new CreateCommand(), new ListCommand(), new ShowCommand(), new WatchCommand(), new PointsCommand(), new CancelCommand(),
    new RefundCommand());
