using DataBright.Compute.Points;
using DataBright.Node.Rest;
using DataBright.Node.Uploads;

namespace DataBright.Node.Offers;

/// <summary>
/// Reads strangers' files, one after the other: each may take a second and some hundred megabytes of memory. Those of this machine's own
/// accounts are a queue beside, so that no stranger keeps them waiting.
/// </summary>
internal sealed class FileReading(TimeProvider clock) : IDisposable
{
    /// <summary>The longest file; larger ones are read on the machine of whoever brings them.</summary>
    public const int MaxBytes = 32 << 20;

    private const int MaxWaiting = 8;
    private const int MaxName = 80;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _stranger = new(1, 1);
    private readonly SemaphoreSlim _own = new(1, 1);
    private readonly HashSet<string> _uploaders = new(StringComparer.Ordinal);
    private int _ownWaiting;

    public void Dispose()
    {
        _stranger.Dispose();
        _own.Dispose();
    }

    /// <param name="file">The file, as a form brought it.</param>
    /// <param name="form">How it is to be understood.</param>
    /// <param name="uploader">Who brought it: one file of each stranger is read or waits.</param>
    /// <param name="read">Reads it from a folder of its own.</param>
    /// <param name="use">Does something with what was read.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="InvalidRequestException">It is not what it should be, or takes too long.</exception>
    /// <exception cref="TooBusyException">Too many wait, or another file of the uploader does.</exception>
    public async Task<T> ReadAsync<T>(IFormFile file, PointFileForm form, string uploader,
        Func<PointReader, string, Task<PointsRead>> read, Func<PointsRead, CancellationToken, Task<T>> use, CancellationToken stop)
    {
        if (file.Length > MaxBytes) throw TooLong();
        Enter(uploader);
        try
        {
            var turn = uploader == UploadFacts.ThisMachine ? _own : _stranger;
            await turn.WaitAsync(stop);
            try
            {
                return await ReadInTimeAsync(file, form, read, use, stop);
            }
            finally
            {
                turn.Release();
            }
        }
        finally
        {
            Leave(uploader);
        }
    }

    public static InvalidRequestException TooLong() =>
        new("file",
            $"The file has more than {MaxBytes >> 20} MB, which is all that a page takes. The command line takes larger ones: databright "
            + "proposal create, databright dataset create");

    private void Enter(string uploader)
    {
        lock (_uploaders)
        {
            if (uploader == UploadFacts.ThisMachine)
            {
                // Its accounts have one name here, so they are told apart by nothing.
                if (_ownWaiting >= MaxWaiting) throw new TooBusyException();
                _ownWaiting++;
                return;
            }
            if (_uploaders.Contains(uploader))
                throw new TooBusyException("Another file of yours is being read here. Wait until it is done, and bring this one then.");
            if (_uploaders.Count >= MaxWaiting) throw new TooBusyException();
            _uploaders.Add(uploader);
        }
    }

    private void Leave(string uploader)
    {
        lock (_uploaders)
            if (uploader == UploadFacts.ThisMachine) _ownWaiting--;
            else _uploaders.Remove(uploader);
    }

    private async Task<T> ReadInTimeAsync<T>(IFormFile file, PointFileForm form, Func<PointReader, string, Task<PointsRead>> read,
        Func<PointsRead, CancellationToken, Task<T>> use, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        var folder = ReadingFolders.Temporary.Create();
        try
        {
            var path = Path.Combine(folder.FullName, NameOf(file));
            await using (var copy = File.Create(path)) await file.CopyToAsync(copy, either.Token);
            var found = await Task.Run(() => read(new PointReader(form, either.Token), path), either.Token);
            return await use(found, either.Token);
        }
        catch (MalformedInputException odd)
        {
            // Whoever brought the file knows it by its name, and nothing of this node's folders.
            throw new InvalidRequestException("file",
                $"{odd.Message.Replace(folder.FullName + Path.DirectorySeparatorChar, "", StringComparison.Ordinal).TrimEnd('.')}.");
        }
        catch (UnfitPointsException unfit)
        {
            throw new InvalidRequestException("file", unfit.Message);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            throw new InvalidRequestException("file",
                $"Reading the file took longer than {Timeout.TotalSeconds:0} seconds. Bring it in parts, or use the command line.");
        }
        finally
        {
            ReadingFolders.Remove(folder);
        }
    }

    /// <summary>As its contributor calls it, without what could lead elsewhere or not be seen.</summary>
    private static string NameOf(IFormFile file)
    {
        var name = string.Concat(Path.GetFileName(file.FileName.Replace('\\', '/'))
            .Select(sign => char.IsLetterOrDigit(sign) || sign is '.' or '-' or '_' or ' ' ? sign : '_'));
        name = name.Length > MaxName ? name[^MaxName..] : name;
        return name.Trim('.', ' ').Length == 0 ? "file" : name.TrimStart('.');
    }
}
