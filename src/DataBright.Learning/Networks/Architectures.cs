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

    /// <summary>All of them, smallest first.</summary>
    public static IReadOnlyList<Architecture> All { get; } = [SoftmaxRegression, LeNet5, Cnn, Mlp];

    /// <summary>The architecture of that name, or null.</summary>
    public static Architecture? Find(string name) => All.FirstOrDefault(architecture => architecture.Name == name);
}
