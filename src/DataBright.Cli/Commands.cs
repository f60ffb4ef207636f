using System.CommandLine;
using System.CommandLine.Help;
using DataBright.Terminal;

namespace DataBright.Cli;

/// <summary>The command tree: nouns, each with its verbs in the folder of its name.</summary>
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
        new Accounts.AccountNoun(),
        new Datasets.DatasetNoun(),
        new Proposals.ProposalNoun(),
        new Requests.RequestNoun(),
        new Shares.ShareNoun(),
        new Usage.UsageNoun(),
        new Models.ModelNoun(),
        new Channels.ChannelNoun(),
        new Jobs.JobNoun(),
        new Workers.WorkerNoun(),
        new Trainers.TrainerNoun(),
        new Audit.AuditNoun(),
        new Index.IndexNoun(),
        new Noun("bench", "Figures, measured here and now", new Benches.LedgerCommand(), new Benches.LearningCommand(),
            new Benches.ValuationCommand(), new Benches.NodeCommand(), new Benches.BitCheckCommand()),
        new Completion.CompletionNoun(),
        new Doctor.DoctorCommand(),
    ];
}
