using DataBright.Compute.Disputes;
using DataBright.Compute.Ledger;
using DataBright.Compute.Points;
using DataBright.Compute.Protocol;
using DataBright.Ethereum;
using DataBright.Storage;

namespace DataBright.Compute.Referees;

/// <summary>Decides by the evidence, the stored files and the ledger alone; it need not believe the scheduler anything.</summary>
public sealed class Referee(EthereumKey key, IJobLedger ledger, IBlobStore blobs, IShardSource shards, int threads = 1) : IReferee
{
    private readonly EvidenceCheck _check = new(blobs, shards, threads);

    public Task<Address> AddressAsync(CancellationToken stop) => Task.FromResult(key.Address);

    public async Task<Ruling> JudgeAsync(SignedMessage dossier, CancellationToken stop)
    {
        var read = Dossier.Parse(dossier.Body.Span);
        await CheckAgainstLedgerAsync(read, Signer(dossier), stop);
        var finding = await _check.ExamineAsync(read, stop);
        var evidence = Digest.Of(dossier.Body.Span).ToHash32();
        return new Ruling(evidence, [.. finding.Guilty.Select(worker => new SignedVerdict(
            worker, read.Reporter, evidence, key.Sign(JobHashes.Verdict(ledger.Domain, read.Job, worker, read.Reporter, evidence))))]);
    }

    private Address Signer(SignedMessage dossier)
    {
        try
        {
            return dossier.Signer(MessageKind.Dossier, ledger.Domain, Dossier.MaxBytes);
        }
        catch (ProtocolException fault)
        {
            throw new EvidenceException(fault.Message, fault);
        }
    }

    private async Task CheckAgainstLedgerAsync(Dossier dossier, Address signer, CancellationToken stop)
    {
        if (dossier.Domain != ledger.Domain) throw new EvidenceException("it is about another chain or another contract");
        var job = await ledger.FindAsync(dossier.Job, stop) ?? throw new EvidenceException($"the ledger has no job {dossier.Job}");
        if (job.Terms.Referee != key.Address) throw new EvidenceException($"job {dossier.Job} has another referee, {job.Terms.Referee}");
        if (job.Terms.Scheduler != signer)
            throw new EvidenceException($"it comes from {signer}, not from the scheduler of job {dossier.Job}");
        if (job.Terms.Plan != dossier.Plan) throw new EvidenceException($"the plan that was bought is {job.Terms.Plan}");
        var beacon = await ledger.MeasurementBeaconAsync(job.Terms, stop);
        if (dossier.Inputs.Measurement?.Beacon != beacon)
            throw new EvidenceException($"its seeds do not follow from the beacon on the ledger, {beacon}");
    }
}
