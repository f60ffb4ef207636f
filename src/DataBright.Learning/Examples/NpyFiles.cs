using DataBright.Learning.Shapes;

namespace DataBright.Learning.Examples;

/// <summary>Examples from two NPY files: features with the examples along the first dimension, and one label for each.</summary>
public static class NpyFiles
{
    /// <summary>Pictures have grey or three colours, and perhaps opacity.</summary>
    private const int MaxChannels = 4;

    /// <summary>
    /// Reads features (n × features, n × height × width, or n × channels × height × width) and labels (n whole numbers from 0).
    /// </summary>
    /// <param name="featurePath">The features.</param>
    /// <param name="labelPath">The labels.</param>
    /// <param name="classes">Labels must be below this; null for any.</param>
    /// <exception cref="MalformedInputException">A file is missing or not what it should be; the message names it and the
    /// example.</exception>
    public static ExampleSet Read(string featurePath, string labelPath, int? classes = null)
    {
        var (features, labels) = (NpyArray.Read(featurePath), NpyArray.Read(labelPath));
        RequireChannelsFirst(features.Shape, featurePath);
        ExampleShape shape = features.Shape switch
        {
            [_, var flat] => new(flat, 1, 1),
            [_, var height, var width] => new(1, height, width),
            [_, var channels, var height, var width] => new(channels, height, width),
            _ => throw new MalformedInputException(featurePath,
                $"{features.Shape.Count} dimensions; examples × features, × height × width, or × channels × height × width are expected"),
        };
        var count = features.Shape[0];
        if (features.Values.Length == 0) throw new MalformedInputException(featurePath, "the array is empty");
        for (var i = 0; i < features.Values.Length; i++)
            if (!float.IsFinite(features.Values[i]))
                throw new MalformedInputException(featurePath,
                    $"example {i / shape.Size}, value {i % shape.Size} is {features.Values[i]}; finite values are expected");

        if (labels.Shape is not [var given])
            throw new MalformedInputException(labelPath,
                $"{labels.Shape.Count} dimensions; one label for each example is "
                + $"expected{(labels.Shape is [_, 1] ? ", as numpy.ravel(y) gives" : "")}");
        if (!labels.IsInteger) throw new MalformedInputException(labelPath, $"labels of type {labels.Type}; whole numbers are expected");
        if (given != count) throw new MalformedInputException(labelPath, $"{given} labels for the {count} examples in {featurePath}");
        for (var i = 0; i < count; i++)
            if (labels.Values[i] < 0 || labels.Values[i] >= (classes ?? 1 << 24))
                throw new MalformedInputException(labelPath,
                    $"label {i} is {labels.Values[i]}; 0 to {(classes ?? 1 << 24) - 1} are expected");
        return new ExampleSet(shape, IsPicture(features) ? Array.ConvertAll(features.Values, value => value / byte.MaxValue)
            : features.Values, Array.ConvertAll(labels.Values, label => (int)label));
    }

    /// <summary>
    /// Unsigned bytes with rows and columns are pictures, and become byte ÷ 255 as those of IDX and PNG do. Bytes in a row are numbers.
    /// </summary>
    private static bool IsPicture(NpyArray features) => features.Type == "u1" && features.Shape.Count > 2;

    private static void RequireChannelsFirst(IReadOnlyList<int> shape, string document)
    {
        if (shape is [_, var channels, > MaxChannels, <= MaxChannels and var last] && channels > MaxChannels)
            throw new MalformedInputException(document,
                $"shape ({string.Join(", ", shape)}): the last dimension looks like {last} channels, and examples × channels × height × "
                + "width are expected: save numpy.transpose(x, (0, 3, 1, 2)). Where the second dimension really is channels, exchange "
                + "height and width");
    }
}
