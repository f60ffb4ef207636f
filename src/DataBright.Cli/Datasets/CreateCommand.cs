using System.CommandLine;
using System.Text;
using DataBright.Cli.Access;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Founding;
using DataBright.Compute.Jobs;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Storage;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Datasets;

/// <summary>Founds a dataset.</summary>
internal sealed class CreateCommand : SigningVerb
{
    private readonly Option<string> _name;
    private readonly Option<string> _symbol;
    private readonly Option<string?> _description;
    private readonly Option<string[]> _founders;
    private readonly Option<string[]> _curators;
    private readonly PointOptions _points;
    private readonly HeldOutOptions _heldOut;
    private readonly PointSeal _seal;
    private readonly PolicyOptions _policy;
    private readonly Option<string?> _measurement;

    public CreateCommand()
        : base("create", "Create a dataset: its first points, the set it is measured on, its rules and its founders",
            "dataset create --name 'Handwritten digits' --symbol DIGIT --images train-images-idx3-ubyte --labels train-labels-idx1-ubyte "
            + "--take 500 --held-out-images t10k-images-idx3-ubyte --held-out-labels t10k-labels-idx1-ubyte")
    {
        _name = Require<string>("--name", PlainText.Name, "The dataset's name, which is also that of its shares", "TEXT");
        _symbol = Require<string>("--symbol", PlainText.Name, "The short name of its shares", "TEXT");
        _description = Take<string?>("--description", "A Markdown file: what it is, what for, under which licence", "FILE");
        _founders = Take<string[]>("--founder",
            "Who holds how many shares from the first day, as NAME=SHARES; may be repeated (default: you, a share per point)",
            "WHO=SHARES");
        _curators = Take<string[]>("--curator",
            "Who judges proposals blindly instead of all shareholders; may be repeated, and needs --reveal-period (default: nobody)",
            "WHO");
        _points = PointOptions.AddTo(this, "", "First points", use: PointUse.Found);
        _heldOut = HeldOutOptions.AddTo(this, _points);
        _seal = PointSeal.AddTo(this);
        _policy = PolicyOptions.AddTo(this);
        _measurement = Take<string?>("--measurement",
            "How proposals are measured, as a JSON file (default: the market's usual terms; docs/valuation.md)", "FILE");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var (founding, heldOut) = await _heldOut.ReadAsync(arguments, output, stop);
        var meaning = _points.Meaning(arguments);
        var schema = meaning.Of(founding);
        if (meaning.Columns is not null && schema.Columns is null)
            output.Note("The table has more columns than names can be kept of: later offers are compared by how many they have.");
        var description = Describe(arguments, Cid.Raw(Digest.Of(schema.ToJson())));
        var terms = Terms(arguments, founding.Schema) with { Sealed = _seal.Listed(arguments) };
        var founders = Founders(arguments, market, signer, founding.Count);
        var (policy, curators) = (_policy.Read(arguments),
            (arguments.GetValue(_curators) ?? []).Select(who => AccountNames.Resolve(AccountNames.Check(who), market.Home)).ToArray());
        if (curators.Length > 0 && policy.RevealPeriod == TimeSpan.Zero)
            throw new Failure(ExitCode.Usage,
                "Curators judge blindly: say with --reveal-period how long their judgements are opened after the voting period.");

        var (readers, isPrivate) = await _seal.ReadersAsync(arguments, market, signer, output, stop);
        var (charter, kept, measured) = await DatasetFounding.KeepAsync(
            new FoundingRequest(arguments.GetValue(_name)!, arguments.GetValue(_symbol)!, description, schema, founding, heldOut, policy,
                terms, signer.Address, founders)
            { Curators = curators, Readers = readers, IsHeldOutPrivate = isPrivate },
            (content, until) => market.Blobs.PutAsync(content, until), stop);
        var offered = charter.Founding;
        var dataset = await CreateAsync(market, charter, signer, output, stop);
        output.Show(new { id = dataset.Id, shareToken = dataset.ShareToken, points = offered.Count, root = offered.Root, cid = offered.Cid,
            heldOut = measured.Cid, isHeldOutPrivate = isPrivate, @sealed = kept.Sealed, orderSeed = _points.OrderSeed(arguments),
            schema = Cid.Raw(Digest.Of(schema.ToJson())) }, console =>
        {
            console.Write(Sheet.Facts(("Dataset", dataset.Id), ("Points", offered.Count), ("Share token", dataset.ShareToken),
                ("First shard", offered.Cid),
                ("Read by", ShowCommand.Readers(kept)),
                ("Measured on",
                    $"{measured.Count} points that "
                    + $"{(isPrivate ? "schedulers, referees and the workers that measure alone can read" : "anybody can read")}"),
                ("Order", PointOptions.InWords(_points.OrderSeed(arguments))),
                ("Classes", SchemaScreen.Classes(schema, founding.Schema.Classes))));
            console.MarkupLine($"[grey]databright dataset show {dataset.Id}[/]");
        });
        return ExitCode.Done;
    }

    /// <summary>The file of columns is there before the dataset is, and is not left behind where none was made.</summary>
    private async Task<Dataset> CreateAsync(MarketAccess market, DatasetCharter charter, Signer signer, Output output,
        CancellationToken stop)
    {
        var columns = signer.Rehearses ? null : _points.Reading.KeepColumns();
        try
        {
            return await output.WaitAsync("Creating the dataset", _ => market.Ledger.Datasets.CreateAsync(charter, signer, stop));
        }
        catch (Exception) when (columns is not null && signer.LastSent is null)
        {
            File.Delete(columns);
            throw;
        }
    }

    /// <summary>What is trained is stated as well, so that no buyer of a measurement chooses it.</summary>
    private MeasurementTerms Terms(ParseResult arguments, DataSchema schema)
    {
        var terms = MeasurementTerms.Usual;
        if (arguments.GetValue(_measurement) is { } file)
            try
            {
                terms = MeasurementTerms.Parse(
                    Utf8Text.WithoutMark(GivenFile.ReadText(file, MeasurementTerms.MaxBytes, "a file of measurement terms")));
            }
            catch (BadPlanException fault)
            {
                throw new Failure(ExitCode.BadInput, $"{file}: {fault.Problem}.");
            }

        if (terms.HeldOut is not null)
            throw new Failure(ExitCode.BadInput,
                "The measurement terms name a held-out set; it is sealed and named here: leave heldOut out.");
        if (terms.Sealed is not null)
            throw new Failure(ExitCode.BadInput,
                "Whether points are sealed is said with --access: leave sealed out of the measurement terms.");
        return terms with { Architecture = terms.Architecture is { } named
            ? FittedArchitecture.Fitting(named, schema) : FittedArchitecture.Usual(schema) };
    }

    private byte[] Describe(ParseResult arguments, Cid schema)
    {
        var file = arguments.GetValue(_description);
        try
        {
            return SchemaLink.Write(file is not null ? DescriptionFile.Read(file) : _points.Reading.Card is { } card
                ? CardDescription.Of(card) : Encoding.UTF8.GetBytes($"# {arguments.GetValue(_name)}\n"), schema);
        }
        catch (FormatException tooLong)
        {
            throw new Failure(ExitCode.BadInput, $"{file}: {tooLong.Message}");
        }
    }

    private IReadOnlyList<Founder> Founders(ParseResult arguments, MarketAccess market, Signer signer, int points)
    {
        var named = arguments.GetValue(_founders) ?? [];
        return named.Length == 0
            ? [new Founder(signer.Address, ShareAmount.Whole((ulong)points))]
            : [.. named.Select(text => text.Split('=') is [var who, var shares]
                ? new Founder(AccountNames.Resolve(AccountNames.Check(who), market.Home), ShareAmount.Parse(shares))
                : throw new Failure(ExitCode.Usage, $"'{text}' does not say who holds how many shares, such as ada=250."))];
    }
}
