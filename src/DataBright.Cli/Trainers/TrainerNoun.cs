using DataBright.Terminal;

namespace DataBright.Cli.Trainers;

internal sealed class TrainerNoun() : Noun("trainer", "Training in other frameworks",
    new RunCommand(), new CheckCommand());
