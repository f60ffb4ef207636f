using DataBright.Learning.Networks;

namespace DataBright.Learning.Examples;

/// <summary>
/// Labelled images from a folder of folders: the name of a subfolder is the class of the PNG files in it. Folders and files are taken in ordinal order of
/// their names, so the same files are the same examples on every system. A sample becomes sample ÷ largest sample (255 or 65,535).
/// </summary>
public static class PngFolder
{
    /// <summary>Reads every image; all must have the size and channels of the first.</summary>
    /// <param name="folder">A folder whose subfolders hold .png files and nothing else; names that start with a dot are passed over.</param>
    /// <param name="stop">Cancels between files.</param>
    /// <exception cref="MalformedInputException">A file is not what it should be; the message names it.</exception>
    public static LabelledExamples Read(string folder, CancellationToken stop = default)
    {
        if (!Directory.Exists(folder)) throw new MalformedInputException(folder, "the folder does not exist");
        string[] classes = [.. Visible(Directory.EnumerateDirectories(folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        if (classes.Length == 0) throw new MalformedInputException(folder, "there are no subfolders; one for each class is expected");
        if (Visible(Directory.EnumerateFiles(folder)).FirstOrDefault() is { } stray) throw new MalformedInputException(stray, "a file beside the subfolders has no class");

        var (features, labels) = (new List<float>(), new List<int>());
        (PngImage Image, string Path)? first = null;
        for (var label = 0; label < classes.Length; label++)
        {
            string[] files = [.. Visible(Directory.EnumerateFiles(Path.Combine(folder, classes[label]))).Order(StringComparer.Ordinal)];
            if (files.Length == 0) throw new MalformedInputException(Path.Combine(folder, classes[label]), "there is no image of this class");
            foreach (var path in files)
            {
                stop.ThrowIfCancellationRequested();
                if (!path.EndsWith(".png", StringComparison.OrdinalIgnoreCase)) throw new MalformedInputException(path, "not a .png file");
                var image = PngImage.Read(path);
                first ??= (image, path);
                if (Shape(image) != Shape(first.Value.Image)) throw new MalformedInputException(path, $"an image of {Shape(image)}; {Path.GetFileName(first.Value.Path)} has {Shape(first.Value.Image)}, and all must be alike");
                Append(image, features);
                labels.Add(label);
                if (features.Count > InputFile.MaxValues) throw new MalformedInputException(path, $"more than {InputFile.MaxValues} values");
            }
        }

        return new LabelledExamples(new ExampleSet(Shape(first!.Value.Image), features.ToArray(), labels.ToArray()), classes);
    }

    private static IEnumerable<string> Visible(IEnumerable<string> paths) => paths.Where(path => !Path.GetFileName(path).StartsWith('.'));

    private static ExampleShape Shape(PngImage image) => new(image.Channels, image.Height, image.Width);

    private static void Append(PngImage image, List<float> features)
    {
        float largest = (1 << image.Depth) - 1;
        for (var c = 0; c < image.Channels; c++)
            for (var i = c; i < image.Samples.Length; i += image.Channels)
                features.Add(image.Samples[i] / largest);
    }
}
