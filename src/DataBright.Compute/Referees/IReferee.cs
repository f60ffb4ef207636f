using DataBright.Compute.Disputes;
using DataBright.Compute.Ledger;
using DataBright.Compute.Protocol;
using DataBright.Ethereum;

namespace DataBright.Compute.Referees;

/// <summary>The trusted device that settles disputes. The scheduler asks it; over HTTP, it is another process with its own key.</summary>
public interface IReferee
{
    Task<Address> AddressAsync(CancellationToken stop);

    /// <summary>Re-executes the disputed step and signs a verdict on every worker that was wrong about it.</summary>
    /// <param name="dossier">A <see cref="Dossier"/>, signed by the job's scheduler: a referee works for nobody else.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="EvidenceException">The dossier does not show what it claims to show.</exception>
    Task<Ruling> JudgeAsync(SignedMessage dossier, CancellationToken stop);
}

/// <summary>A referee's decision about a dossier.</summary>
/// <param name="Evidence">Hash of the dossier.</param>
/// <param name="Verdicts">One for each worker that was wrong; there may be none.</param>
public sealed record Ruling(Hash32 Evidence, IReadOnlyList<SignedVerdict> Verdicts);
