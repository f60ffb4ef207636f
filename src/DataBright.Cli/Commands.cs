using System.CommandLine;
using DataBright.Cli.Terminal;

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
        new Noun("account", "Keys, and what they own", new Accounts.NewCommand(), new Accounts.ImportCommand(), new Accounts.ListCommand()),
        new Noun("worker", "Machines that compute for pay", new Workers.StartCommand()),
        new Doctor.DoctorCommand(),
    ];
}
