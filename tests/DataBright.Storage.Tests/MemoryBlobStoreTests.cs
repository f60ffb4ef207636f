namespace DataBright.Storage.Tests;

public sealed class MemoryBlobStoreTests : BlobStoreTests
{
    private readonly MemoryBlobStore _store = new();

    protected override IBlobStore Store => _store;

    protected override void Damage(Cid cid, Func<byte[], byte[]> change) => _store.Replace(cid, change([.. _store.BytesOf(cid)]));
}
