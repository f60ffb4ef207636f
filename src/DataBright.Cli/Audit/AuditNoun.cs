using DataBright.Terminal;

namespace DataBright.Cli.Audit;

internal sealed class AuditNoun() : Noun("audit", "Checking what others said",
    new AnswerCommand(), new CommentCommand());
