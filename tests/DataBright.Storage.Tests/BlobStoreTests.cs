namespace DataBright.Storage.Tests;

/// <summary>What every store does, whatever it keeps its files in.</summary>
public abstract partial class BlobStoreTests : IDisposable
{
    private const int Chunk = FileDag.ChunkSize;

    private readonly TemporaryFolder _arrived = new();

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract IBlobStore Store { get; }

    /// <summary>Changes what is stored under an address.</summary>
    protected abstract void Damage(Cid cid, Func<byte[], byte[]> change);

    public virtual void Dispose()
    {
        _arrived.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk - 1)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 1)]
    [InlineData(3 * Chunk + 7)]
    [InlineData(175 * Chunk)]
    public async Task A_file_comes_back_as_it_went_in(int size)
    {
        var cid = await Store.PutAsync(TestFiles.Stream(size), Stop);

        cid.ShouldBe(FileDag.RootOf(TestFiles.Content(size)));
        (await Store.HasAsync(cid, Stop)).ShouldBeTrue();
        (await Store.ReadAsync(cid, size, Stop)).ShouldBe(TestFiles.Content(size));
    }

    [Fact]
    public async Task A_stream_that_gives_one_byte_at_a_time_is_the_same_file()
    {
        const int size = Chunk + 3;
        var cid = await Store.PutAsync(new SlowStream(TestFiles.Content(size)), Stop);
        cid.ShouldBe(FileDag.RootOf(TestFiles.Content(size)));
    }

    [Fact]
    public async Task A_file_can_be_read_from_the_middle()
    {
        const int size = 2 * Chunk + 100;
        var cid = await Store.PutAsync(TestFiles.Stream(size), Stop);
        await using var stream = await Store.OpenAsync(cid, Stop);
        stream.Length.ShouldBe(size);

        foreach (int at in (int[])[Chunk + 50, 0, 2 * Chunk - 10, size - 1])
        {
            stream.Position = at;
            var some = new byte[Math.Min(20, size - at)];
            stream.ReadExactly(some);
            some.ShouldBe(TestFiles.Content(size).AsSpan(at, some.Length).ToArray());
        }
        stream.Seek(0, SeekOrigin.End);
        stream.ReadByte().ShouldBe(-1);
    }

    [Fact]
    public async Task The_same_file_can_be_put_twice()
    {
        var first = await Store.PutAsync(TestFiles.Stream(1000), Stop);
        var second = await Store.PutAsync(TestFiles.Stream(1000), Stop);
        second.ShouldBe(first);
        (await Store.ReadAsync(first, 1000, Stop)).ShouldBe(TestFiles.Content(1000));
    }

    [Fact]
    public async Task Many_writers_of_the_same_file_do_not_disturb_each_other()
    {
        const int size = 2 * Chunk + 5;
        var cids = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Store.PutAsync(TestFiles.Stream(size), Stop))));
        cids.Distinct().Count().ShouldBe(1);
        (await Store.ReadAsync(cids[0], size, Stop)).ShouldBe(TestFiles.Content(size));
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        var cid = Cid.Raw(Digest.Of("nobody stored this"u8));
        (await Store.HasAsync(cid, Stop)).ShouldBeFalse();
        var error = await Should.ThrowAsync<BlobMissingException>(() => Store.OpenAsync(cid, Stop));
        error.Cid.ShouldBe(cid);
        error.Message.ShouldContain(cid.ToString());
    }

    [Fact]
    public async Task A_version_0_address_finds_the_same_file()
    {
        var cid = await Store.PutAsync(TestFiles.Stream(2 * Chunk), Stop);
        var old = Cid.FromBytes(cid.ToBytes().AsSpan(2));
        old.Version.ShouldBe(0);
        (await Store.HasAsync(old, Stop)).ShouldBeTrue();
        (await Store.ReadAsync(old, 2 * Chunk, Stop)).ShouldBe(TestFiles.Content(2 * Chunk));
    }

    public static TheoryData<int, int> Places => new()
    {
        { 1, 0 }, { 1000, 999 }, { Chunk, 77 }, { 2 * Chunk + 9, 0 }, { 2 * Chunk + 9, Chunk }, { 2 * Chunk + 9, 2 * Chunk + 8 },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task One_changed_bit_anywhere_is_found_before_its_byte_is_handed_out(int size, int at)
    {
        var cid = await Store.PutAsync(TestFiles.Stream(size), Stop);
        Damage(cid, content =>
        {
            content[at] ^= 1;
            return content;
        });

        var received = new MemoryStream();
        var error = await Should.ThrowAsync<BlobDamagedException>(async () =>
        {
            await using var stream = await Store.OpenAsync(cid, Stop);
            await stream.CopyToAsync(received, Stop);
        });

        error.Cid.ShouldBe(cid);
        error.Message.ShouldContain(cid.ToString());
        received.Length.ShouldBeLessThanOrEqualTo(at);
        received.ToArray().ShouldBe(TestFiles.Content((int)received.Length));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(Chunk, Chunk + 1)]
    [InlineData(1000, 999)]
    [InlineData(1000, 1001)]
    [InlineData(2 * Chunk + 9, 2 * Chunk)]
    [InlineData(2 * Chunk + 9, Chunk)]
    [InlineData(2 * Chunk, 2 * Chunk + 1)]
    public async Task A_file_of_another_length_is_damaged(int size, int found)
    {
        var cid = await Store.PutAsync(TestFiles.Stream(size), Stop);
        Damage(cid, _ => TestFiles.Content(found));
        await Should.ThrowAsync<BlobDamagedException>(() => Store.ReadAsync(cid, int.MaxValue, Stop));
    }

    [Fact]
    public async Task A_damaged_file_is_mended_by_putting_it_again()
    {
        var cid = await Store.PutAsync(TestFiles.Stream(Chunk + 1), Stop);
        Damage(cid, content => content[..^1]);
        await Store.PutAsync(TestFiles.Stream(Chunk + 1), Stop);
        (await Store.ReadAsync(cid, Chunk + 1, Stop)).ShouldBe(TestFiles.Content(Chunk + 1));
    }

    [Fact]
    public async Task A_reader_with_a_limit_refuses_a_longer_file()
    {
        var cid = await Store.PutAsync(TestFiles.Stream(1001), Stop);
        await Should.ThrowAsync<BlobTooLargeException>(() => Store.ReadAsync(cid, 1000, Stop));
    }

    [Fact]
    public async Task A_source_that_fails_leaves_nothing()
    {
        await Should.ThrowAsync<EndOfStreamException>(() => Store.PutAsync(new FailingStream(), Stop));
        (await Store.HasAsync(FileDag.RootOf([]), Stop)).ShouldBeFalse();
    }

    private sealed class SlowStream(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }

    private sealed class FailingStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new EndOfStreamException("The sender hung up.");

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            throw new EndOfStreamException("The sender hung up.");
    }
}
