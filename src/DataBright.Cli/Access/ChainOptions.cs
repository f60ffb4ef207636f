using System.CommandLine;
using DataBright.Terminal;
using DataBright.Terminal.Processes;

namespace DataBright.Cli.Access;

/// <summary>Options that several commands take, spelled and explained once.</summary>
internal static class ChainOptions
{
    public static Option<Uri?> Rpc() => new("--rpc")
    {
        Description = "The chain's JSON-RPC URL (or DATABRIGHT_RPC; default: the chain of the node that runs on the data folder)",
        HelpName = "URL",
        CustomParser = Parsing.By<Uri?>(Parsing.Url),
    };

    public static Uri? FromEnvironment() => SecretVariables.Find(SecretVariables.Rpc) is { } text
        ? Uri.TryCreate(text, UriKind.Absolute, out var url)
            ? url : throw new Failure(ExitCode.Usage, "DATABRIGHT_RPC is no URL such as http://127.0.0.1:8545.")
        : null;
}
