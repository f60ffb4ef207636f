using DataBright.Terminal;

namespace DataBright.Cli.Usage;

internal sealed class UsageNoun() : Noun("usage", "What contributors earn by the use of their points",
    new ListCommand(), new ShowCommand(), new ChallengeCommand(), new ClaimCommand());
