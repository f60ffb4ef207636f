using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Terminal;
using DataBright.Terminal.Home;
using Spectre.Console;

namespace DataBright.Cli.Accounts;

/// <summary>What others encrypt to an account with. It is no secret.</summary>
internal sealed class PublicKeyCommand : Verb
{
    private readonly KeyOptions _key;

    public PublicKeyCommand()
        : base("public-key", "Show an account's public key, with which others encrypt to it: private parameters, say",
            "account public-key --key ada") =>
        _key = KeyOptions.AddTo(this, "Others encrypt to a public key for somebody who can decrypt");

    protected override Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        using var key = _key.Open(arguments, HomeFolder.Of(arguments), EmbeddedChain.ChainId);
        var shown = key.PublicKey.ToString();
        output.Show(new { address = key.Address, publicKey = shown }, console => console.WriteLine(shown));
        return Task.FromResult(ExitCode.Done);
    }
}
