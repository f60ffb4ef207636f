using System.CommandLine;
using System.Text;
using DataBright.Cli.Access;
using DataBright.Cli.Terminal;
using DataBright.Learning;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Storage;
using Spectre.Console;

namespace DataBright.Cli.Datasets;

/// <summary>Founds a dataset.</summary>
internal sealed class CreateCommand : SigningVerb
{
    private const int MostDescription = 64 * 1024;

    private readonly Option<string> _name;
    private readonly Option<string> _symbol;
    private readonly Option<string?> _description;
    private readonly Option<string[]> _founders;
    private readonly Option<string[]> _curators;
    private readonly PointOptions _points;
    private readonly PointOptions _heldOut;
    private readonly PolicyOptions _policy;

    public CreateCommand()
        : base("create", "Create a dataset: its first points, the set it is measured on, its rules and its founders",
            "dataset create --name 'Handwritten digits' --symbol DIGIT --images train-images-idx3-ubyte --labels train-labels-idx1-ubyte --take 500 --held-out-images t10k-images-idx3-ubyte --held-out-labels t10k-labels-idx1-ubyte")
    {
        _name = Require<string>("--name", "The dataset's name, which is also that of its shares", "TEXT");
        _symbol = Require<string>("--symbol", "The short name of its shares", "TEXT");
        _description = Take<string?>("--description", "A Markdown file: what it is, what for, under which licence", "FILE");
        _founders = Take<string[]>("--founder", "Who holds how many shares from the first day, as NAME=SHARES; may be repeated (default: you, a share per point)", "WHO=SHARES");
        _curators = Take<string[]>("--curator", "Who judges proposals blindly instead of all shareholders; may be repeated, and needs --reveal-period (default: nobody)", "WHO");
        _points = PointOptions.AddTo(this, "", "First points");
        _heldOut = PointOptions.AddTo(this, "held-out-", "Points to measure on", like: _points);
        _policy = PolicyOptions.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output, CancellationToken stop)
    {
        var founding = await _points.ReadAsync(arguments, DataSchema.MostClasses, stop);
        var heldOut = await _heldOut.ReadAsync(arguments, DataSchema.MostClasses, stop);
        if (!founding.Schema.Equals(heldOut.Schema))
            throw new Failure(ExitCode.BadInput, $"The first points are {founding.Schema}, those to measure on are {heldOut.Schema}; they must look alike.");
        var description = Describe(arguments);
        var founders = Founders(arguments, market, signer, founding.Count);
        var (policy, curators) = (_policy.Read(arguments), (arguments.GetValue(_curators) ?? []).Select(who => Party.Resolve(Party.Check(who), market.Home)).ToArray());
        if (curators.Length > 0 && policy.RevealPeriod == TimeSpan.Zero)
            throw new Failure(ExitCode.Usage, "Curators judge blindly: say with --reveal-period how long their judgements are opened after the voting period.");

        await market.Blobs.PutAsync(description, stop);
        await market.Blobs.PutAsync(Encoding.UTF8.GetBytes(founding.Schema.ToJson()), stop);
        var offered = await ShardStore.KeepAsync(market.Blobs, founding, stop);
        var measured = await ShardStore.KeepAsync(market.Blobs, heldOut, stop);
        var charter = new DatasetCharter(
            Digest.Of(description), founding.Schema.Hash, measured.Cid.Hash, arguments.GetValue(_name)!, arguments.GetValue(_symbol)!,
            policy, founders, offered)
        { Curators = curators };
        var dataset = await output.WaitAsync("Creating the dataset", _ => market.Ledger.Datasets.CreateAsync(charter, signer, stop));
        output.Show(new { id = dataset.Id, shareToken = dataset.ShareToken, points = offered.Count, root = offered.Root, cid = offered.Cid, heldOut = measured.Cid }, console =>
        {
            console.Write(Sheet.Facts(("Dataset", dataset.Id), ("Points", offered.Count), ("Share token", dataset.ShareToken), ("First shard", offered.Cid)));
            console.MarkupLine($"[grey]databright dataset show {dataset.Id}[/]");
        });
        return ExitCode.Done;
    }

    private byte[] Describe(ParseResult arguments)
    {
        if (arguments.GetValue(_description) is not { } file)
            return Encoding.UTF8.GetBytes($"# {arguments.GetValue(_name)}\n");
        var bytes = File.ReadAllBytes(file);
        return bytes.Length <= MostDescription
            ? bytes
            : throw new Failure(ExitCode.BadInput, $"{file} has {bytes.Length} bytes; a description has {MostDescription} at most.");
    }

    private IReadOnlyList<Founder> Founders(ParseResult arguments, MarketAccess market, Signer signer, int points)
    {
        var named = arguments.GetValue(_founders) ?? [];
        return named.Length == 0
            ? [new Founder(signer.Address, ShareAmount.Whole((ulong)points))]
            : [.. named.Select(text => text.Split('=') is [var who, var shares]
                ? new Founder(Party.Resolve(Party.Check(who), market.Home), ShareAmount.Parse(shares))
                : throw new Failure(ExitCode.Usage, $"'{text}' does not say who holds how many shares, such as ada=250."))];
    }
}
