using DataBright.Ethereum;
using DataBright.Market.Models;
using DataBright.Storage;

namespace DataBright.Market.Tests.Models;

public sealed class PrivateWeightsTests
{
    private static readonly byte[] Parameters = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * i))];

    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Those_who_were_named_and_those_who_were_let_in_read_and_nobody_else()
    {
        using EthereumKey owner = EthereumKey.Generate(), named = EthereumKey.Generate(), later = EthereumKey.Generate(),
            stranger = EthereumKey.Generate();
        var envelope = await PrivateWeights.SealAsync(_blobs, Parameters, [owner.PublicKey, named.PublicKey], Stop);
        var grant =
            WeightsGrant.Parse((await PrivateWeights.GrantAsync(_blobs, new ModelId(7), envelope, owner, later.PublicKey, Stop)).ToBytes());

        (await OpenAsync(envelope, owner)).ShouldBe(Parameters);
        (await OpenAsync(envelope, named)).ShouldBe(Parameters);
        (await OpenAsync(envelope, later, grant)).ShouldBe(Parameters);
        (grant.Model, grant.Worker).ShouldBe((new ModelId(7), later.Address));
        (await Should.ThrowAsync<WeightsSealedException>(() => OpenAsync(envelope, stranger))).Message.ShouldContain("not sealed to");
        (await Should.ThrowAsync<WeightsSealedException>(() => OpenAsync(envelope, stranger, grant))).Message
            .ShouldContain("The grant is for");
        await Should.ThrowAsync<WeightsSealedException>(() => OpenAsync(envelope, stranger, grant with { Worker = stranger.Address }));
        await Should.ThrowAsync<WeightsSealedException>(
            () => PrivateWeights.GrantAsync(_blobs, new ModelId(7), envelope, stranger, stranger.PublicKey, Stop));
    }

    [Fact]
    public async Task Every_bit_of_a_grant_counts()
    {
        using EthereumKey owner = EthereumKey.Generate(), worker = EthereumKey.Generate();
        var envelope = await PrivateWeights.SealAsync(_blobs, Parameters, [owner.PublicKey], Stop);
        var good = (await PrivateWeights.GrantAsync(_blobs, new ModelId(1), envelope, owner, worker.PublicKey, Stop)).ToBytes();
        for (var at = 0; at < good.Length; at += at < 40 ? 1 : 7)
        {
            var bad = (byte[])good.Clone();
            bad[at] ^= 1;
            if (at is >= 5 and < 13)
            {
                WeightsGrant.Parse(bad).Model.ShouldNotBe(new ModelId(1));
                continue;
            }

            var fault = await Should.ThrowAsync<Exception>(() => OpenAsync(envelope, worker, WeightsGrant.Parse(bad)));
            fault.ShouldSatisfyAllConditions(() => (fault is WeightsSealedException or FormatException).ShouldBeTrue(fault.ToString()));
        }

        Should.Throw<FormatException>(() => WeightsGrant.Parse(good.AsSpan(1)));
        Should.Throw<FormatException>(() => WeightsGrant.Parse([.. good, 0]));
    }

    [Fact]
    public async Task An_envelope_that_holds_more_than_expected_is_not_unpacked_further()
    {
        using var owner = EthereumKey.Generate();
        var envelope = await PrivateWeights.SealAsync(_blobs, Parameters, [owner.PublicKey], Stop);
        await Should.ThrowAsync<FormatException>(
            () => PrivateWeights.OpenAsync(_blobs, envelope, owner, null, Parameters.Length - 1, Stop));
    }

    private Task<byte[]> OpenAsync(Cid envelope, EthereumKey reader, WeightsGrant? grant = null) =>
        PrivateWeights.OpenAsync(_blobs, envelope, reader, grant, 1 << 20, Stop);
}
