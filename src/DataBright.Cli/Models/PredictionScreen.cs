using System.Globalization;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Models;
using DataBright.Serving;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Models;

/// <summary>What a model answered, as a person reads it and as programs do.</summary>
internal static class PredictionScreen
{
    private const int MaxShown = 20;

    public static void Show(Output output, Model model, PredictionPanel panel, Polled polled, int?[] labels, IReadOnlyList<string>? classes)
    {
        var rows = polled.Scores.Chunk(panel.Facts.Classes).Select(scores => Guess.Of(scores, classes)).ToArray();
        var known = labels.Zip(rows).Where(pair => pair.First is not null).ToArray();
        var right = known.Count(pair => pair.First == pair.Second.Label);
        var paying = panel.Workers.Where(worker => worker.Channel is not null).ToArray();
        var paid = paying.Aggregate(Money.Zero, (sum, worker) => sum + worker.Facts.Price * (ulong)rows.Length);
        var document = new
        {
            model = model.Id,
            checkpoint = model.Checkpoint,
            workers = panel.Workers.Select(worker => worker.Facts.Worker),
            agreeing = polled.Agreeing,
            evidence = polled.Evidence,
            paid,
            channels = paying.Select(worker => worker.Channel!.Id),
            correct = known.Length > 0 ? right : (int?)null,
            predictions = rows,
        };
        output.Show(document, console =>
        {
            var table = Sheet.Of(">Example", ">Prediction", ">Sure", "Label");
            foreach (var (row, i) in rows.Take(MaxShown).Select((row, i) => (row, i)))
                table.Row(i + 1, TerminalWording.Of(row.Class), string.Create(CultureInfo.InvariantCulture, $"{row.Probability:P1}"),
                    labels[i] is { } label ? $"{DatasetSchema.NameOf(classes, label)}{(label == row.Label ? "" : " ✗")}" : "");
            console.Write(table);
            if (rows.Length > MaxShown)
                console.WriteLine($"   … and {rows.Length - MaxShown} more; --json has them all");
            console.Write(Sheet.Facts(
                ("Answered by", $"checkpoint {model.Checkpoint}, as on the ledger"), ("Signed by", string.Join(", ", polled.Agreeing)),
                ("Agreement", panel.Workers.Count > 1 ? $"{polled.Agreeing.Count} of {panel.Workers.Count} workers, to the bit" : null),
                ("Paid", Paid(paid, paying)),
                ("Correct", known.Length > 0 ? string.Create(CultureInfo.InvariantCulture,
                    $"{right} of {known.Length} ({(double)right / known.Length:P2})") : "not known")));
        });
    }

    private static string Paid(Money paid, PredictionClient[] paying) => paying switch
    {
        [] => "nothing",
        [{ Channel: { } channel }] => $"${paid} through channel {channel.Id}, ${channel.Deposit - channel.Signed} left",
        _ => $"${paid} through channels {string.Join(", ", paying.Select(worker => worker.Channel!.Id))}",
    };

    /// <summary>The class with the highest score, and its share after a softmax.</summary>
    private sealed record Guess(int Label, string Class, double Probability)
    {
        public static Guess Of(float[] scores, IReadOnlyList<string>? classes)
        {
            var (best, label) = (scores.Max(), Array.IndexOf(scores, scores.Max()));
            return new Guess(label, DatasetSchema.NameOf(classes, label), 1 / scores.Sum(score => Math.Exp(score - best)));
        }
    }
}

/// <summary>All that a panel said.</summary>
/// <param name="Scores">Examples × classes.</param>
/// <param name="Agreeing">Who agreed every time.</param>
/// <param name="Evidence">Files with signed answers that differ.</param>
internal sealed record Polled(float[] Scores, IReadOnlyList<Address> Agreeing, IReadOnlyList<string> Evidence);
