using System.Globalization;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Discussion;
using DataBright.Node.Relays;
using DataBright.Node.Rest;
using DataBright.Services.Discussion;
using DataBright.Services.Relays;

namespace DataBright.Demo;

/// <summary>
/// What is said about an offer while it is measured and voted on: through the node, signed, without gas. A vote rests on it, and one is
/// carried by the node.
/// </summary>
internal sealed class Discussing : IDisposable
{
    private const string Asker = "Fei";
    private const string Looker = "Femi";
    private const string Question = "Who labelled these, and did a second person check?";

    private readonly DemoMarket _stage;
    private readonly ProposalId _proposal;
    private readonly DemoLog _narrator;
    private readonly NodeClient _node;
    private readonly DiscussionStatements _statements;
    private readonly DiscussionClient _discussion;
    private readonly RelayClient _relay;
    private ThreadComment? _question;
    private DateTimeOffset _last;

    public Discussing(DemoMarket stage, ProposalId proposal, DemoLog narrator)
    {
        (_stage, _proposal, _narrator) = (stage, proposal, narrator);
        _node = new NodeClient(new Uri(stage.Node.Address));
        (_discussion, _relay) = (new DiscussionClient(_node), new RelayClient(_node));
        _statements = new DiscussionStatements(stage.Ledger.Addresses);
    }

    public void Dispose() => _node.Dispose();

    /// <summary>Before anything is measured: a question, and the proposer's answer.</summary>
    public async Task AskAsync(string proposer, CancellationToken stop)
    {
        const string Answer = "One desk in one afternoon. They are fresh.";
        _question = await SayAsync(Asker, Question, null, null, stop);
        await SayAsync(proposer, Answer, _question.Id, null, stop);
        _narrator.Detail($"{Asker}: “{Question}” {proposer}: “{Answer}” (signed comments; nobody pays gas)");
    }

    /// <summary>When it is measured: the question is worded anew, and somebody has looked.</summary>
    /// <returns>The comment that votes rest on.</returns>
    public async Task<Hash32> LookAsync(Gain gain, CancellationToken stop)
    {
        var measured = string.Create(CultureInfo.InvariantCulture,
            $"{Question} They move the accuracy by {VotingRule.Points(gain.Mean)} points.");
        await SayAsync(Asker, measured, null, _question!.Id, stop);
        const string Look = "I went through the samples label by label: under most of them every second image is another digit.";
        var found = await SayAsync(Looker, Look, _question.Id, null, stop);
        _narrator.Detail($"{Asker} words it anew, {Looker} answers: “{Look}”");
        return found.Current.Id;
    }

    /// <summary>A shareholder signs; the node sends and pays.</summary>
    public async Task<RelayedVote> CarryAsync(string voter, Choice choice, string reason, CancellationToken stop)
    {
        var signer = _stage.Parties[voter];
        var deadline = ChainTime.Whole(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1));
        var ballot = _stage.Ledger.Proposals.Statements.Sign(new Ballot(_proposal, choice, signer.Address, reason, deadline), signer.Key);
        var carried = await DemoOrders.PatientlyAsync(() => _relay.VoteAsync(ballot, stop), stop);
        _narrator.Detail($"{voter} signs a ballot that rests on {Looker}’s comment; the node carries it and pays the gas");
        return carried;
    }

    /// <summary>As everybody reads it.</summary>
    public async Task<DiscussionLine> ReadAsync(RelayedVote carried, CancellationToken stop)
    {
        var thread = await DemoOrders.PatientlyAsync(() => _discussion.AboutAsync(_proposal, stop), stop);
        var receipt = await _stage.Ledger.Client.ReceiptAsync(carried.Transaction, stop);
        return new DiscussionLine(
            thread.Count, thread.Count(comment => comment.IsEdited),
            VoteAnchor.CommentIn(carried.Vote.Reason) is { } named && thread.Any(comment => comment.Current.Id == named),
            _stage.Parties.NameOf(carried.Vote.Voter), _stage.Parties.NameOf(receipt!.From));
    }

    private async Task<ThreadComment> SayAsync(string author, string text, Hash32? answers, Hash32? replaces, CancellationToken stop)
    {
        // In whole seconds, and each later than the one before.
        var now = ChainTime.Whole(TimeProvider.System.GetUtcNow());
        _last = now > _last ? now : _last.AddSeconds(1);
        var signer = _stage.Parties[author];
        var signed = _statements.Sign(new Comment(_proposal, signer.Address, answers, replaces, text, _last), signer.Key);
        return await DemoOrders.PatientlyAsync(() => _discussion.SayAsync(signed, stop), stop);
    }
}
