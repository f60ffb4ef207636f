using System.Text;

namespace DataBright.Learning.Files;

/// <summary>Kinds of files by their first bytes, so that who has the wrong file is told which one it is and what to do.</summary>
public static class FileKind
{
    /// <summary>As many first bytes as <see cref="Describe"/> looks at.</summary>
    public const int HeadLength = 512;

    private static readonly (byte[] Start, string Words)[] Starts =
    [
        ([.. "version https://git-lfs"u8], "a Git LFS pointer, not the file itself: fetch it with git lfs pull"),
        ([0x1F, 0x8B], "a file packed with gzip: unpack it with gunzip first"),
        ([.. "PK\x3\x4"u8],
            "a ZIP archive, or a spreadsheet or .npz file, which are such archives: unpack it, or save what is in it, first"),
        ([.. "PK\x5\x6"u8], "an empty ZIP archive"),
        ([.. "BZh91AY&SY"u8], "a file packed with bzip2: unpack it with bunzip2 first"),
        ([0xFD, .. "7zXZ"u8], "a file packed with xz: unpack it with unxz first"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a file packed with Zstandard: unpack it with unzstd first"),
        ([.. "7z"u8, 0xBC, 0xAF], "a 7z archive: unpack it first"),
        ([0xFF, 0xFE], "a text in UTF-16: save it as UTF-8"),
        ([0xFE, 0xFF], "a text in UTF-16: save it as UTF-8"),
        ([0x89, .. "PNG\r\n"u8], "a PNG picture"),
        ([0xFF, 0xD8, 0xFF], "a JPEG picture"),
        ([.. "GIF87a"u8], "a GIF picture"),
        ([.. "GIF89a"u8], "a GIF picture"),
        ([0x93, .. "NUMPY"u8], "an array in NPY"),
        ([.. "PAR1"u8, 0x15], "a table in Parquet"),
        ([.. "DBSH"u8, 1], "a shard"),
        ([0x89, .. "HDF\r\n"u8], "a file in HDF5: save what is in it as NPY or CSV first"),
        ([.. "%PDF-"u8], "a PDF document"),
        ([.. "SQLite format 3\0"u8], "a database of SQLite"),
        ([0xD0, 0xCF, 0x11, 0xE0], "a document or spreadsheet of an old office program: save it as CSV first"),
        ([0, 0, 8, 1], "labels in IDX"),
        ([0, 0, 8, 3], "images in IDX"),
    ];

    private static readonly string[] Pages = ["<!doctype html", "<html", "<?xml", "<head"];

    /// <summary>What a file is, and what to do with it, by its first bytes; null for what no other kind of file begins with.</summary>
    /// <param name="head">The first bytes, <see cref="HeadLength"/> where there are so many.</param>
    public static string? Describe(ReadOnlySpan<byte> head)
    {
        foreach (var (first, words) in Starts)
            if (head.StartsWith(first))
                return words;
        if (head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8)) return "a WebP picture";
        if (head.Length >= 262 && head[257..].StartsWith("ustar"u8)) return "a tar archive: unpack it first";
        var start = Utf8Text.WithoutMark(head);
        var text = Encoding.Latin1.GetString(start[..Math.Min(64, start.Length)]).TrimStart();
        return Pages.Any(page => text.StartsWith(page, StringComparison.OrdinalIgnoreCase))
            ? "a web page or XML, perhaps what a server answered instead of the file: fetch the file again" : null;
    }
}
