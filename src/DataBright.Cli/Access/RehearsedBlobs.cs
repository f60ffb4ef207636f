using DataBright.Market.Storage;

namespace DataBright.Cli.Access;

/// <summary>The data folder's files as a dry run sees them: what it stores is forgotten, so that no file is left behind for a node to serve.</summary>
internal sealed class RehearsedBlobs(IBlobStore kept) : IBlobStore
{
    private readonly MemoryBlobStore _own = new();

    public Task<Cid> PutAsync(Stream content, CancellationToken stop) => _own.PutAsync(content, stop);

    public Task KeepAsync(Cid cid, CancellationToken stop) => Task.CompletedTask;

    public async Task<Stream> OpenAsync(Cid cid, CancellationToken stop) =>
        await _own.HasAsync(cid, stop) ? await _own.OpenAsync(cid, stop) : await kept.OpenAsync(cid, stop);

    public async Task<bool> HasAsync(Cid cid, CancellationToken stop) => await _own.HasAsync(cid, stop) || await kept.HasAsync(cid, stop);
}
