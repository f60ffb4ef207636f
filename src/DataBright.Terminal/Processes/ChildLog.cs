namespace DataBright.Terminal.Processes;

/// <summary>What a child says, kept in a file; and its last words, to be told if it ends.</summary>
public sealed class ChildLog(string path) : IDisposable
{
    private const int Remembered = 3;

    private readonly Lock _lock = new();
    private readonly Queue<string> _last = new();
    private StreamWriter? _file = new(path, append: true) { AutoFlush = true };

    public void Write(string line)
    {
        lock (_lock)
        {
            _last.Enqueue(line);
            if (_last.Count > Remembered)
                _last.Dequeue();
            TryOnFile(file => file.WriteLine(line));
        }
    }

    public string LastWords()
    {
        lock (_lock)
            return _last.Count == 0 ? "it said nothing" : string.Join(" / ", _last.Select(Bare));
    }

    public void Dispose()
    {
        lock (_lock)
        {
            TryOnFile(file => file.Dispose());
            _file = null;
        }
    }

    /// <summary>
    /// A log that cannot be written (the disk is full) must not end this process: the child meets the same disk and tells.
    /// </summary>
    private void TryOnFile(Action<StreamWriter> act)
    {
        try
        {
            if (_file is not null)
                act(_file);
        }
        catch (IOException)
        {
            _file = null;
        }
    }

    private static string Bare(string line) =>
        line.StartsWith("databright: ", StringComparison.Ordinal) ? line["databright: ".Length..] : line;
}
