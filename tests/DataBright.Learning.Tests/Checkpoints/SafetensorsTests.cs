using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Checkpoints;
using FsCheck;
using FsCheck.Fluent;

namespace DataBright.Learning.Tests.Checkpoints;

public sealed class SafetensorsTests
{
    private static readonly Checkpoint Example = new(
    [
        new Tensor("b", [2, 3], [1.5f, -0f, float.Epsilon, float.NaN, float.MaxValue, -2f]),
        new Tensor("a.weight", [1], [3f]),
        new Tensor("scalar", [], [7f]),
        new Tensor("none", [0, 4], []),
    ]);

    [Fact]
    public void What_is_written_is_read_back_with_every_bit()
    {
        var read = Checkpoint.Parse(Example.ToBytes());
        read.Hash.ShouldBe(Example.Hash);
        read.ToBytes().ShouldBe(Example.ToBytes());
        read.Tensors.Select(t => t.Name).ShouldBe(["a.weight", "b", "none", "scalar"]);
    }

    [Fact]
    public void A_file_made_by_hand_from_the_format_description_is_read()
    {
        var file = File("""{"__metadata__":{"made":"by hand"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""",
            [0, 0, 128, 63, 0, 0, 0, 192]);
        Checkpoint.Parse(file).Find("w")!.Values.ToArray().ShouldBe([1f, -2f]);
    }

    [Fact]
    public async Task A_reader_written_apart_from_us_finds_the_same_values()
    {
        var path = Path.Combine(Path.GetTempPath(), $"safetensors-{Environment.ProcessId}.safetensors");
        await Example.SaveAsync(path, TestContext.Current.CancellationToken);
        try
        {
            const string Reader = """
                const fs = require('fs');
                const file = fs.readFileSync(process.argv[1]);
                const length = Number(file.readBigUInt64LE(0));
                if ((8 + length) % 8 !== 0) throw new Error('the values are not aligned');
                const header = JSON.parse(file.subarray(8, 8 + length).toString('utf8'));
                const found = {};
                for (const [name, { dtype, shape, data_offsets: [begin, end] }] of Object.entries(header)) {
                  if (dtype !== 'F32' || end - begin !== 4 * shape.reduce((a, b) => a * b, 1)) throw new Error(name);
                  found[name] = { shape, bits: Array.from({ length: (end - begin) / 4 }, (_, i) => file.readUInt32LE(8 + length + begin + 4 * i)) };
                }
                console.log(JSON.stringify(found));
                """;
            using var node = Process.Start(new ProcessStartInfo("node", ["-e", Reader, path]) { RedirectStandardOutput = true })!;
            var output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await node.WaitForExitAsync(TestContext.Current.CancellationToken);
            node.ExitCode.ShouldBe(0);
            var found = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(output)!;
            found.Keys.Order(StringComparer.Ordinal).ShouldBe(Example.Tensors.Select(t => t.Name));
            foreach (var tensor in Example.Tensors)
            {
                found[tensor.Name].GetProperty("shape").EnumerateArray().Select(d => d.GetInt32()).ShouldBe(tensor.Shape);
                found[tensor.Name].GetProperty("bits").EnumerateArray().Select(b => b.GetUInt32())
                    .ShouldBe(tensor.Values.ToArray().Select(BitConverter.SingleToUInt32Bits));
            }
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    [Theory]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "truncated")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "follow the last tensor")]
    [InlineData("""{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "needs 12 bytes")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "0 is expected")]
    [InlineData("""{"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12,
        "no overlap")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "begin ≤ end")]
    [InlineData("""{"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "none negative")]
    [InlineData("""{"w":{"dtype":"F32","shape":[65536,65536,65536],"data_offsets":[0,0]}}""", 0, "needs")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "whole number")]
    [InlineData("""{"w":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}""", 4, "BF16 is not supported")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}""", 4, "unknown property 'x'")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1]}}""", 4, "'data_offsets' is missing")]
    [InlineData("""{"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0,
        "JSON")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "must be a string")]
    [InlineData("""{"__metadata__":[]}""", 0, "object of strings")]
    [InlineData(""" {"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "start with '{'")]
    [InlineData("""{"w":""", 0, "not valid JSON")]
    [InlineData("", 0, "start with '{'")]
    public void A_wrong_header_is_refused_with_one_clear_error(string header, int bytes, string expected) =>
        Should.Throw<MalformedInputException>(() => Checkpoint.Parse(File(header, new byte[bytes]), "w.safetensors")).Message
            .ShouldSatisfyAllConditions(
            message => message.ShouldStartWith("w.safetensors: "),
            message => message.ShouldContain(expected));

    [Fact]
    public void A_header_that_is_longer_than_the_file_or_than_allowed_is_refused_before_it_is_read()
    {
        foreach (var length in new[] { 9L, 100_000_001, long.MaxValue, -1 })
        {
            var file = new byte[16];
            BinaryPrimitives.WriteInt64LittleEndian(file, length);
            Should.Throw<MalformedInputException>(() => Checkpoint.Parse(file));
        }

        Should.Throw<MalformedInputException>(() => Checkpoint.Parse(new byte[7])).Message.ShouldContain("too few");
    }

    [Fact]
    public void Any_truncation_is_refused()
    {
        var file = Example.ToBytes();
        for (var length = 0; length < file.Length; length++)
            Should.Throw<MalformedInputException>(() => Checkpoint.Parse(file.AsSpan(0, length)));
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_but_never_break_anything()
    {
        var original = Example.ToBytes();
        var chance = new Chance(3, Purpose.Resample, 0);
        var refused = 0;
        for (ulong round = 0; round < 20_000; round++)
        {
            var file = original.ToArray();
            for (ulong change = 0; change <= round % 3; change++)
                file[chance.Below(file.Length, 8 * round + 2 * change)] = (byte)chance.Below(256, 8 * round + 2 * change + 1);
            try
            {
                Checkpoint.Parse(file);
            }
            catch (MalformedInputException)
            {
                refused++;
            }
        }

        refused.ShouldBeInRange(10_000, 19_999);
    }

    [Fact]
    public void The_hash_covers_names_shapes_and_bits()
    {
        static Digest Hash(string name, int[] shape, params float[] values) => new Checkpoint([new Tensor(name, shape, values)]).Hash;
        Digest[] hashes = [Hash("w", [2], 0f, 1f), Hash("v", [2], 0f, 1f), Hash("w", [1, 2], 0f, 1f), Hash("w", [2], -0f, 1f),
            Hash("w", [2], 1f, 0f)];
        hashes.Distinct().Count().ShouldBe(hashes.Length);
        Hash("w", [2], 0f, 1f).ShouldBe(hashes[0]);
    }

    [Fact]
    public void The_hash_is_that_of_the_written_definition()
    {
        // Two tensors, put together by hand from the definition in the documentation of Checkpoint.Hash.
        var content = Encoding.ASCII.GetBytes("databright.checkpoint/1\n")
            .Concat(new byte[] { 1, 0, 0, 0, (byte)'a', 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 63 })
            .Concat(new byte[] { 1, 0, 0, 0, (byte)'b', 0, 0, 0, 0, 0, 0, 0, 192 }).ToArray();
        new Checkpoint([new Tensor("b", [], [-2f]), new Tensor("a", [1], [1f])]).Hash.ShouldBe(Digest.Of(content));
    }

    [Fact]
    public void Any_checkpoint_survives_the_round_trip() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), ints =>
        {
            var values = ints.Select(i => BitConverter.Int32BitsToSingle(i * 2654435)).ToArray();
            var checkpoint = new Checkpoint([new Tensor("t", [values.Length], values), new Tensor("ü/🎲", [1, values.Length], values)]);
            return Checkpoint.Parse(checkpoint.ToBytes()).Hash == checkpoint.Hash;
        }).QuickCheckThrowOnFailure();

    private static byte[] File(string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + text.Length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(file, text.Length);
        text.CopyTo(file, 8);
        data.CopyTo(file, 8 + text.Length);
        return file;
    }
}
