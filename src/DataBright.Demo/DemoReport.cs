using System.Text.Json.Serialization;

namespace DataBright.Demo;

/// <summary>The document that `databright demo --json` ends with. Amounts are decimal text, so that no reader rounds them.</summary>
/// <param name="Accuracy">Of the registered model on the held-out images, 0 to 1.</param>
/// <param name="Checkpoint">The model's checkpoint hash: the same on every machine.</param>
/// <param name="Accepted">Contributors whose shards were voted in.</param>
/// <param name="Rejected">Contributors whose shards were voted out.</param>
/// <param name="Convicted">Workers whose lie was proved.</param>
/// <param name="Evaluations">What was measured of each proposal.</param>
/// <param name="Discussion">What was said about the offer that was discussed, and who paid for a vote.</param>
/// <param name="Predictions">What was asked of the model, and how it was paid.</param>
/// <param name="Shares">Shares by holder.</param>
/// <param name="Balances">Money by party before and after.</param>
/// <param name="Held">Money that the contracts hold at the end, and what for.</param>
/// <param name="Gas">Gas per operation.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="Conserved">Money in equals money out plus money held, to the last unit.</param>
/// <param name="Node">The web pages, where they were kept.</param>
internal sealed record DemoReport(
    double Accuracy,
    string Checkpoint,
    IReadOnlyList<string> Accepted,
    IReadOnlyList<string> Rejected,
    IReadOnlyList<string> Convicted,
    IReadOnlyList<EvaluationLine> Evaluations,
    DiscussionLine? Discussion,
    PredictionLine Predictions,
    IReadOnlyDictionary<string, string> Shares,
    IReadOnlyDictionary<string, BalanceLine> Balances,
    IReadOnlyDictionary<string, string> Held,
    IReadOnlyDictionary<string, GasLine> Gas,
    double Seconds,
    bool Conserved,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Node);

internal sealed record EvaluationLine(string Contributor, int Points, int Duplicates, double Before, double After, double Gain, double Low,
    double High, bool Accepted);

/// <param name="Comments">How many comments the thread has.</param>
/// <param name="Edited">How many of them were worded anew.</param>
/// <param name="VoteRestsOnIt">The carried vote names a comment that everybody can read.</param>
/// <param name="Voter">Whose vote the node carried.</param>
/// <param name="PaidBy">Whose ether it cost.</param>
internal sealed record DiscussionLine(int Comments, int Edited, bool VoteRestsOnIt, string Voter, string PaidBy);

/// <param name="Count">How many predictions were bought, a voucher each.</param>
/// <param name="Correct">How many were right.</param>
/// <param name="Paid">What they cost together.</param>
/// <param name="Settlements">Transactions that settled them.</param>
/// <param name="PerSecond">How many were answered in a second.</param>
internal sealed record PredictionLine(int Count, int Correct, string Paid, int Settlements, double PerSecond);

internal sealed record BalanceLine(string Before, string After, string Change);

/// <param name="Count">How many transactions.</param>
/// <param name="Median">Gas of the middle one.</param>
/// <param name="Total">Gas of all.</param>
internal sealed record GasLine(int Count, long Median, long Total);
