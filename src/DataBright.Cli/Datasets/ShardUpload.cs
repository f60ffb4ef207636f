using System.CommandLine;
using System.Globalization;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Services.Uploads;
using DataBright.Storage;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>Brings a file of the data folder to a node elsewhere. Interrupted and started again it goes on where it was.</summary>
internal static class ShardUpload
{
    private const int BarWidth = 24;
    private static readonly TimeSpan LongestPiece = TimeSpan.FromMinutes(10);

    public static Option<Uri?> Option() => new("--node")
    {
        Description = "A node elsewhere that is to have the file, so that voters and workers find it there: it is uploaded first",
        HelpName = "URL",
        CustomParser = Parsing.By<Uri?>(Parsing.Url),
    };

    /// <exception cref="Failure">The node does not take the file, or cannot be reached.</exception>
    public static async Task SendAsync(MarketAccess market, Uri node, Cid cid, Signer signer, Output output, CancellationToken stop)
    {
        if (signer.Rehearses)
            return;
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Root(node),
            Timeout = LongestPiece };
        var signing = new UploadSigner(new UploadStatements(market.Ledger.Addresses), signer, TimeProvider.System);
        var client = new UploadClient(http, signing, new UploadsBegun(market.Home.Uploads), TimeProvider.System);
        await using var file = await market.Blobs.OpenAsync(cid, stop);
        try
        {
            await output.WaitAsync($"Uploading to {node.GetLeftPart(UriPartial.Authority)}", async report =>
            {
                await client.SendAsync(file, cid, new Bar(report, output.IsTerminal), stop);
                return true;
            });
        }
        catch (UploadFailedException failed)
        {
            throw new Failure(failed.InnerException is null ? ExitCode.Refused : ExitCode.Unreachable, failed.Message);
        }
    }

    private static Uri Root(Uri node) => new(node.GetLeftPart(UriPartial.Authority));

    /// <summary>A bar on a terminal; a line for each tenth in a pipe.</summary>
    private sealed class Bar(Action<string> report, bool isTerminal) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value)
        {
            long percent = value.Length == 0 ? 100 : value.Sent * 100 / value.Length;
            if (!isTerminal) percent -= percent % 10;
            int filled = (int)(percent * BarWidth / 100);
            report(isTerminal
                ? $"{new string('█', filled)}{new string('░', BarWidth - filled)} {percent,3} % of {Size(value.Length)}"
                : $"{percent} % of {Size(value.Length)}");
        }

        private static string Size(long bytes) => bytes switch
        {
            < 1_000_000 => (bytes / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + " kB",
            < 1_000_000_000 => (bytes / 1e6).ToString("0.#", CultureInfo.InvariantCulture) + " MB",
            _ => (bytes / 1e9).ToString("0.##", CultureInfo.InvariantCulture) + " GB",
        };
    }
}
