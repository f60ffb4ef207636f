using DataBright.Learning.Archives;
using DataBright.Learning.Files;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Examples;

/// <summary>How the pictures of a folder are to be read.</summary>
public sealed record PictureOptions
{
    /// <summary>Reads one file.</summary>
    public Func<string, PngImage> Read { get; init; } = PngImage.Read;

    /// <summary>Reads the content of a file in an archive; the second argument is what errors call it.</summary>
    public Func<byte[], string, PngImage> Decode { get; init; } = (content, document) => PngImage.Parse(content, document);

    /// <summary>How the names of pictures end; a file of another ending is an error.</summary>
    public IReadOnlyCollection<string> Endings { get; init; } = [".png"];

    /// <summary>Width and height that every picture is brought to; as they are when null.</summary>
    public (int Width, int Height)? Size { get; init; }

    /// <summary>Whether colours become grey.</summary>
    public bool IsGrey { get; init; }

    /// <summary>The most values that all pictures together may have.</summary>
    public int MaxValues { get; init; } = InputFile.MaxValues;

    /// <summary>What an archive of them may ask for.</summary>
    public ArchiveLimits Archive { get; init; } = ArchiveLimits.Usual;

    /// <summary>
    /// The values of a picture: one that is to be changed is brought to its form by the rule for predictions, another is taken as it is.
    /// </summary>
    public (ExampleShape Shape, float[] Values) Bring(PngImage image)
    {
        var shape = ShapeOf(image);
        return (shape, Size is null && !IsGrey ? AsItIs(image) : ImageFit.Fit(image, shape));
    }

    /// <summary>Brings a picture to its form where there is room beside the values of others.</summary>
    internal (ExampleShape Shape, float[] Values) Bring(PngImage image, long beside, string place)
    {
        var shape = ShapeOf(image);
        return beside + (long)shape.Channels * shape.Height * shape.Width > MaxValues
            ? throw new MalformedInputException(place, $"more than {MaxValues} values") : Bring(image);
    }

    private ExampleShape ShapeOf(PngImage image) => Size is null && !IsGrey
        ? new ExampleShape(image.Channels, image.Height, image.Width)
        : new ExampleShape(IsGrey || image.Channels < 3 ? 1 : 3, Size?.Height ?? image.Height, Size?.Width ?? image.Width);

    private static float[] AsItIs(PngImage image)
    {
        float largest = (1 << image.Depth) - 1;
        var (values, next) = (new float[image.Samples.Length], 0);
        for (var c = 0; c < image.Channels; c++)
            for (var i = c; i < image.Samples.Length; i += image.Channels)
                values[next++] = image.Samples[i] / largest;
        return values;
    }
}

/// <summary>
/// Labelled images from a folder of folders: the name of a subfolder is the class of the pictures in it. Folders and files are taken in
/// ordinal order of their names, so the same files are the same examples on every system. A sample becomes sample ÷ largest sample (255 or
/// 65,535).
/// </summary>
public static class PictureFolder
{
    /// <summary>
    /// Reads every image; all must have the size and channels of the first, unless <paramref name="options"/> brings them to one.
    /// </summary>
    /// <param name="folder">A folder whose subfolders hold pictures and nothing else, or a zip or tar of one; names that start with a dot
    /// and <c>__MACOSX</c> are passed over.</param>
    /// <param name="options">How they are to be read.</param>
    /// <param name="stop">Cancels between files.</param>
    /// <exception cref="MalformedInputException">A file is not what it should be; the message names it.</exception>
    public static LabelledExamples Read(string folder, PictureOptions? options = null, CancellationToken stop = default)
    {
        options ??= new PictureOptions();
        if (File.Exists(folder)) return PictureArchive.Read(folder, options, stop);
        var classes = Classes(folder);
        var (features, labels) = (new List<float>(), new List<int>());
        (ExampleShape Shape, string Path)? first = null;
        for (var label = 0; label < classes.Length; label++)
            foreach (var path in Files(Path.Combine(folder, classes[label]), options))
            {
                stop.ThrowIfCancellationRequested();
                var (shape, values) = options.Bring(options.Read(path), features.Count, path);
                first ??= (shape, path);
                if (shape != first.Value.Shape) throw Unlike(path, shape, first.Value);
                features.AddRange(values);
                labels.Add(label);
            }

        return new LabelledExamples(new ExampleSet(first!.Value.Shape, features.ToArray(), labels.ToArray()), classes);
    }

    internal static MalformedInputException Unlike(string path, ExampleShape shape, (ExampleShape Shape, string Path) first) =>
        new(path,
            $"an image of {shape}; {Path.GetFileName(first.Path)} has {first.Shape}, and all must be alike: bring them to one form with "
            + "--size or --grey");

    internal static MalformedInputException NoPicture(string path, PictureOptions options) =>
        new(path, $"not a {string.Join(", ", options.Endings)} file");

    internal static MalformedInputException Nested(string path) =>
        new(path, "a folder inside the folder of a class; pictures lie in their class's folder itself: move them there");

    internal static bool IsPicture(string path, PictureOptions options) =>
        options.Endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static string[] Classes(string folder)
    {
        if (!Directory.Exists(folder)) throw new MalformedInputException(folder, "the folder does not exist");
        string[] classes = [.. Visible(Directory.EnumerateDirectories(folder)).Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal)];
        if (classes.Length == 0) throw new MalformedInputException(folder, "there are no subfolders; one for each class is expected");
        return Visible(Directory.EnumerateFiles(folder)).Order(StringComparer.Ordinal).FirstOrDefault() is { } stray
            ? throw new MalformedInputException(stray, "a file beside the subfolders has no class") : classes;
    }

    private static string[] Files(string folder, PictureOptions options)
    {
        if (Visible(Directory.EnumerateDirectories(folder)).Order(StringComparer.Ordinal).FirstOrDefault() is { } nested)
            throw Nested(nested);
        string[] files = [.. Visible(Directory.EnumerateFiles(folder)).Order(StringComparer.Ordinal)];
        if (files.Length == 0) throw new MalformedInputException(folder, "there is no image of this class");
        return files.FirstOrDefault(path => !IsPicture(path, options)) is { } other ? throw NoPicture(other, options) : files;
    }

    private static IEnumerable<string> Visible(IEnumerable<string> paths) =>
        paths.Where(path => !ArchiveNames.IsPassedOver(Path.GetFileName(path)));
}
