using DataBright.Storage;

namespace DataBright.Cli.Access;

/// <summary>
/// The data folder's files as a dry run sees them: what it stores is forgotten, so that no file is left behind for a node to serve.
/// </summary>
internal sealed class RehearsedBlobs(IBlobStore kept) : IBlobStore
{
    private readonly MemoryBlobStore _own = new();

    public long Growth => _own.Growth;

    public Task<Cid> PutAsync(Stream content, Retention retention, CancellationToken stop) => _own.PutAsync(content, retention, stop);

    public async Task<Stream> OpenAsync(Cid cid, CancellationToken stop) =>
        await _own.HasAsync(cid, stop) ? await _own.OpenAsync(cid, stop) : await kept.OpenAsync(cid, stop);

    public async Task<bool> HasAsync(Cid cid, CancellationToken stop) => await _own.HasAsync(cid, stop) || await kept.HasAsync(cid, stop);

    public Task KeepAsync(Cid cid, CancellationToken stop) => _own.KeepAsync(cid, stop);

    public Task<IReadOnlyList<Cid>> ExpiredAsync(DateTimeOffset now, CancellationToken stop) => _own.ExpiredAsync(now, stop);

    public Task<bool> RemoveExpiredAsync(Cid cid, DateTimeOffset now, CancellationToken stop) => _own.RemoveExpiredAsync(cid, now, stop);

    public long Measure() => kept.Measure() + _own.Measure();
}
