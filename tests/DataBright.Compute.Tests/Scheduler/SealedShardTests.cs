using System.Security.Cryptography;
using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>A sealed set is read by its recipients, and by those to whom its key was given.</summary>
public sealed class SealedShardTests : IDisposable
{
    private readonly MemoryBlobStore _blobs = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("databright-keys-").FullName;

    private static readonly DatasetId Own = new(1), Others = new(2);

    private static Address Founder { get; } = World.Key(60).Address;

    private static Address Stranger { get; } = World.Key(61).Address;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Only_recipients_read_it_and_whoever_is_given_its_key()
    {
        using EthereumKey recipient = World.Key(51), later = World.Key(52), stranger = World.Key(53);
        using var key = ContentKey.Generate();
        var reference = await SealAsync(key, recipient);
        (await ReadAsync(reference, recipient)).Root.ShouldBe(reference.Root);
        foreach (var reader in (EthereumKey?[])[later, stranger, null])
            (await Should.ThrowAsync<ShardUnreadableException>(() => ReadAsync(reference, reader))).Message.ShouldNotContain("Exception");

        var kept = new ContentKeyFolder(_folder, later);
        kept.Find(reference.Cid).ShouldBeNull();
        kept.Keep(reference.Cid, key.WrapFor(later.PublicKey));
        (await ReadAsync(reference, later, kept)).Root.ShouldBe(reference.Root);
        (await ReadAsync(reference, later, new ContentKeyFolder(_folder, later))).Root.ShouldBe(reference.Root,
            "it is there after a restart");
        new ContentKeyFolder(_folder, stranger).Find(reference.Cid).ShouldBeNull("a new trusted key is given the key anew");
    }

    [Fact]
    public async Task A_key_of_another_set_opens_nothing()
    {
        using EthereumKey recipient = World.Key(51), later = World.Key(52);
        using ContentKey key = ContentKey.Generate(), other = ContentKey.Generate();
        var reference = await SealAsync(key, recipient);
        var tried = new TriedContentKey(reference.Cid, later, other.WrapFor(later.PublicKey));
        await Should.ThrowAsync<ShardUnreadableException>(() => ReadAsync(reference, later, tried));
        await Should.ThrowAsync<CryptographicException>(async () =>
            await Task.FromResult(new TriedContentKey(reference.Cid, later, key.WrapFor(recipient.PublicKey)).Find(reference.Cid)));
        new TriedContentKey(Cid.Raw(default), later, key.WrapFor(later.PublicKey)).Find(reference.Cid).ShouldBeNull();
    }

    [Fact]
    public async Task What_is_sealed_must_be_the_set_that_the_terms_name()
    {
        using var recipient = World.Key(51);
        using var key = ContentKey.Generate();
        var reference = await SealAsync(key, recipient);
        await Should.ThrowAsync<ShardUnreadableException>(() => ReadAsync(reference with { Count = reference.Count - 1 }, recipient));
        await Should.ThrowAsync<ShardUnreadableException>(() => ReadAsync(reference with { Root = Keccak.Hash("other"u8) }, recipient));
    }

    /// <summary>Else anybody could found a dataset that names the set, and have it sent to workers of their own.</summary>
    [Fact]
    public async Task A_trusted_node_opens_it_for_its_founders_datasets_alone_and_never_as_points_to_train_on()
    {
        using var recipient = World.Key(51);
        using var key = ContentKey.Generate();
        var reference = await SealAsync(key, recipient);
        (await ReadAsync(reference, recipient, of: Own)).Root.ShouldBe(reference.Root);
        (await Should.ThrowAsync<ShardUnreadableException>(() => ReadAsync(reference, recipient, of: Others))).Message
            .ShouldContain("another founder");
        await Should.ThrowAsync<ShardUnreadableException>(() => ReadAsync(reference, recipient, isShard: true));
        using var unsure = new BlobShardSource(_blobs, recipient);
        await Should.ThrowAsync<ShardUnreadableException>(() => unsure.ReadHeldOutAsync(Own, reference, Stop));

        // What was read for one dataset is not at hand for another.
        using var source = new BlobShardSource(_blobs, recipient, null,
            (dataset, _) => Task.FromResult<Address?>(dataset == Own ? Founder : Stranger));
        await source.ReadHeldOutAsync(Own, reference, Stop);
        await Should.ThrowAsync<ShardUnreadableException>(() => source.ReadHeldOutAsync(Others, reference, Stop));
        await Should.ThrowAsync<ShardUnreadableException>(() => source.ReadAsync(Own, reference, Stop));
    }

    /// <summary>
    /// Else anybody could found a dataset that lists another's shard, or offer it there, and have it sent to workers of their own.
    /// </summary>
    [Fact]
    public async Task Sealed_points_are_read_for_the_dataset_that_they_were_sealed_for_alone()
    {
        using var recipient = World.Key(51);
        using var key = ContentKey.Generate();
        var shard = TinyData.Shard(20, 1);
        var founded = await SealAsync(key, recipient, SealedShardFile.OfFounder(Founder, shard));
        var offered = await SealAsync(key, recipient, SealedShardFile.OfOffer(Others, Stranger, shard));
        (await ReadAsync(founded, recipient, of: Own, isShard: true)).Root.ShouldBe(shard.Root);
        (await ReadAsync(offered, recipient, of: Others, isShard: true)).Root.ShouldBe(shard.Root);
        (await Should.ThrowAsync<ShardUnreadableException>(() => ReadAsync(founded, recipient, of: Others, isShard: true))).Message
            .ShouldContain($"sealed for datasets of {Founder}");
        (await Should.ThrowAsync<ShardUnreadableException>(() => ReadAsync(offered, recipient, of: Own, isShard: true))).Message
            .ShouldContain("sealed for datasets of");
        var second = await SealAsync(key, recipient, SealedShardFile.OfOffer(Others, Founder, shard));
        (await Should.ThrowAsync<ShardUnreadableException>(() => ReadAsync(second, recipient, of: Own, isShard: true))).Message
            .ShouldContain("sealed for dataset 2, and not for 1");
        var elsewhere = await SealAsync(key, recipient, SealedShardFile.OfOffer(Own, Stranger, shard));
        (await Should.ThrowAsync<ShardUnreadableException>(() => ReadAsync(elsewhere, recipient, of: Own, isShard: true))).Message
            .ShouldContain("sealed for datasets of", customMessage: "another market has a dataset of this number, too");
        foreach (var one in (ShardReference[])[founded, offered])
            await Should.ThrowAsync<ShardUnreadableException>(() => ReadAsync(one, recipient, of: Own), "points are no held-out set");
        (await Should.ThrowAsync<ShardUnreadableException>(
            async () => await ReadAsync(await SealAsync(key, recipient, ShardFile.ToBytes(shard)), recipient, isShard: true))).Message
            .ShouldContain("no sealed shard");

        // What was read for one dataset is not at hand for another.
        using var source = new BlobShardSource(_blobs, recipient, null,
            (dataset, _) => Task.FromResult<Address?>(dataset == Own ? Founder : Stranger));
        await source.ReadAsync(Own, founded, Stop);
        await Should.ThrowAsync<ShardUnreadableException>(() => source.ReadAsync(Others, founded, Stop));
    }

    private Task<ShardReference> SealAsync(ContentKey key, EthereumKey recipient) =>
        SealAsync(key, recipient, HeldOutFile.ToBytes(Founder, TinyData.Shard(20, 1)));

    private async Task<ShardReference> SealAsync(ContentKey key, EthereumKey recipient, byte[] content)
    {
        var shard = TinyData.Shard(20, 1);
        using MemoryStream plain = new(content), target = new();
        await Envelope.SealAsync(plain, target, key, [recipient.PublicKey], Stop);
        target.Position = 0;
        return new ShardReference(shard.Root, shard.Count, await _blobs.PutAsync(target, Stop));
    }

    private async Task<Shard> ReadAsync(ShardReference reference, EthereumKey? reader, IContentKeys? keys = null, DatasetId? of = null,
        bool isShard = false)
    {
        using var source = new BlobShardSource(_blobs, reader, keys,
            (dataset, _) => Task.FromResult<Address?>(dataset == Own ? Founder : Stranger));
        return isShard ? await source.ReadAsync(of ?? Own, reference, Stop) : await source.ReadHeldOutAsync(of ?? Own, reference, Stop);
    }
}
