using DataBright.Storage;

namespace DataBright.Testing;

/// <summary>Passes every call on to another store; a test overrides those that it is about.</summary>
public abstract class PassingBlobs(IBlobStore inner) : IBlobStore
{
    public virtual long Growth => inner.Growth;

    public virtual Task<Cid> PutAsync(Stream content, Retention retention, CancellationToken stop) =>
        inner.PutAsync(content, retention, stop);

    public virtual Task AdoptAsync(string path, FileTallied tallied, Retention retention, CancellationToken stop) =>
        inner.AdoptAsync(path, tallied, retention, stop);

    public virtual Task<Stream> OpenAsync(Cid cid, CancellationToken stop) => inner.OpenAsync(cid, stop);

    public virtual Task<bool> HasAsync(Cid cid, CancellationToken stop) => inner.HasAsync(cid, stop);

    public virtual Task KeepAsync(Cid cid, CancellationToken stop) => inner.KeepAsync(cid, stop);

    public virtual Task<IReadOnlyList<Cid>> ExpiredAsync(DateTimeOffset now, CancellationToken stop) => inner.ExpiredAsync(now, stop);

    public virtual Task<bool> RemoveExpiredAsync(Cid cid, DateTimeOffset now, CancellationToken stop) =>
        inner.RemoveExpiredAsync(cid, now, stop);

    public virtual long Measure() => inner.Measure();
}
