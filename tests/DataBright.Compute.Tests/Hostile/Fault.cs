using System.Runtime.ExceptionServices;

namespace DataBright.Compute.Hostile;

/// <summary>An exception that an outward call may end with. Each call throws one of its own, as real ones do.</summary>
internal sealed record Fault(string Name, Func<Exception> Make)
{
    /// <summary>A part of the message by which a log line is recognised to tell this fault.</summary>
    public string Reason => DataBright.Failures.FaultWords.Of(Make()).TrimEnd('.');

    public void Throw() => ExceptionDispatchInfo.Throw(Make());

    public override string ToString() => Name;
}
