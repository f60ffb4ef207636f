using DataBright.Ethereum;
using DataBright.Market.Proposals;
using DataBright.Services.Discussion;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Proposals;

/// <summary>A discussion on a terminal: answers stand further in, and what was hidden is told but not shown.</summary>
internal static class ThreadScreen
{
    private const int Indent = 2;
    private const int DeepestIndent = 8;

    public static void Draw(IAnsiConsole console, IReadOnlyList<ThreadComment> thread, Func<Address, string> name, Address proposer)
    {
        if (thread.Count == 0)
            return;
        console.WriteLine();
        console.Heading("Discussion");
        foreach (var comment in thread)
        {
            var margin = new string(' ', Indent * Math.Min(comment.Depth, DeepestIndent));
            var edited = comment.IsEdited ? $", edited {TerminalWording.Of(comment.Current.At)}" : "";
            var who = comment.Author == proposer ? $"{name(comment.Author)} (proposer)" : name(comment.Author);
            console.MarkupLine(
                $"{margin}[grey]{TerminalWording.Of(who).EscapeMarkup()}, {TerminalWording.Of(comment.Wordings[0].At)}{edited}  "
                + $"{comment.Id}[/]");
            var text = comment.IsHidden ? $"hidden by {TerminalWording.Of(comment.HideWeight)} shares; the page and --json have its words"
                : comment.Current.Text;
            // Line by line, each of them cleaned: a stranger's words cannot move the cursor.
            foreach (var line in text.Split('\n'))
                console.Write(new Text($"{margin}{TerminalWording.Of(line)}\n"));
        }
    }

    public static void Draw(IAnsiConsole console, IndexedProposal proposal, IReadOnlyList<IndexedJudgement> judgements,
        Func<Address, string> name)
    {
        if (proposal.Review is null && !proposal.UnderReview && proposal.AppealedBy is null)
            return;
        console.WriteLine();
        console.Heading("Blind review");
        console.Write(Sheet.Facts(
            ("For it", proposal.Review is { } found ? $"{found.Yes} of {found.Yes + found.No}" : "nobody has shown a judgement yet"),
            ("Pairs who agree", proposal.Review?.AgreementBps is { } agreement ? TerminalWording.Bps(agreement) : null),
            ("Appealed by", proposal.AppealedBy is { } holder ? name(holder) : null)));
        var table = Sheet.Of("Curator", "Judgement", "Reason");
        table.Columns[^1].NoWrap = false;
        foreach (var judgement in judgements)
            table.Row(name(judgement.Curator), judgement.Choice, judgement.Reason);
        if (judgements.Count > 0)
            console.Write(table);
    }
}
