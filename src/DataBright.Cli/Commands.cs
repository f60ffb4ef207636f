using System.CommandLine;
using System.CommandLine.Help;
using DataBright.Terminal;

namespace DataBright.Cli;

/// <summary>The command tree: nouns, and below them verbs. The folder tree is the same.</summary>
internal static class Commands
{
    public static RootCommand Root()
    {
        var root = new RootCommand(
            """
            Own the data you contribute, and be paid whenever it is used.

            Start with:
              databright demo          the whole story on real images, in two minutes
              databright up            a node of your own, with its web pages
              databright doctor        what this machine has and what it lacks
            """);
        root.Options.OfType<HelpOption>().Single().Action = new Help();
        foreach (var option in GlobalOptions.All)
            root.Options.Add(option);
        foreach (var command in All())
            root.Subcommands.Add(command);
        return root;
    }

    private static IEnumerable<Command> All() =>
    [
        new Demo.DemoCommand(),
        new Up.UpCommand(),
        new Noun("account", "Keys, and what they own",
            new Accounts.NewCommand(), new Accounts.ImportCommand(), new Accounts.ListCommand(), new Accounts.ShowCommand(), new Accounts.PublicKeyCommand(), new Accounts.FundCommand(),
            new Accounts.StatementCommand(), new Accounts.WithdrawCommand()),
        new Noun("dataset", "Data that belongs to those who brought it",
            new Datasets.CreateCommand(), new Datasets.ListCommand(), new Datasets.ShowCommand(), new Datasets.CardCommand(), new Datasets.GrantCommand()),
        new Noun("proposal", "Data on offer, and the votes on it",
            new Proposals.CreateCommand(), new Proposals.DelistCommand(), new Proposals.ReplaceCommand(), new Proposals.ListCommand(), new Proposals.ShowCommand(), new Proposals.EvaluateCommand(), new Proposals.VoteCommand(),
            new Proposals.RelayCommand(), new Proposals.RevealCommand(), new Proposals.AppealCommand(), new Proposals.FinalizeCommand(), new Proposals.CommentCommand(),
            new Proposals.HideCommand()),
        new Noun("request", "Data that is wanted, and what is paid for it",
            new Requests.CreateCommand(), new Requests.ListCommand(), new Requests.ShowCommand(), new Requests.AnswerCommand(), new Requests.AdoptCommand(), new Requests.SponsorCommand(),
            new Requests.VoteCommand(), new Requests.DecideCommand(), new Requests.PayCommand(), new Requests.CloseCommand(), new Requests.RefundCommand()),
        new Noun("share", "Parts of datasets, and what they earn",
            new Shares.ListCommand(), new Shares.TransferCommand(), new Shares.DelegateCommand(), new Shares.ClaimCommand()),
        new Noun("usage", "What contributors earn by the use of their points",
            new Usage.ListCommand(), new Usage.ShowCommand(), new Usage.ChallengeCommand(), new Usage.ClaimCommand()),
        new Noun("model", "What was trained",
            new Models.ListCommand(), new Models.ShowCommand(), new Models.RegisterCommand(), new Models.BestCommand(), new Models.ExportCommand(), new Models.AppointCommand(), new Models.ServeCommand(),
            new Models.PredictCommand(), new Models.DistributeCommand()),
        new Noun("channel", "Deposits that predictions are paid from",
            new Channels.ListCommand(), new Channels.CloseCommand()),
        new Noun("job", "Training that is bought",
            new Jobs.CreateCommand(), new Jobs.ListCommand(), new Jobs.ShowCommand(), new Jobs.WatchCommand(), new Jobs.PointsCommand(), new Jobs.CancelCommand(), new Jobs.RefundCommand()),
        new Noun("worker", "Machines that compute for pay",
            new Workers.RegisterCommand(), new Workers.StartCommand(), new Workers.ListCommand(), new Workers.ClaimCommand(), new Workers.DrainCommand()),
        new Noun("trainer", "Training in other frameworks",
            new Trainers.RunCommand(), new Trainers.CheckCommand()),
        new Noun("audit", "Checking what others said", new Audit.AnswerCommand(), new Audit.CommentCommand()),
        new Noun("index", "The searchable copy of the ledger", new Index.RebuildCommand(), new Index.VerifyCommand()),
        new Noun("bench", "Figures, measured here and now", new Benches.LedgerCommand(), new Benches.LearningCommand(), new Benches.ValuationCommand(), new Benches.NodeCommand(), new Benches.BitCheckCommand()),
        new Noun("completion", "Completion for shells", new Completion.BashCommand(), new Completion.ZshCommand(), new Completion.FishCommand(), new Completion.PowerShellCommand()),
        new Doctor.DoctorCommand(),
    ];
}
