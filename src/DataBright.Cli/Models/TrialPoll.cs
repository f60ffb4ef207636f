using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Serving;
using DataBright.Storage;
using DataBright.Terminal;

namespace DataBright.Cli.Models;

/// <summary>Asks a panel of workers about many examples, and keeps whatever speaks against one of them.</summary>
internal sealed class TrialPoll(PredictionPanel panel, MarketAccess market, Output output)
{
    private readonly List<string> _evidence = [];
    private readonly HashSet<Address> _told = [];

    public async Task<Polled> AskAsync(ReadOnlyMemory<float> inputs, int count, Action<string> report, CancellationToken stop)
    {
        var (size, most) = (inputs.Length / count, panel.Workers.Min(worker => worker.Facts.MaxExamples));
        var scores = new List<float>();
        var agreeing = panel.Workers.Select(worker => worker.Facts.Worker).ToList();
        for (var done = 0; done < count; done += most)
        {
            if (done > 0)
                report($"{done} of {count}");
            var answer = await AskAsync(inputs.Slice(done * size, Math.Min(most, count - done) * size), stop);
            scores.AddRange(answer.Answer.Scores.Span);
            agreeing.RemoveAll(worker => !answer.Agreeing.Contains(worker));
        }

        return new Polled([.. scores], agreeing, _evidence);
    }

    private async Task<PanelAnswer> AskAsync(ReadOnlyMemory<float> inputs, CancellationToken stop)
    {
        try
        {
            var answer = await panel.PredictAsync(inputs, stop);
            foreach (var dissent in answer.Dissent)
                Keep(dissent, "answered something else than the others");
            foreach (var silent in answer.Silent.Where(silent => _told.Add(silent.Worker)))
                output.Note($"{silent.Worker} did not answer: {silent.Why}");
            return answer;
        }
        catch (PredictionDisputedException dispute)
        {
            foreach (var answer in dispute.Answers)
                Keep(answer, "is one side of a dispute");
            throw;
        }
    }

    private void Keep(AnswerEvidence evidence, string what)
    {
        Directory.CreateDirectory(market.Home.Evidence);
        var file = Path.Combine(market.Home.Evidence, $"answer-{evidence.Receipt.Leaf().ToString()[2..18]}.json");
        AtomicFile.Write(file, CanonicalJson.Write(evidence));
        _evidence.Add(file);
        if (_told.Add(evidence.Worker))
            output.Note($"{evidence.Worker} {what}, and signed it. See who lied: databright audit answer {file}");
    }
}
