using System.IO.Compression;
using DataBright.Learning.Examples;

namespace DataBright.Learning.Tests.Examples;

/// <summary>What a file takes of memory is told of the whole process, so nothing else runs beside.</summary>
[Collection("AllocationTests")]
public sealed class IdxMemoryTests
{
    /// <summary>A megabyte on the disk, a gigabyte when it is unpacked: it is given up where the header is passed.</summary>
    [Theory]
    [InlineData(0x0803, 2)]
    [InlineData(0x0803, int.MaxValue)]
    [InlineData(0x0801, 2)]
    [InlineData(0, 0)]
    public async Task A_packed_file_takes_no_more_memory_than_its_header_announces(int magic, int count)
    {
        var stop = TestContext.Current.CancellationToken;
        var bomb = Path.Combine(Directory.CreateTempSubdirectory("idx-").FullName, "bomb.gz");
        try
        {
            var head = new byte[16];
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(head, magic);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), count);
            head[11] = head[15] = 2;
            await using (var packed = new GZipStream(File.Create(bomb), CompressionLevel.Fastest))
            {
                packed.Write(head);
                var zeros = new byte[1 << 20];
                for (var i = 0; i < (count == int.MaxValue ? 8 : 300); i++) packed.Write(zeros);
            }

            var before = GC.GetTotalAllocatedBytes(precise: true);
            await Should.ThrowAsync<MalformedInputException>(() => IdxFile.ReadAsync(bomb, bomb, stop: stop));
            (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(200L << 20);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(bomb)!, recursive: true);
        }
    }
}
