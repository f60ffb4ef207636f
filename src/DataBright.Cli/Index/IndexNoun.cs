using DataBright.Terminal;

namespace DataBright.Cli.Index;

internal sealed class IndexNoun() : Noun("index", "The searchable copy of the ledger",
    new RebuildCommand(), new VerifyCommand());
