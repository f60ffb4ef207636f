using System.CommandLine;
using System.Text.Json;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Serving;
using DataBright.Storage;
using DataBright.Terminal;

namespace DataBright.Cli.Audit;

/// <summary>Computes a kept answer again and says whether the worker that signed it lied.</summary>
internal sealed class AnswerCommand : MarketVerb
{
    private const int MaxBytes = 1 << 28;

    private readonly Argument<string> _file;
    private readonly KeyOptions _key;

    public AnswerCommand()
        : base("answer", "Compute a kept prediction again: did the worker that signed it lie?",
            "audit answer ~/.databright/evidence/answer-0a1b2c3d4e5f6071.json")
    {
        _file = Expect<string>("FILE", "The evidence, as model predict kept it");
        _key = KeyOptions.AddTo(this, "Private parameters are decrypted");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var (file, evidence) = Read(arguments.GetValue(_file)!);
        var model = await market.Ledger.Models.FindAsync(evidence.Receipt.Model, stop) ?? throw MissingThings.Of(evidence.Receipt.Model);
        using var loaded = await LoadAsync(arguments, market, evidence, stop);
        var finding = evidence.Judge(market.Ledger.Addresses, model.Checkpoint, loaded.Predictor);
        output.Show(new { file, model = model.Id, worker = evidence.Worker, finding }, console => console.Write(Sheet.Facts(
            ("Model", model.Id), ("Worker", evidence.Worker), ("Checkpoint", model.Checkpoint), ("Finding", InWords(finding)))));
        return finding == AnswerFinding.True ? ExitCode.Done : ExitCode.CheckFailed;
    }

    private static (string File, AnswerEvidence Evidence) Read(string file)
    {
        try
        {
            return (file, CanonicalJson.Read<AnswerEvidence>(GivenFile.ReadJson(file, MaxBytes, "the evidence of an answer")));
        }
        catch (JsonException)
        {
            throw new Failure(ExitCode.BadInput,
                $"{file} is no evidence of an answer. 'model predict' with several --at keeps such files under evidence/ in the data "
                + "folder.");
        }
    }

    private async Task<ServedModel> LoadAsync(ParseResult arguments, MarketAccess market, AnswerEvidence evidence, CancellationToken stop)
    {
        using var key = _key.IsGiven(arguments) ? _key.Open(arguments, market.Home, market.Ledger.Addresses.ChainId) : null;
        return await ServedModel.LoadAsync(market.Ledger, market.Blobs, evidence.Receipt.Model, key, stop);
    }

    private static string InWords(AnswerFinding finding) => finding switch
    {
        AnswerFinding.True => "true: the checkpoint gives these scores, to the bit",
        AnswerFinding.Lie => "a lie: the checkpoint gives other scores than the worker signed",
        AnswerFinding.OtherCheckpoint => "a lie: the worker signed that another checkpoint answered than the ledger has",
        _ => "nothing: that worker did not sign this in this market",
    };
}
