using System.Buffers.Binary;
using DataBright.Learning.Archives;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Examples;

/// <summary>
/// The IDX format of the MNIST files (Y. LeCun, C. Cortes, C. Burges, "The MNIST database"): images of unsigned bytes,
/// magic 0x00000803, and labels, magic 0x00000801, big-endian. A pixel becomes byte ÷ 255 in binary32. Files that gzip packed are unpacked.
/// </summary>
public static class IdxFile
{
    private const int ImageMagic = 0x0803;
    private const int LabelMagic = 0x0801;

    /// <summary>Files over this many bytes are refused (unpacked).</summary>
    public const int MaxBytes = 1 << 30;

    /// <summary>Reads images and their labels.</summary>
    /// <param name="imagePath">An idx3-ubyte file, or one packed with gzip.</param>
    /// <param name="labelPath">An idx1-ubyte file, or one packed with gzip.</param>
    /// <param name="classes">Labels must be below this.</param>
    /// <param name="stop">Cancels the reading.</param>
    /// <exception cref="MalformedInputException">A file is missing or not what it should be: one message names the file and what was
    /// expected.</exception>
    public static async Task<ExampleSet> ReadAsync(string imagePath, string labelPath, int classes = 10, CancellationToken stop = default)
    {
        var images = await LoadAsync(imagePath, stop);
        var labels = await LoadAsync(labelPath, stop);
        return Parse(images, imagePath, labels, labelPath, classes);
    }

    /// <summary>Parses the unpacked contents of an image file and a label file; the names serve the error messages.</summary>
    /// <exception cref="MalformedInputException">A file is not what it should be.</exception>
    public static ExampleSet Parse(ReadOnlySpan<byte> imageFile, string imageName, ReadOnlySpan<byte> labelFile, string labelName,
        int classes = 10)
    {
        var (shape, pixels) = ParseImages(imageFile, imageName);
        var labels = ParseLabels(labelFile, labelName, classes);
        var count = pixels.Length / shape.Size;
        if (labels.Length != count)
            throw new MalformedInputException(labelName, $"{labels.Length} labels for the {count} images in {imageName}");

        var features = new float[pixels.Length];
        for (var i = 0; i < features.Length; i++) features[i] = pixels[i] / 255f;
        return new ExampleSet(shape, features, labels);
    }

    private static (ExampleShape Shape, byte[] Pixels) ParseImages(ReadOnlySpan<byte> file, string name)
    {
        var sizes = ReadHeader(file, name, ImageMagic, "images", dimensions: 3);
        long count = sizes[0], height = sizes[1], width = sizes[2];
        if (height is 0 or > 4096 || width is 0 or > 4096)
            throw new MalformedInputException(name, $"images of {height}×{width} pixels; 1×1 to 4096×4096 are expected");
        RequireLength(file, name, 16, count * height * width, $"{count} images of {height}×{width}");
        return (new ExampleShape(1, (int)height, (int)width), file[16..].ToArray());
    }

    private static int[] ParseLabels(ReadOnlySpan<byte> file, string name, int classes)
    {
        var count = ReadHeader(file, name, LabelMagic, "labels", dimensions: 1)[0];
        RequireLength(file, name, 8, count, $"{count} labels");
        var labels = new int[count];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = file[8 + i];
            if (labels[i] >= classes) throw new MalformedInputException(name, $"label {i} is {labels[i]}; 0 to {classes - 1} are expected");
        }

        return labels;
    }

    private static uint[] ReadHeader(ReadOnlySpan<byte> file, string name, int magic, string what, int dimensions)
    {
        var length = 4 + 4 * dimensions;
        if (file.Length < length)
            throw new MalformedInputException(name,
                $"truncated: {file.Length} bytes, but the header of an IDX file of {what} has {length}");
        var found = BinaryPrimitives.ReadUInt32BigEndian(file);
        if (found != magic)
            throw new MalformedInputException(name,
                $"not an IDX file of {what}: it starts with 0x{found:x8}, 0x{magic:x8} is "
                + $"expected{(found is ImageMagic or LabelMagic ? "; are images and labels exchanged?" : "")}");
        var sizes = new uint[dimensions];
        for (var i = 0; i < dimensions; i++) sizes[i] = BinaryPrimitives.ReadUInt32BigEndian(file[(4 + 4 * i)..]);
        return sizes;
    }

    private static void RequireLength(ReadOnlySpan<byte> file, string name, int header, Int128 content, string what)
    {
        if (file.Length - header < content)
            throw new MalformedInputException(name,
                $"truncated: {what} need {content} bytes after the header and {file.Length - header} are there");
        if (file.Length - header > content)
            throw new MalformedInputException(name, $"{file.Length - header - content} bytes follow the {what} that the header announces");
    }

    /// <summary>Bytes of the whole file by its first sixteen; sixteen where it is no IDX file at all.</summary>
    private static long Announced(ReadOnlySpan<byte> head)
    {
        static long Size(int place, ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes[(4 * place)..]);
        return Size(0, head) switch
        {
            ImageMagic => 16 + Size(1, head) * Math.Min(Size(2, head), 1 << 14) * Math.Min(Size(3, head), 1 << 14),
            LabelMagic => 8 + Size(1, head),
            _ => 16,
        };
    }

    private static Task<byte[]> LoadAsync(string path, CancellationToken stop) =>
        Task.Run(() => UnpackedFile.Read(path, [0, 0, 8], content =>
    {
        using var buffer = new MemoryStream();
        var block = new byte[1 << 16];
        for (int read; (read = content.Read(block)) > 0;)
        {
            stop.ThrowIfCancellationRequested();
            if (buffer.Length + read > MaxBytes) throw new MalformedInputException(path, $"more than {MaxBytes} bytes");
            buffer.Write(block, 0, read);
            // A small packed file can hold a gigabyte: no more is unpacked than the header announces, and a little to see that it is too
            // much.
            if (buffer.Length >= 16 && buffer.Length > Announced(buffer.GetBuffer())) break;
        }

        return buffer.ToArray();
    }), stop);
}
