using DataBright.Learning.Archives;
using DataBright.Learning.Files;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Examples;

/// <summary>
/// Labelled images from a zip or tar of a folder of folders: the examples that the unpacked folder gives, in its order. Pictures are
/// decoded as they come, and brought into that order at the end. Where everything lies in one folder of folders, it is that one.
/// </summary>
internal static class PictureArchive
{
    private sealed record Picture(string[] Path, string Place, ExampleShape Shape, float[] Values);

    public static LabelledExamples Read(string path, PictureOptions options, CancellationToken stop)
    {
        using var archive = Archive.Find(path, options.Archive)
            ?? throw new MalformedInputException(path, "a file; a folder, or a zip or tar of one, is expected");
        var pictures = Pictures(archive, path, options, stop);
        var top = Top(pictures, path);
        var classes = Classes(archive, pictures, path, top);
        pictures.Sort((one, other) => Order(one.Path.AsSpan(top), other.Path.AsSpan(top)));
        var first = pictures[0];
        if (pictures.Find(picture => picture.Shape != first.Shape) is { } odd)
            throw PictureFolder.Unlike(odd.Place, odd.Shape, (first.Shape, first.Place));
        var features = new float[pictures.Count * first.Values.Length];
        var labels = new int[pictures.Count];
        for (var n = 0; n < pictures.Count; n++)
        {
            pictures[n].Values.CopyTo(features, n * first.Values.Length);
            labels[n] = Array.BinarySearch(classes, pictures[n].Path[top], StringComparer.Ordinal);
            pictures[n] = first;
        }

        return new LabelledExamples(new ExampleSet(first.Shape, features, labels), classes);
    }

    private static List<Picture> Pictures(Archive archive, string path, PictureOptions options, CancellationToken stop)
    {
        var (pictures, values) = (new List<Picture>(), 0L);
        foreach (var entry in archive.Entries())
        {
            stop.ThrowIfCancellationRequested();
            var (parts, place) = (entry.Path.Split('/'), $"{path}/{entry.Path}");
            if (parts.Length == 1) throw new MalformedInputException(place, "a file beside the subfolders has no class");
            if (parts.Length > 3) throw PictureFolder.Nested(place);
            if (!PictureFolder.IsPicture(entry.Path, options)) throw PictureFolder.NoPicture(place, options);
            var image = options.Decode(InputFile.ReadAll(entry.Content, place, PngImage.MaxBytes), place);
            var (shape, samples) = options.Bring(image, values, place);
            pictures.Add(new Picture(parts, place, shape, samples));
            values += samples.Length;
        }

        return pictures.Count > 0 ? pictures
            : throw new MalformedInputException(path, "there are no pictures in folders; one folder for each class is expected");
    }

    /// <summary>How many folders lie around those of the classes: none, or the one that everything is in.</summary>
    private static int Top(List<Picture> pictures, string path)
    {
        if (pictures.Find(picture => picture.Path.Length == 3) is not { } deep) return 0;
        return pictures.TrueForAll(picture => picture.Path.Length == 3 && picture.Path[0] == deep.Path[0])
            ? 1 : throw PictureFolder.Nested($"{path}/{string.Join('/', deep.Path[..2])}");
    }

    private static string[] Classes(Archive archive, List<Picture> pictures, string path, int top)
    {
        var filled = pictures.Select(picture => picture.Path[top]).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in archive.Folders.Order(StringComparer.Ordinal))
        {
            string[] parts = folder.Split('/');
            if (parts.Length > top + 1) throw PictureFolder.Nested($"{path}/{folder}");
            if (parts.Length == top + 1 && !filled.Contains(parts[top]) || parts.Length == top && parts[0] != pictures[0].Path[0])
                throw new MalformedInputException($"{path}/{folder}", "there is no image of this class");
        }

        return [.. filled.Order(StringComparer.Ordinal)];
    }

    private static int Order(ReadOnlySpan<string> one, ReadOnlySpan<string> other) =>
        string.CompareOrdinal(one[0], other[0]) is var order and not 0 ? order : string.CompareOrdinal(one[1], other[1]);
}
