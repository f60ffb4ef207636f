using System.CommandLine;
using DataBright.Node.Rest;
using DataBright.Terminal;
using DataBright.Terminal.Home;

namespace DataBright.Cli.Access;

/// <summary>A node that serves the market's pages and REST interface.</summary>
internal static class PublicNode
{
    public static Option<Uri?> Option(string description = "The node to ask (default: the node that runs on the data folder)") =>
        new("--node")
    {
        Description = description,
        HelpName = "URL",
        CustomParser = Parsing.By<Uri?>(Parsing.Url),
    };

    /// <summary>
    /// Given without a URL it means the node that runs on the data folder; whether it is given at all is in the parse result.
    /// </summary>
    public static Option<Uri?> Relay(string description) => new("--relay")
    {
        Description = $"{description} (default: the node that runs on the data folder)",
        HelpName = "URL",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => result.Tokens.Count == 0 ? null : Parsing.By<Uri?>(Parsing.Url)(result),
    };

    /// <summary>Null where none is named and none runs on the data folder.</summary>
    public static NodeClient? Find(Uri? named, HomeFolder home) =>
        (named ?? RunningNode.Find(home)?.Address) is { } at ? new NodeClient(at) : null;

    /// <exception cref="Failure">None is named and none runs.</exception>
    public static NodeClient Require(Uri? named, HomeFolder home) => Find(named, home)
        ?? throw new Failure(ExitCode.Usage, $"No node runs on {home.Root}. Start one with: databright up; or name one with its URL.");
}
