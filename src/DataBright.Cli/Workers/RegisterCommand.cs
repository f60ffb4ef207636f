using System.CommandLine;
using System.Globalization;
using System.Runtime.Intrinsics;
using System.Text;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Storage;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Workers;

/// <summary>Puts up a stake and may be drawn for tasks from then on.</summary>
internal sealed class RegisterCommand : SigningVerb
{
    private readonly Option<Money> _stake;
    private readonly Option<Money> _fee;

    public RegisterCommand()
        : base("register", "Become a worker: put up a stake, name the least fee you work for",
            "worker register --stake 100 --fee 0.01 --key ada")
    {
        _stake = Require("--stake", Money.Parse, "What a proved lie can cost you", "DOLLARS");
        _fee = TakeOr("--fee", Money.Parse("0.01"), Money.Parse, "The least pay for a task", "DOLLARS");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var (stake, fee, machine) = (arguments.GetValue(_stake), arguments.GetValue(_fee), Machine());
        var key = signer.RequireKey("A worker is sent data that only its key decrypts").PublicKey;
        await market.Blobs.PutAsync(machine, stop);
        await output.WaitAsync("Registering", () => market.Ledger.Workers.RegisterAsync(stake, fee, key, Digest.Of(machine), signer, stop));
        output.Show(new { worker = signer.Address, stake, minimumFee = fee, capabilities = Digest.Of(machine) }, console =>
        {
            console.Write(Sheet.Facts(("Worker", signer.Address), ("Stake", stake), ("Least fee", $"${fee} a task")));
            console.MarkupLine("[grey]databright worker start[/]");
        });
        return ExitCode.Done;
    }

    /// <summary>What the machine has, for those who read the registry; its digest goes to the ledger.</summary>
    private static byte[] Machine()
    {
        var width = Vector512.IsHardwareAccelerated
            ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 32;
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20;
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $$"""{"cores":{{Environment.ProcessorCount}},"memoryMiB":{{memory}},"vectorBits":{{width}},"version":1}"""));
    }
}
