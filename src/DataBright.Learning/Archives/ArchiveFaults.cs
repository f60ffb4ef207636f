namespace DataBright.Learning.Archives;

/// <summary>What libraries throw at an archive that is none, in one sentence.</summary>
internal static class ArchiveFaults
{
    /// <summary>Whether somebody below threw, who knows nothing of whoever reads.</summary>
    public static bool IsOfLibrary(Exception fault) =>
        fault is not (MalformedInputException or OperationCanceledException or OutOfMemoryException);

    public static MalformedInputException Damaged(string document, Exception fault, string kind) =>
        new(document, $"a {kind} archive that is cut or damaged: fetch it again", fault);

    public static T Guard<T>(string document, string kind, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception fault) when (IsOfLibrary(fault))
        {
            throw Damaged(document, fault, kind);
        }
    }
}
