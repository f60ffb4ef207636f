using DataBright.Market.Requests;

namespace DataBright.Cli.Requests;

/// <summary>How a request stands, for people.</summary>
/// <remarks>
/// The ledger keeps what ran out of time in its last state until somebody closes it, and "open" would be wrong for that.
/// </remarks>
internal static class RequestStateNow
{
    public static object Of(IndexedRequest row, DateTimeOffset now) =>
        row.Request.State is RequestState.Voting or RequestState.Listed && now >= row.Request.Deadline ? "over" : row.Request.State;
}
