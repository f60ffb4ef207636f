using DataBright.Learning.Layers;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Networks;

/// <summary>The named architectures.</summary>
public static class Architectures
{
    /// <summary>
    /// LeNet-5 for 28×28 grey images (61,706 parameters): the convolutions and dense layers of LeCun et al. 1998
    /// with rectifiers and max pooling; padding 2 makes the 28×28 input the 32×32 of the paper.
    /// </summary>
    public static Architecture LeNet5 { get; } = new("lenet-5", new ExampleShape(1, 28, 28),
    [
        new Convolution("conv1", 6, 5, 2), new Relu("relu1"), new MaxPool("pool1", 2),
        new Convolution("conv2", 16, 5, 0), new Relu("relu2"), new MaxPool("pool2", 2),
        new Flatten("flatten"),
        new Dense("fc1", 120), new Relu("relu3"),
        new Dense("fc2", 84), new Relu("relu4"),
        new Dense("fc3", 10),
    ]);

    /// <summary>The multi-layer perceptron 784-256-128-10 with rectifiers (235,146 parameters).</summary>
    public static Architecture Mlp { get; } = new("mlp-784-256-128-10", new ExampleShape(1, 28, 28),
    [
        new Flatten("flatten"),
        new Dense("fc1", 256), new Relu("relu1"),
        new Dense("fc2", 128), new Relu("relu2"),
        new Dense("fc3", 10),
    ]);

    /// <summary>Softmax regression from 784 pixels to 10 classes (7,850 parameters).</summary>
    public static Architecture SoftmaxRegression { get; } = new("softmax-regression", new ExampleShape(1, 28, 28),
    [
        new Flatten("flatten"),
        new Dense("fc", 10),
    ]);

    /// <summary>
    /// Three blocks of a padded 3×3 convolution, a rectifier and 2×2 max pooling with 32, 64 and 128 channels
    /// (28×28 → 14×14 → 7×7 → 3×3), then one dense layer to 10 classes (104,202 parameters).
    /// </summary>
    public static Architecture Cnn { get; } = new("cnn-32-64-128", new ExampleShape(1, 28, 28),
    [
        new Convolution("conv1", 32, 3, 1), new Relu("relu1"), new MaxPool("pool1", 2),
        new Convolution("conv2", 64, 3, 1), new Relu("relu2"), new MaxPool("pool2", 2),
        new Convolution("conv3", 128, 3, 1), new Relu("relu3"), new MaxPool("pool3", 2),
        new Flatten("flatten"),
        new Dense("fc", 10),
    ]);

    /// <summary>
    /// ResNet-20 for 32×32 colour images: a convolution, three stages of three blocks with 16, 32 and 64 channels, a mean and one
    /// dense layer, as in He et al. 2015 (section 4.2), with 1×1 convolutions for shortcuts that change the shape. 272,474
    /// parameters, of which 270,896 are weights of convolutions and the dense layer.
    /// </summary>
    public static Architecture ResNet20 { get; } = new("resnet-20", new ExampleShape(3, 32, 32),
    [
        new Convolution("conv0", 16, 3, 1, HasBias: false), new BatchNorm("norm0"), new Relu("relu0"),
        .. Stage(1, 16, stride: 1), .. Stage(2, 32, stride: 2), .. Stage(3, 64, stride: 2),
        new GlobalAverage("mean"),
        new Dense("fc", 10),
    ]);

    /// <summary>
    /// VGG-8 for 32×32 colour images: three times two padded 3×3 convolutions with rectifiers and 2×2 max pooling, with 32, 64 and
    /// 128 channels, then dense layers to 256 and 10 (814,122 parameters), in the manner of Simonyan and Zisserman 2014. A plain
    /// chain of layers: it can be cut between any two.
    /// </summary>
    public static Architecture Vgg8 { get; } = new("vgg-8", new ExampleShape(3, 32, 32),
    [
        .. Pair(1, 32), .. Pair(2, 64), .. Pair(3, 128),
        new Flatten("flatten"),
        new Dense("fc1", 256), new Relu("relu7"),
        new Dense("fc2", 10),
    ]);

    /// <summary>
    /// A small transformer over the first 64 bytes of a text in UTF-8, shorter texts filled up with zeros: vectors of 64, one block
    /// of attention with 4 heads and of two layers at each place, both normalised first (Xiong et al. 2020), a mean and one dense
    /// layer to 10 classes (54,730 parameters). No vocabulary has to be agreed on.
    /// </summary>
    public static Architecture TextClassifier { get; } = new("text-classifier", new ExampleShape(1, 1, 64),
    [
        new Embedding("bytes", 256, 64),
        new Residual("mix", [new LayerNorm("mix-norm"), new SelfAttention("mix-heads", 4), new Dropout("mix-drop", 0.1f)]),
        new Residual("feed", [new LayerNorm("feed-norm"), new Convolution("feed-up", 128, 1, 0), new Gelu("feed-gelu"),
            new Convolution("feed-down", 64, 1, 0), new Dropout("feed-drop", 0.1f)]),
        new LayerNorm("norm"),
        new GlobalAverage("mean"),
        new Dense("fc", 10),
    ]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Architecture> All { get; } = [SoftmaxRegression, LeNet5, TextClassifier, Cnn, Mlp, ResNet20, Vgg8];

    /// <summary>The architecture of that name, or null.</summary>
    public static Architecture? Find(string name) => All.FirstOrDefault(architecture => architecture.Name == name);

    private static IEnumerable<Layer> Stage(int stage, int channels, int stride)
    {
        for (var block = 1; block <= 3; block++)
        {
            var (name, first) = ($"{stage}-{block}", block == 1 ? stride : 1);
            Layer[] shortcut = first == 1 ? []
                : [new Convolution($"conv{name}s", channels, 1, 0, first, HasBias: false), new BatchNorm($"norm{name}s")];
            yield return new Residual($"block{name}",
            [
                new Convolution($"conv{name}a", channels, 3, 1, first, HasBias: false), new BatchNorm($"norm{name}a"),
                new Relu($"relu{name}a"),
                new Convolution($"conv{name}b", channels, 3, 1, HasBias: false), new BatchNorm($"norm{name}b"),
            ], shortcut);
            yield return new Relu($"relu{name}");
        }
    }

    private static Layer[] Pair(int number, int channels) =>
    [
        new Convolution($"conv{2 * number - 1}", channels, 3, 1), new Relu($"relu{2 * number - 1}"),
        new Convolution($"conv{2 * number}", channels, 3, 1), new Relu($"relu{2 * number}"),
        new MaxPool($"pool{number}", 2),
    ];
}
