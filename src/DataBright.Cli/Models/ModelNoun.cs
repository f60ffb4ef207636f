using DataBright.Terminal;

namespace DataBright.Cli.Models;

internal sealed class ModelNoun() : Noun("model", "What was trained",
    new ListCommand(), new ShowCommand(), new RegisterCommand(), new BestCommand(), new ExportCommand(), new AppointCommand(),
    new ServeCommand(), new PredictCommand(), new DistributeCommand());
