namespace DataBright.Learning.Archives;

/// <summary>A file in an archive.</summary>
/// <param name="Path">Its path, with <c>/</c> between folders, without a start or an end of it.</param>
/// <param name="Content">What it unpacks to: read it before the next entry is taken. It refuses to be longer or other than the archive
/// says.</param>
public sealed record ArchiveEntry(string Path, Stream Content);
