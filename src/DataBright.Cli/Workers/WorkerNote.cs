using System.Text;

namespace DataBright.Cli.Workers;

/// <summary>
/// One line in a worker's folder for whoever asks how it is. Its room is taken while there is some: what has to be said is that the disk is
/// full, and then it is written over in its place.
/// </summary>
internal sealed class WorkerNote
{
    private const int Bytes = 256;
    private const byte Blank = (byte)' ';

    private readonly string _path;
    private string _said = "";

    /// <param name="folder">The worker's folder, which exists.</param>
    public WorkerNote(string folder)
    {
        _path = Path.Combine(folder, "note");
        Write("");
    }

    /// <summary>What a worker's note says; null where it says nothing.</summary>
    public static string? Read(string folder)
    {
        var path = Path.Combine(folder, "note");
        return File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } said ? said : null;
    }

    /// <summary>Says something, or nothing; it must not fail, for it is said when writing fails.</summary>
    public void Say(string text)
    {
        if (text == _said)
            return;
        try
        {
            Write(text);
            _said = text;
        }
        catch (IOException)
        {
            // A file system that copies on writing has no room for it either. The log has said it.
        }
    }

    private void Write(string text)
    {
        var line = new byte[Bytes];
        Array.Fill(line, Blank);
        Encoding.UTF8.GetBytes(text.Length <= Bytes / 4 ? text : text[..(Bytes / 4)], line);
        using var file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.Write(line);
    }
}
