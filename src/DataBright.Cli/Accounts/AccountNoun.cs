using DataBright.Terminal;

namespace DataBright.Cli.Accounts;

internal sealed class AccountNoun() : Noun("account", "Keys, and what they own",
    new NewCommand(), new ImportCommand(), new ListCommand(), new ShowCommand(), new PublicKeyCommand(), new FundCommand(),
    new StatementCommand(), new WithdrawCommand());
