using System.Buffers.Binary;
using System.Security.Cryptography;
using DataBright.Ethereum;

namespace DataBright.Storage.Tests;

public sealed class EnvelopeTests : IDisposable
{
    private const int Frame = Envelope.FrameSize;
    private const int SealedFrame = Frame + 16;

    private readonly EthereumKey _worker = EthereumKey.Generate();
    private readonly EthereumKey _other = EthereumKey.Generate();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _worker.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Frame - 1)]
    [InlineData(Frame)]
    [InlineData(Frame + 1)]
    [InlineData(2 * Frame)]
    [InlineData(3 * Frame + 17)]
    public async Task Every_recipient_reads_the_content(int size)
    {
        var envelope = await SealAsync(size, _worker, _other);
        (await OpenAsync(envelope, _worker)).ShouldBe(TestFiles.Content(size));
        (await OpenAsync(envelope, _other)).ShouldBe(TestFiles.Content(size));
    }

    [Fact]
    public async Task A_stranger_reads_nothing()
    {
        var envelope = await SealAsync(100, _worker);
        (await Should.ThrowAsync<CryptographicException>(() => OpenAsync(envelope, _other))).Message
            .ShouldContain(_other.Address.ToString());
    }

    [Fact]
    public async Task A_recipient_can_be_let_in_later_with_the_key_alone()
    {
        using var key = ContentKey.Generate();
        var sealedBytes = new MemoryStream();
        await Envelope.SealAsync(TestFiles.Stream(Frame + 5), sealedBytes, key, [], Stop);

        using var unwrapped = ContentKey.Unwrap(_other, key.WrapFor(_other.PublicKey));
        await using var content = await Envelope.OpenAsync(new MemoryStream(sealedBytes.ToArray()), unwrapped, Stop);
        (await ReadAllAsync(content)).ShouldBe(TestFiles.Content(Frame + 5));
    }

    [Fact]
    public async Task The_same_content_is_never_sealed_to_the_same_bytes()
    {
        using var key = ContentKey.Generate();
        var first = new MemoryStream();
        var second = new MemoryStream();
        await Envelope.SealAsync(TestFiles.Stream(64), first, key, [], Stop);
        await Envelope.SealAsync(TestFiles.Stream(64), second, key, [], Stop);
        first.ToArray().AsSpan(40).SequenceEqual(second.ToArray().AsSpan(40)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_change_in_any_byte_is_found()
    {
        var envelope = await SealAsync(50, _worker);
        for (int i = 0; i < envelope.Length; i++)
        {
            var changed = envelope.ToArray();
            changed[i] ^= 1;
            await ShouldNotOpenAsync(changed);
        }
    }

    [Fact]
    public async Task Every_cut_is_found()
    {
        var envelope = await SealAsync(2 * Frame + 9, _worker);
        int[] near = [0, 1, 39, 40, 100, 188, 189];
        int[] frames = [189 + 15, 189 + SealedFrame - 1, 189 + SealedFrame, 189 + SealedFrame + 1, 189 + 2 * SealedFrame,
            envelope.Length - 1];
        foreach (int length in near.Concat(frames)) await ShouldNotOpenAsync(envelope[..length]);
        await ShouldNotOpenAsync([.. envelope, 0]);
    }

    [Fact]
    public async Task Frames_cannot_be_moved_or_repeated()
    {
        var envelope = await SealAsync(3 * Frame, _worker);
        byte[] head = envelope[..189], first = FrameAt(0), second = FrameAt(1), third = FrameAt(2);
        (await OpenAsync([.. head, .. first, .. second, .. third], _worker)).Length.ShouldBe(3 * Frame);

        await ShouldNotOpenAsync([.. head, .. second, .. first, .. third]);
        await ShouldNotOpenAsync([.. head, .. first, .. first, .. third]);
        await ShouldNotOpenAsync([.. head, .. first, .. third]);
        await ShouldNotOpenAsync([.. head, .. third]);
        await ShouldNotOpenAsync([.. head, .. first, .. second, .. third, .. third]);

        byte[] FrameAt(int i) => envelope.AsSpan(189 + i * SealedFrame, SealedFrame).ToArray();
    }

    [Fact]
    public async Task No_byte_of_a_changed_frame_is_handed_out()
    {
        var envelope = await SealAsync(2 * Frame, _worker);
        envelope[189 + SealedFrame + 100] ^= 1;
        var received = new MemoryStream();
        await using var content = await Envelope.OpenAsync(new MemoryStream(envelope), _worker, Stop);
        await Should.ThrowAsync<CryptographicException>(() => content.CopyToAsync(received, Stop));
        received.ToArray().ShouldBe(TestFiles.Content(Frame));
    }

    [Fact]
    public async Task Reading_without_await_gives_the_same()
    {
        await using var content = await Envelope.OpenAsync(new MemoryStream(await SealAsync(Frame + 100, _worker)), _worker, Stop);
        var read = new byte[Frame + 100];
        content.ReadExactly(read);
        read.ShouldBe(TestFiles.Content(Frame + 100));
        content.ReadByte().ShouldBe(-1);
    }

    [Fact]
    public async Task A_head_with_too_many_recipients_is_refused()
    {
        var envelope = await SealAsync(10, _worker);
        BinaryPrimitives.WriteUInt16LittleEndian(envelope.AsSpan(6), Envelope.MaxRecipients + 1);
        await Should.ThrowAsync<FormatException>(() => OpenAsync(envelope, _worker));
    }

    [Fact]
    public void A_disposed_key_wraps_nothing()
    {
        var key = ContentKey.Generate();
        key.Dispose();
        Should.Throw<ObjectDisposedException>(() => key.WrapFor(_worker.PublicKey));
    }

    private static async Task<byte[]> SealAsync(int size, params EthereumKey[] recipients)
    {
        var target = new MemoryStream();
        await Envelope.SealAsync(TestFiles.Stream(size), target, [.. recipients.Select(key => key.PublicKey)], Stop);
        return target.ToArray();
    }

    private static async Task<byte[]> OpenAsync(byte[] envelope, EthereumKey key)
    {
        await using var content = await Envelope.OpenAsync(new MemoryStream(envelope), key, Stop);
        return await ReadAllAsync(content);
    }

    private static async Task<byte[]> ReadAllAsync(Stream content)
    {
        var read = new MemoryStream();
        await content.CopyToAsync(read, Stop);
        return read.ToArray();
    }

    private async Task ShouldNotOpenAsync(byte[] envelope)
    {
        try
        {
            await OpenAsync(envelope, _worker);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return;
        }
        throw new ShouldAssertException("The envelope was opened although it had been changed.");
    }
}
