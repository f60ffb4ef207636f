using DataBright.Terminal;

namespace DataBright.Cli.Workers;

internal sealed class WorkerNoun() : Noun("worker", "Machines that compute for pay",
    new RegisterCommand(), new StartCommand(), new ListCommand(), new ClaimCommand(), new DrainCommand());
