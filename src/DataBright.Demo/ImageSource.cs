using DataBright.Learning.Examples;
using DataBright.Market.Datasets;
using DataBright.Terminal;

namespace DataBright.Demo;

/// <summary>The images the story is told with: four IDX files under their MNIST names, with or without .gz.</summary>
public sealed record ImageSource(ExampleSet Train, ExampleSet Test, DataSchema Schema)
{
    public const int Classes = 10;

    /// <summary>The story needs this many training images: the founding points and four offers.</summary>
    public const int FewestTrain = 8_500;

    public const int FewestTest = 500;

    private const int MaxHeldOut = 4_000;

    /// <exception cref="Failure">A file is missing or damaged, too small, or not of 28 × 28 pixels.</exception>
    public static async Task<ImageSource> OpenAsync(string folder, CancellationToken stop)
    {
        if (!Directory.Exists(folder))
            throw new Failure(ExitCode.BadInput,
                $"The folder {folder} does not exist; --data names a folder with the four MNIST-style IDX files.");
        try
        {
            var train = await IdxFile.ReadAsync(Find(folder, "train-images-idx3-ubyte"), Find(folder, "train-labels-idx1-ubyte"),
                Classes, stop);
            var test = await IdxFile.ReadAsync(Find(folder, "t10k-images-idx3-ubyte"), Find(folder, "t10k-labels-idx1-ubyte"),
                Classes, stop);
            return Checked(folder, train, test);
        }
        catch (MalformedInputException malformed)
        {
            throw new Failure(ExitCode.BadInput, malformed.Message);
        }
    }

    /// <summary>Some of the training images as a shard.</summary>
    public Shard TrainShard(ReadOnlySpan<int> indices, Func<int, int>? relabel = null) => ToShard(Train, indices, relabel);

    /// <summary>
    /// Test images, taken evenly over all of them, by which the dataset is measured: offers are compared with each, by scheduler and
    /// referee.
    /// </summary>
    public Shard HeldOut() =>
        ToShard(Test, [.. Enumerable.Range(0, Math.Min(MaxHeldOut, Test.Count))
            .Select(i => (int)((long)i * Test.Count / Math.Min(MaxHeldOut, Test.Count)))], null);

    private Shard ToShard(ExampleSet examples, ReadOnlySpan<int> indices, Func<int, int>? relabel)
    {
        var features = new byte[indices.Length * Schema.FeatureBytes];
        var labels = new int[indices.Length];
        for (var i = 0; i < indices.Length; i++)
        {
            var pixels = examples[indices[i]];
            var target = features.AsSpan(i * Schema.FeatureBytes, Schema.FeatureBytes);
            for (var p = 0; p < pixels.Length; p++)
                target[p] = (byte)MathF.Round(pixels[p] * byte.MaxValue); // IDX pixels are byte ÷ 255: this takes them back exactly
            var label = examples.Labels.Span[indices[i]];
            labels[i] = relabel is null ? label : relabel(label);
        }

        return new Shard(Schema, features, labels);
    }

    private static ImageSource Checked(string folder, ExampleSet train, ExampleSet test)
    {
        var shape = train.Shape;
        if (shape != test.Shape || shape.Size != 28 * 28)
            throw new Failure(ExitCode.BadInput,
                $"The images in {folder} are {shape} and {test.Shape}; the story trains LeNet-5, which takes 28 × 28 grey pixels.");
        if (train.Count < FewestTrain || test.Count < FewestTest)
            throw new Failure(ExitCode.BadInput,
                $"{folder} holds {train.Count} training and {test.Count} test images; the story needs {FewestTrain} and {FewestTest} at "
                + "least.");
        return new ImageSource(train, test, new DataSchema(ElementType.UInt8, [1, 28, 28], Classes));
    }

    private static string Find(string folder, string name) =>
        File.Exists(Path.Combine(folder, name + ".gz")) && !File.Exists(Path.Combine(folder, name))
            ? Path.Combine(folder, name + ".gz")
            : Path.Combine(folder, name);
}
