using DataBright.Terminal;

namespace DataBright.Cli.Requests;

internal sealed class RequestNoun() : Noun("request", "Data that is wanted, and what is paid for it",
    new CreateCommand(), new ListCommand(), new ShowCommand(), new AnswerCommand(), new AdoptCommand(), new SponsorCommand(),
    new VoteCommand(), new DecideCommand(), new PayCommand(), new CloseCommand(), new RefundCommand());
