using System.Text;
using System.Text.Json;
using DataBright.Learning.Examples;
using DataBright.Learning.Trainers;

namespace DataBright.Learning.Tests.Examples;

public sealed class NpyTests
{
    [Fact]
    public void An_array_is_read()
    {
        var array =
            NpyArray.Parse(new MemoryStream(File("<f4", "(2, 3)",
                [.. Enumerable.Range(1, 6).SelectMany(i => BitConverter.GetBytes((float)i))])), "a.npy");
        array.Shape.ShouldBe([2, 3]);
        array.Type.ShouldBe("f4");
        array.Values.ShouldBe([1f, 2f, 3f, 4f, 5f, 6f]);
        NpyArray.Parse(new MemoryStream(File(">i2", "(2,)", [1, 2, 255, 254])), "a.npy").Values.ShouldBe([258f, -2f]);
        NpyArray.Parse(new MemoryStream(File("|b1", "()", [1])), "a.npy").Values.ShouldBe([1f]);
        NpyArray.Parse(new MemoryStream(File("<f8", "(0, 3)", [])), "a.npy").Values.ShouldBeEmpty();
    }

    /// <summary>NumPy writes every type, byte order and version; its own conversion to binary32 is what ours must be.</summary>
    [Fact]
    public async Task Arrays_are_those_of_NumPy()
    {
        Assert.SkipUnless(System.IO.File.Exists(Python.Program) && Python.Run("-c", "import numpy").Code == 0, "There is no NumPy.");
        const string Script = """
            import json, sys, warnings
            import numpy as np
            warnings.simplefilter('ignore')
            random = np.random.default_rng(5)
            expected = {}
            for kind in ('f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'b1'):
                for order in '<>':
                    for version in ((1, 0), (2, 0), (3, 0)):
                        a = random.integers(0, 2, (5, 2, 3)) if kind == 'b1' else random.normal(0, 50, (5, 2, 3)) if kind[0] == 'f' else random.integers(np.iinfo(kind).min, np.iinfo(kind).max, (5, 2, 3), dtype=kind)
                        a = a.astype(order + kind)
                        name = '%s%s%d' % (kind, 'b' if order == '>' else 'l', version[0])
                        with open(sys.argv[1] + '/' + name, 'wb') as file:
                            np.lib.format.write_array(file, a, version=version)
                        expected[name] = a.astype('<f4').view('<u4').ravel().tolist()
            print(json.dumps(expected))
            """;
        using var folder = new TemporaryFolder();
        var expected =
            JsonSerializer.Deserialize<Dictionary<string, uint[]>>(await PeerProgram.RunAsync(Python.Program, "-c", Script, folder.Path))!;
        expected.Count.ShouldBe(72);
        foreach (var (name, bits) in expected)
        {
            var array = NpyArray.Read(folder[name]);
            array.Shape.ShouldBe([5, 2, 3]);
            array.Type.ShouldBe(name[..2]);
            array.Values.Select(BitConverter.SingleToUInt32Bits).ShouldBe(bits, name);
        }
    }

    [Fact]
    public async Task What_is_written_for_trainers_is_read_back()
    {
        using var folder = new TemporaryFolder();
        var examples = Samples.Examples(Samples.Tiny, 30);
        await TrainerData.WriteAsync(examples, folder.Path, TestContext.Current.CancellationToken);
        var read = NpyFiles.Read(folder["features.npy"], folder["labels.npy"], classes: 4);
        read.Hash().ShouldBe(examples.Hash());
        Should.Throw<MalformedInputException>(() => NpyFiles.Read(folder["features.npy"], folder["labels.npy"], classes: 2)).Message
            .ShouldContain("0 to 1 are expected");
        Should.Throw<MalformedInputException>(() => NpyFiles.Read(folder["features.npy"], folder["features.npy"])).Message
            .ShouldContain("4 dimensions");
        Should.Throw<MalformedInputException>(() => NpyFiles.Read(folder["labels.npy"], folder["labels.npy"])).Message
            .ShouldContain("1 dimensions");

        void Write(string name, byte[] content) => System.IO.File.WriteAllBytes(folder[name], content);
        Write("x", File("<f4", "(2, 1)", [.. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(float.NaN)]));
        Write("y", File("|u1", "(2,)", [0, 1]));
        Write("short", File("|u1", "(1,)", [0]));
        Write("real", File("<f4", "(2,)", new byte[8]));
        Write("negative", File("|i1", "(2,)", [0, 255]));
        Write("flat", File("<f4", "(2, 1)", new byte[8]));
        Fault("x", "y").ShouldContain("example 1, value 0 is NaN");
        Fault("flat", "short").ShouldContain("1 labels for the 2 examples");
        Fault("flat", "real").ShouldContain("whole numbers are expected");
        Fault("flat", "negative").ShouldContain("label 1 is -1");
        string Fault(string features, string labels) =>
            Should.Throw<MalformedInputException>(() => NpyFiles.Read(folder[features], folder[labels])).Message;
    }

    [Fact]
    public void Every_fault_has_one_clear_error()
    {
        var good = File("<f4", "(1,)", [0, 0, 0, 0]);
        for (var length = 0; length < good.Length; length++) Fault(good[..length]).ShouldContain("truncated");
        Fault([.. good, 0]).ShouldContain("bytes follow the 1 values");
        Fault(With(good, 0, 0)).ShouldContain("not an NPY file");
        Fault(With(good, 6, 4)).ShouldContain("version 4.0 is not known");
        Fault(File("<c8", "(1,)", new byte[8])).ShouldContain("'<c8' are not supported");
        Fault(File("|f4", "(1,)", new byte[4])).ShouldContain("order of its bytes");
        Fault(File("<f4", "(1, 2", new byte[8])).ShouldContain("not one that numpy.load reads");
        Fault(File("<f4", "__import__('os')", [])).ShouldContain("not one that numpy.load reads");
        Fault(File("<f4", "(99999999999,)", [])).ShouldContain("whole number below 2^31");
        Fault(File("<f4", "(2000000000, 2000000000)", [])).ShouldContain("more than 268435456 values");
        Fault(File("<f4", "(200000000,)", [])).ShouldContain("truncated");
        Fault(File("|b1", "(1,)", [2])).ShouldContain("a boolean of 2");
    }

    [Theory]
    [InlineData("{ 'descr': '<f4', 'fortran_order': False, 'shape': (3, 2, ) }\n")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2,), }   \n")]
    [InlineData("{\"shape\":(3,2),\"fortran_order\":False,\"descr\":\"<f4\"}")]
    [InlineData("{'fortran_order': False,\t'descr': '=f4',\n 'shape': (3L, 2L)}\n")]
    public void Headers_are_read_however_they_are_spaced_and_ordered(string header)
    {
        var array =
            NpyArray.Parse(new MemoryStream(Headed(header, [.. Enumerable.Range(1, 6).SelectMany(i => BitConverter.GetBytes((float)i))])),
                "a.npy");
        array.Shape.ShouldBe([3, 2]);
        array.Values.ShouldBe([1f, 2f, 3f, 4f, 5f, 6f]);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,,2)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1 2)}")]
    [InlineData("{'descr': '<f4', 'descr': '<i4', 'fortran_order': False, 'shape': (2,)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} + {}")]
    [InlineData("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,)}")]
    [InlineData("")]
    public void Headers_that_say_no_single_array_are_refused(string header) =>
        Fault(Headed(header, new byte[8])).ShouldContain("not one that numpy.load reads");

    [Fact]
    public void An_array_in_Fortran_order_is_the_array_that_it_is()
    {
        byte[] data = [.. Enumerable.Range(0, 24).Select(i => (byte)i)];
        var array = NpyArray.Parse(new MemoryStream(Headed("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 4)}", data)), "a.npy");
        for (var i = 0; i < 2; i++)
            for (var j = 0; j < 3; j++)
                for (var k = 0; k < 4; k++)
                    array.Values[(i * 3 + j) * 4 + k].ShouldBe(i + 2 * j + 6 * k);
        NpyArray.Parse(new MemoryStream(Headed("{'descr': '|u1', 'fortran_order': True, 'shape': (24,)}", data)), "a").Values
            .ShouldBe(data.Select(b => (float)b));
        NpyArray.Parse(new MemoryStream(Headed("{'descr': '|u1', 'fortran_order': True, 'shape': (24, 1)}", data)), "a").Values
            .ShouldBe(data.Select(b => (float)b));
        NpyArray.Parse(new MemoryStream(Headed("{'descr': '|u1', 'fortran_order': True, 'shape': ()}", [7])), "a").Values.ShouldBe([7f]);
        NpyArray.Parse(new MemoryStream(Headed("{'descr': '|u1', 'fortran_order': True, 'shape': (0, 3)}", [])), "a").Values
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData("(2, 32, 32, 3)", true)]
    [InlineData("(2, 28, 28, 1)", true)]
    [InlineData("(2, 64, 48, 4)", true)]
    [InlineData("(2, 3, 32, 32)", false)]
    [InlineData("(2, 1, 28, 28)", false)]
    [InlineData("(2, 3, 8, 3)", false)]
    [InlineData("(2, 16, 3, 48)", false)]
    public void Pictures_whose_channels_are_last_are_refused_with_what_to_do(string shape, bool isRefused)
    {
        using var folder = new TemporaryFolder();
        var size = shape.Trim('(', ')').Split(',').Select(int.Parse).Aggregate(1, (product, dimension) => product * dimension);
        System.IO.File.WriteAllBytes(folder["x"], File("|i1", shape, new byte[size]));
        System.IO.File.WriteAllBytes(folder["y"], File("|u1", "(2,)", [0, 1]));
        if (isRefused)
            Should.Throw<MalformedInputException>(() => NpyFiles.Read(folder["x"], folder["y"])).Problem
                .ShouldContain("numpy.transpose(x, (0, 3, 1, 2))");
        else NpyFiles.Read(folder["x"], folder["y"]).Count.ShouldBe(2);
    }

    [Fact]
    public void Bytes_with_rows_and_columns_are_scaled_as_those_of_IDX_and_PNG_and_numbers_are_not()
    {
        using var folder = new TemporaryFolder();
        System.IO.File.WriteAllBytes(folder["y"], File("|u1", "(2,)", [0, 1]));
        float[] Read(string type, string shape)
        {
            System.IO.File.WriteAllBytes(folder["x"], File(type, shape, [0, 51, 255, 1, 2, 3, 4, 5]));
            return NpyFiles.Read(folder["x"], folder["y"]).Features.ToArray();
        }

        Read("|u1", "(2, 2, 2)")[..3].ShouldBe([0f, 51 / 255f, 1f]);
        Read("|u1", "(2, 1, 2, 2)")[..3].ShouldBe([0f, 51 / 255f, 1f]);
        Read("|u1", "(2, 4)")[..3].ShouldBe([0f, 51f, 255f]);
        Read("|i1", "(2, 2, 2)")[..3].ShouldBe([0f, 51f, -1f]);
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_and_nothing_else()
    {
        Fuzz.Refuses(File("<f4", "(2, 3)", new byte[24]), bytes => NpyArray.Parse(new MemoryStream(bytes), "fuzz"));
        Fuzz.Refuses(File(">i8", "(5,)", new byte[40])[..70], bytes => NpyArray.Parse(new MemoryStream(bytes), "fuzz"), seed: 2);
    }

    private static byte[] File(string descr, string shape, byte[] data)
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. data];
    }

    private static byte[] Headed(string header, byte[] data) =>
        [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. data];

    private static byte[] With(byte[] file, int index, byte value)
    {
        var copy = file.ToArray();
        copy[index] = value;
        return copy;
    }

    private static string Fault(byte[] file) =>
        Should.Throw<MalformedInputException>(() => NpyArray.Parse(new MemoryStream(file), "a.npy")).Message;
}
