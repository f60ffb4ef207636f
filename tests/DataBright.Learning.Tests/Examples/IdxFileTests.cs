using System.IO.Compression;
using DataBright.Learning.Examples;

namespace DataBright.Learning.Tests.Examples;

public sealed class IdxFileTests
{
    private static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 51, 255, 1, 2, 3];
    private static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 2, 9, 0];

    [Fact]
    public void Images_and_labels_are_read()
    {
        var examples = IdxFile.Parse(Images, "images", Labels, "labels");
        examples.Count.ShouldBe(2);
        examples.Shape.ShouldBe(new(1, 1, 3));
        examples.Features.ToArray().ShouldBe([0f, 51f / 255f, 1f, 1f / 255f, 2f / 255f, 3f / 255f]);
        examples.Labels.ToArray().ShouldBe([9, 0]);
    }

    [Fact]
    public void Every_truncation_and_every_extra_byte_is_refused_by_name()
    {
        for (var length = 0; length < Images.Length; length++) Fault(Images[..length], Labels).ShouldStartWith("images: truncated");
        for (var length = 0; length < Labels.Length; length++) Fault(Images, Labels[..length]).ShouldStartWith("labels: truncated");
        Fault([.. Images, 0], Labels).ShouldBe("images: 1 bytes follow the 2 images of 1×3 that the header announces");
        Fault(Images, [.. Labels, 0]).ShouldBe("labels: 1 bytes follow the 2 labels that the header announces");
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_and_nothing_else()
    {
        Fuzz.Refuses(Images, bytes => IdxFile.Parse(bytes, "images", Labels, "labels"));
        Fuzz.Refuses(Labels, bytes => IdxFile.Parse(Images, "images", bytes, "labels"));
    }

    [Fact]
    public void Every_other_fault_has_one_clear_error()
    {
        Fault(Labels, Labels).ShouldContain("images: truncated");
        Fault([.. Labels, .. Labels], Labels)
            .ShouldContain("images: not an IDX file of images: it starts with 0x00000801, 0x00000803 is expected");
        Fault(Images, Images).ShouldContain("labels: not an IDX file of labels");
        Fault(Images, [0, 0, 8, 1, 0, 0, 0, 1, 9]).ShouldBe("labels: 1 labels for the 2 images in images");
        Fault(Images, [0, 0, 8, 1, 0, 0, 0, 2, 9, 10]).ShouldBe("labels: label 1 is 10; 0 to 9 are expected");
        Fault(With(Images, 8, 255), Labels).ShouldContain("1×1 to 4096×4096");
        Fault(With(Images, 15, 0), Labels).ShouldContain("1×1 to 4096×4096");
        Fault(With(Images, 4, 255), Labels).ShouldContain("truncated");
    }

    [Fact]
    public async Task Files_are_read_packed_or_not_and_a_missing_one_is_named()
    {
        var stop = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("idx-").FullName;
        try
        {
            var (images, labels) = (Path.Combine(folder, "i"), Path.Combine(folder, "l.gz"));
            await File.WriteAllBytesAsync(images, Images, stop);
            await using (var packed = new GZipStream(File.Create(labels), CompressionLevel.Fastest)) packed.Write(Labels);
            (await IdxFile.ReadAsync(images, labels, stop: stop)).Labels.ToArray().ShouldBe([9, 0]);

            (await Should.ThrowAsync<MalformedInputException>(() => IdxFile.ReadAsync(images + "x", labels, stop: stop))).Message
                .ShouldBe($"{images}x: the file does not exist");
            await File.WriteAllBytesAsync(labels, Labels, stop);
            (await Should.ThrowAsync<MalformedInputException>(() => IdxFile.ReadAsync(images, labels, stop: stop))).Message
                .ShouldContain("not packed with gzip");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] With(byte[] file, int index, byte value)
    {
        var copy = file.ToArray();
        copy[index] = value;
        return copy;
    }

    private static string Fault(byte[] images, byte[] labels) =>
        Should.Throw<MalformedInputException>(() => IdxFile.Parse(images, "images", labels, "labels")).Message;
}
