using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Jobs;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Proposals;

/// <summary>Has a proposal measured on the computation market, signed by the referee and posted beside the ballot.</summary>
internal sealed class EvaluateCommand : SigningVerb
{
    private readonly Argument<ProposalId> _id;
    private readonly EvaluationOptions _evaluation;
    private readonly Option<JobId?> _job;
    private readonly Option<bool> _anyway = OrderQuote.Anyway();

    public EvaluateCommand()
        : base("evaluate",
            "Have a proposal measured: trained with and without its points, the difference signed and posted for the voters to see; told "
            + "again, it goes on with the job that was bought",
            "proposal evaluate 3 --price 3")
    {
        _id = Expect("ID", ProposalId.Parse, "The proposal");
        _evaluation = EvaluationOptions.AddTo(this);
        Options.Add(_anyway);
        _job = Take<JobId?>("--job", text => JobId.Parse(text), "Go on with this evaluation, which somebody bought before", "ID");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        var (job, gain) = await _evaluation.RunAsync(arguments, market, id, arguments.GetValue(_job), arguments.GetValue(_anyway), signer,
            output, stop);
        output.Show(new { proposal = id, job, gain.Before, gain.After, gain.Gain, gain.Low, gain.High, gain.Seeds },
            console => EvaluationOptions.Draw(console, id, job, gain));
        return ExitCode.Done;
    }
}
