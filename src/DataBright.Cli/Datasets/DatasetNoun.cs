using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

internal sealed class DatasetNoun() : Noun("dataset", "Data that belongs to those who brought it",
    new CreateCommand(), new ListCommand(), new ShowCommand(), new CardCommand(), new GrantCommand());
