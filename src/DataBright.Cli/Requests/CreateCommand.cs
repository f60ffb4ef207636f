using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Datasets;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Requests;
using DataBright.Storage;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Requests;

/// <summary>Asks for data.</summary>
internal sealed class CreateCommand : SigningVerb
{
    private readonly Option<string> _description;
    private readonly SchemaOptions _schema;
    private readonly Option<Money> _reward;
    private readonly Option<Money> _pot;
    private readonly Option<TimeSpan> _openFor;
    private readonly Option<DatasetId?> _association;

    public CreateCommand()
        : base("create", "Ask for data: what it must look like, what each accepted point is paid, and what you put into the pot",
            "request create --description wanted.md --schema 'u8 1x28x28 10' --reward 0.05 --pot 100")
    {
        _description = Require<string>("--description",
            "A Markdown file: what it is for, under which licence, what counts as good data", "FILE");
        _schema = SchemaOptions.AddTo(this);
        _reward = Require("--reward", Money.Parse, "For each data point that is accepted", "DOLLARS");
        _pot = TakeOr("--pot", Money.Zero, Money.Parse,
            "What you put into the pot; others can add to it once a dataset is adopted", "DOLLARS");
        _openFor = TakeOr("--open-for", TimeSpan.FromDays(30), QuantityText.ParseTime,
            "How long it can be answered and sponsored", "30d|12h");
        _association = Take<DatasetId?>("--association", text => DatasetId.Parse(text),
            "The dataset whose shareholders must vote it onto the list (default: it is listed at once)", "ID");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var description = DescriptionFile.Read(arguments.GetValue(_description)!);
        var schema = await _schema.ReadAsync(arguments, market, stop);
        await market.Blobs.PutAsync(description, stop);
        var ask = new RequestAsk(
            Digest.Of(description), schema, arguments.GetValue(_association), arguments.GetValue(_reward),
            ChainTime.Later(await market.NowAsync(stop), arguments.GetValue(_openFor)), arguments.GetValue(_pot));
        var id = await output.WaitAsync("Asking", _ => market.Ledger.Requests.OpenAsync(ask, signer, stop));
        output.Show(new { id, initiator = signer.Address, schema, reward = ask.RewardPerPoint, pot = ask.Sponsorship,
            deadline = ask.Deadline, association = ask.Association }, console =>
        {
            console.Write(Sheet.Facts(("Request", id), ("Reward", $"{TerminalWording.Of(ask.RewardPerPoint)} a point"),
                ("Pot", ask.Sponsorship), ("Open until", ask.Deadline),
                ("Voted on by", ask.Association is { } association ? $"the shareholders of dataset {association}" : null)));
            console.MarkupLine($"[grey]Answer it with: databright request answer {id} --dataset ID[/]");
        });
        return ExitCode.Done;
    }
}
