using DataBright.Learning.Networks;

namespace DataBright.Learning.Tests.Networks;

public sealed class ArchitectureTests
{
    [Fact]
    public void The_named_architectures_have_their_known_numbers_of_parameters()
    {
        Architectures.LeNet5.ParameterCount.ShouldBe(61_706);
        Architectures.Mlp.ParameterCount.ShouldBe(235_146);
        Architectures.SoftmaxRegression.ParameterCount.ShouldBe(7_850);
        Architectures.Cnn.ParameterCount.ShouldBe(104_202);
        Architectures.ResNet20.ParameterCount.ShouldBe(272_474);
        Architectures.ResNet20.Parameters.Where(parameter => parameter.Dimensions.Count > 1).Sum(parameter => parameter.Count)
            .ShouldBe(270_896);
        Architectures.Vgg8.ParameterCount.ShouldBe(814_122);
        Architectures.TextClassifier.ParameterCount.ShouldBe(54_730);
        Architectures.All.Select(a => a.Hash).Distinct().Count().ShouldBe(Architectures.All.Count);
        Architectures.All.ShouldAllBe(a => Architectures.Find(a.Name) == a);
    }

    [Fact]
    public void Shapes_follow_from_the_layers() =>
        Architectures.LeNet5.Outputs.Select(s => s.ToString()).ShouldBe(
            ["6×28×28", "6×28×28", "6×14×14", "16×10×10", "16×10×10", "16×5×5", "400×1×1", "120×1×1", "120×1×1", "84×1×1",
                "84×1×1", "10×1×1"]);

    [Fact]
    public void Operations_are_two_for_each_multiply_add_of_products()
    {
        Architectures.SoftmaxRegression.ForwardOperations.ShouldBe(2 * 784 * 10);
        Architectures.LeNet5.ForwardOperations.ShouldBe(2 * (28 * 28 * 6 * 25 + 10 * 10 * 16 * 150 + 400 * 120 + 120 * 84 + 84 * 10));
        // The 40.8 million multiply-adds that are quoted for ResNet-20, the 1×1 shortcuts and the sums of branches.
        Architectures.ResNet20.ForwardOperations
            .ShouldBe(2L * (40_550_400 + 640 + 16 * 16 * 16 * 32 + 8 * 8 * 32 * 64) + 3 * (32 * 32 * 16 + 16 * 16 * 32 + 8 * 8 * 64));
        Architectures.TextClassifier.ForwardOperations
            .ShouldBe(2L * 64 * (64 * 192 + 64 * 64 + 2 * 64 * 128) + 4L * 64 * 64 * 64 + 2 * 64 * 64 + 2 * 640);
    }

    [Fact]
    public void A_document_is_read_back_to_an_equal_architecture()
    {
        foreach (var architecture in Architectures.All)
        {
            var read = Architecture.Parse(architecture.ToJson());
            read.ShouldBe(architecture);
            read.ToJson().ShouldBe(architecture.ToJson());
        }
    }

    [Fact]
    public void The_canonical_document_does_not_change() =>
        Architectures.SoftmaxRegression.ToJson().ShouldBe(
            """{"format":"databright.architecture/1","name":"softmax-regression","input":[1,28,28],"layers":[{"kind":"flatten","name":"flatten"},{"kind":"dense","name":"fc","units":10}],"loss":"softmax-cross-entropy"}""");

    [Fact]
    public void Every_kind_of_layer_is_read_back()
    {
        foreach (var architecture in new[] { Samples.Residuals, Samples.Sequence, Samples.Regression })
        {
            var read = Architecture.Parse(architecture.ToJson());
            read.ToJson().ShouldBe(architecture.ToJson());
            read.Parameters.Select(parameter => parameter.Name).ShouldBe(architecture.Parameters.Select(parameter => parameter.Name));
            read.Loss.ShouldBe(architecture.Loss);
        }
    }

    [Fact]
    public void White_space_and_order_of_properties_do_not_matter()
    {
        var read = Architecture.Parse("""
            { "loss": "softmax-cross-entropy", "layers": [ { "name": "flatten", "kind": "flatten" }, { "units": 10, "name": "fc", "kind": "dense" } ],
              "input": [1, 28, 28], "name": "softmax-regression", "format": "databright.architecture/1" }
            """);
        read.Hash.ShouldBe(Architectures.SoftmaxRegression.Hash);
    }

    [Theory]
    [InlineData("""{"kind":"dense","name":"d","units":2}""",
        "layer 'd': a dense layer needs flat input, not 1×4×4; put a flatten layer before it")]
    [InlineData("""{"kind":"convolution","name":"c","channels":2,"kernel":5,"padding":0}""",
        "layer 'c': a 5×5 kernel with padding 0 does not fit its input 1×4×4")]
    [InlineData("""{"kind":"convolution","name":"c","channels":2,"kernel":3,"padding":3}""", "layer 'c': padding must be 0 to 2, not 3")]
    [InlineData("""{"kind":"convolution","name":"c","channels":0,"kernel":3,"padding":0}""",
        "layer 'c': channels must be 1 to 65536, not 0")]
    [InlineData("""{"kind":"convolution","name":"c","channels":2,"kernel":0,"padding":0}""",
        "layer 'c': the kernel must be 1 to 64 wide, not 0")]
    [InlineData("""{"kind":"max-pool","name":"p","size":5}""", "layer 'p': a 5×5 window does not fit its input 1×4×4")]
    [InlineData("""{"kind":"max-pool","name":"p","size":1}""", "layer 'p': the window must be 2 to 64 wide, not 1")]
    [InlineData("""{"kind":"flatten","name":"f"}""", "layer 'f': the last layer must be dense, one unit per class")]
    [InlineData("""{"kind":"flatten","name":"f"},{"kind":"dense","name":"d","units":1}""",
        "layer 'd': at least two classes are needed, not 1")]
    [InlineData("""{"kind":"flatten","name":"f"},{"kind":"dense","name":"d","units":2000000}""",
        "layer 'd': units must be 1 to 1048576, not 2000000")]
    [InlineData("""{"kind":"flatten","name":"f"},{"kind":"convolution","name":"c","channels":2,"kernel":1,"padding":0}""",
        "layer 'c': a convolution needs a map, and layer 'f' made it flat")]
    [InlineData("""{"kind":"relu","name":"f"},{"kind":"flatten","name":"f"}""", "layer 'f': the name is taken by an earlier layer")]
    [InlineData("""{"kind":"relu","name":"F"}""", "layer 0: 'F' is not a name")]
    [InlineData("""{"kind":"swish","name":"t"}""", "layer 't': kind 'swish' is not known")]
    [InlineData("""{"kind":"convolution","name":"c","channels":2,"kernel":3,"padding":1,"stride":0}""",
        "layer 'c': the stride must be 1 to 64, not 0")]
    [InlineData("""{"kind":"convolution","name":"c","channels":2,"kernel":3,"padding":1,"bias":1}""",
        "layer 'c': 'bias' must be true or false")]
    [InlineData("""{"kind":"dropout","name":"d","rate":1}""", "layer 'd': the rate must be above 0 and below 1, not 1")]
    [InlineData("""{"kind":"average-pool","name":"p","size":9}""", "layer 'p': a 9×9 window does not fit its input 1×4×4")]
    [InlineData("""{"kind":"embedding","name":"e","vocabulary":9,"size":4}""",
        "layer 'e': an embedding takes tokens as 1×1×length, not 1×4×4")]
    [InlineData("""{"kind":"relu","name":"r"},{"kind":"embedding","name":"e","vocabulary":9,"size":4}""",
        "layer 'e': an embedding must be the first layer")]
    [InlineData("""{"kind":"self-attention","name":"s","heads":1}""",
        "layer 's': attention needs a sequence of shape channels×1×length, not 1×4×4")]
    [InlineData("""{"kind":"residual","name":"r","body":[]}""", "layer 'r': the body must have a layer")]
    [InlineData("""{"kind":"residual","name":"r","body":[{"kind":"max-pool","name":"p","size":2}]}""",
        "layer 'r': its body makes 1×2×2 and its shortcut 1×4×4")]
    [InlineData("""{"kind":"residual","name":"r","body":[{"kind":"residual","name":"r","body":[]}]}""",
        "layer 'r': the name is taken by an earlier layer")]
    [InlineData("""{"kind":"residual","name":"r","body":[{"kind":"relu","name":"s"}],"shortcut":[{"kind":"jump","name":"t"}]}""",
        "layer 't': kind 'jump' is not known")]
    [InlineData("""{"kind":"residual","name":"r","body":"r"}""", "layer 'r': 'body' must be an array")]
    [InlineData("""{"kind":"flatten","name":"f"},{"kind":"residual","name":"r","body":[{"kind":"dense","name":"d","units":16}]}""",
        "layer 'r': it cannot follow layer 'f' directly; put a dense layer between them")]
    [InlineData("""{"kind":"flatten","name":"f"},{"kind":"global-average","name":"g"}""",
        "layer 'g': a global average needs a map, and layer 'f' made it flat")]
    [InlineData("""{"kind":"relu","name":"r","slope":1}""", "layer 'r': unknown property 'slope'")]
    [InlineData("""{"kind":"dense","name":"d"}""", "layer 'd': 'units' is missing")]
    [InlineData("""{"kind":"dense","name":"d","units":"2"}""", "layer 'd', 'units': a whole number is expected")]
    [InlineData("""{"kind":"dense","name":"d","units":2.5}""", "layer 'd', 'units': a whole number is expected")]
    [InlineData("""{"kind":"dense"}""", "layers[0]: 'name' is missing")]
    [InlineData("3", "layers[0]: an object is expected")]
    [InlineData("", "1 to 256 layers are expected, 0 are there")]
    public void A_layer_that_does_not_fit_is_named(string layers, string expected)
    {
        var json =
            $$"""{"format":"databright.architecture/1","name":"a","input":[1,4,4],"layers":[{{layers}}],"loss":"softmax-cross-entropy"}""";
        Should.Throw<MalformedInputException>(() => Architecture.Parse(json, "net.json")).Message.ShouldSatisfyAllConditions(
            message => message.ShouldStartWith("net.json: "),
            message => message.ShouldContain(expected));
    }

    [Theory]
    [InlineData("""{}""", "'format' is missing")]
    [InlineData("""[]""", "an object is expected")]
    [InlineData("""{"format":"x","name":"a","input":[1,4,4],"layers":[],"loss":"l"}""", "format 'x' is not known")]
    [InlineData("""{"format":"databright.architecture/1","name":"a","input":[1,4,4],"layers":[],"loss":"l"}""", "loss 'l' is not known")]
    [InlineData("""{"format":"databright.architecture/1","name":"a","input":[1,4],"layers":[],"loss":"softmax-cross-entropy"}""",
        "[channels, height, width]")]
    [InlineData("""{"format":"databright.architecture/1","name":"A b","input":[1,4,4],"layers":[],"loss":"softmax-cross-entropy"}""",
        "the name must be")]
    [InlineData("""{"format":"databright.architecture/1","name":"a","input":[1,0,4],"layers":[],"loss":"softmax-cross-entropy"}""",
        "at least 1")]
    [InlineData("""{"format":"databright.architecture/1","name":"a","input":[2147483647,2147483647,2147483647],"layers":[],"loss":"softmax-cross-entropy"}""", "more than")]
    [InlineData("""{"format":1,"format":2}""", "not valid JSON")]
    [InlineData("""{""", "not valid JSON")]
    public void A_document_that_is_none_is_refused(string json, string expected) =>
        Should.Throw<MalformedInputException>(() => Architecture.Parse(json, "net.json")).Message.ShouldContain(expected);

    [Fact]
    public void An_architecture_too_large_to_hold_is_refused()
    {
        var wide =
            """{"format":"databright.architecture/1","name":"a","input":[1,1,1],"layers":[{"kind":"dense","name":"d","units":1048576},{"kind":"dense","name":"e","units":1048576}],"loss":"softmax-cross-entropy"}""";
        Should.Throw<MalformedInputException>(() => Architecture.Parse(wide)).Message.ShouldContain("layer 'e': more than");
        var words =
            """{"format":"databright.architecture/1","name":"a","input":[1,1,64],"layers":[{"kind":"embedding","name":"e","vocabulary":16777216,"size":65536},{"kind":"global-average","name":"g"},{"kind":"dense","name":"d","units":2}],"loss":"softmax-cross-entropy"}""";
        Should.Throw<MalformedInputException>(() => Architecture.Parse(words)).Message.ShouldContain("layer 'e': more than");
        var deep =
            """{"format":"databright.architecture/1","name":"a","input":[1,4096,4096],"layers":[{"kind":"convolution","name":"c","channels":65536,"kernel":1,"padding":0}],"loss":"softmax-cross-entropy"}""";
        Should.Throw<MalformedInputException>(() => Architecture.Parse(deep)).Message.ShouldContain("layer 'c'");
    }

    /// <summary>Numbers, names and brackets changed at random: a document is read or refused, and nothing else happens.</summary>
    [Fact]
    public void A_damaged_document_is_read_or_refused()
    {
        string[] numbers = ["0", "-1", "1", "2", "3", "63", "65536", "16777216", "2147483647", "99999999999", "0.5", "1e9", "null", "\"x\"",
            "[]", "{}"];
        var (read, refused) = (0, 0);
        var documents = Architectures.All.Concat([Samples.Residuals, Samples.Sequence, Samples.Regression])
            .Select(a => a.ToJson()).ToArray();
        for (var trial = 0; trial < 6000; trial++)
        {
            var chance = new DataBright.Learning.Arithmetic.Chance(11, DataBright.Learning.Arithmetic.Purpose.Resample, (ulong)trial);
            var text = documents[trial % documents.Length];
            for (var change = 0; change <= trial % 3; change++)
            {
                var at = chance.Below(text.Length, (ulong)(2 * change));
                var digits = System.Text.RegularExpressions.Regex.Match(text[at..], "[0-9]+");
                text = (trial / 3 % 3) switch
                {
                    0 when digits.Success => text[..(at + digits.Index)] + numbers[chance.Below(numbers.Length, (ulong)(2 * change + 1))]
                        + text[(at + digits.Index + digits.Length)..],
                    1 => text.Remove(at, Math.Min(1 + chance.Below(40, (ulong)(2 * change + 1)), text.Length - at)),
                    _ => text.Insert(at, text.Substring(chance.Below(text.Length - 20, (ulong)(2 * change + 1)), 20)),
                };
            }

            try
            {
                Architecture.Parse(text).ParameterCount.ShouldBeGreaterThan(0);
                read++;
            }
            catch (MalformedInputException)
            {
                refused++;
            }
        }

        read.ShouldBeGreaterThan(100);
        refused.ShouldBeGreaterThan(3000);
    }
}
