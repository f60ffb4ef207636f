using System.CommandLine;
using DataBright.Terminal;
using DataBright.Terminal.Home;
using DataBright.Terminal.Keys;

namespace DataBright.Cli.Accounts;

/// <summary>Whose keys are here.</summary>
internal sealed class ListCommand() : Verb("list", "List the accounts in the data folder", "account list")
{
    protected override Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        var accounts = new AccountBook(HomeFolder.Of(arguments)).All();
        output.Show(accounts, console =>
        {
            var table = Sheet.Of("Name", "Address");
            foreach (var account in accounts)
                table.Row(account.Name, account.Address);
            console.List(table, "No accounts yet. Make one with: databright account new NAME");
        });
        return Task.FromResult(ExitCode.Done);
    }
}
