using System.Diagnostics.Metrics;
using System.Text.Json;
using DataBright.Ethereum;

namespace DataBright.Node.Rest;

/// <summary>Whose rule it is by which a request was refused: two of them may have rules of the same name.</summary>
internal enum RefusalArea
{
    /// <summary>The request itself cannot be read, or there are too many; by status where the rule has no name.</summary>
    Request,

    /// <summary>The contracts'.</summary>
    Market,

    Discussion,

    Relay,

    /// <summary>The upload protocol's, by status.</summary>
    Upload,

    Prediction,

    /// <summary>Of the scheduler and the referee, towards workers.</summary>
    Compute,

    /// <summary>Of the accounts of this machine.</summary>
    Account,
}

/// <summary>Counts refused requests by rule. The rules are names of this program's; nothing that a stranger wrote is among them.</summary>
internal sealed class RefusalMetrics(IMeterFactory meters, ILogger<RefusalMetrics> log)
{
    private readonly Counter<long> _refused = meters.Create(ChainMetrics.Name)
        .CreateCounter<long>("databright.requests.refused", "{request}", "Requests that were refused, by whose rule and which.");

    public void Count(RefusalArea area, string rule)
    {
        var (whose, which) = (JsonNamingPolicy.CamelCase.ConvertName(area.ToString()), JsonNamingPolicy.CamelCase.ConvertName(rule));
        _refused.Add(1, new("area", whose), new("rule", which));
        if (log.IsEnabled(LogLevel.Debug)) log.LogDebug("Refused by {Area}: {Rule}", whose, which);
    }
}

internal static class Refusals
{
    /// <summary>Counts that a request was refused.</summary>
    /// <param name="context">The request.</param>
    /// <param name="area">Whose rule.</param>
    /// <param name="rule">Its name in this program, or a status; never a word of whoever asks.</param>
    public static void Refuse(this HttpContext context, RefusalArea area, string rule) =>
        context.RequestServices.GetService<RefusalMetrics>()?.Count(area, rule);
}
