using DataBright.Terminal;

namespace DataBright.Cli.Proposals;

internal sealed class ProposalNoun() : Noun("proposal", "Data on offer, and the votes on it",
    new CreateCommand(), new DelistCommand(), new ReplaceCommand(), new ListCommand(), new ShowCommand(), new EvaluateCommand(),
    new VoteCommand(), new RelayCommand(), new RevealCommand(), new AppealCommand(), new FinalizeCommand(), new CommentCommand(),
    new HideCommand());
