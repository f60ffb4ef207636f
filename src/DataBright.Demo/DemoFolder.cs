using DataBright.Terminal;
using DataBright.Terminal.Home;

namespace DataBright.Demo;

/// <summary>
/// The demo's own data folder. It starts empty each time: a folder that an earlier demo left (finished, failed or killed) is
/// cleared, any other folder with something in it is refused, because it may be somebody's.
/// </summary>
internal static class DemoFolder
{
    private const string Mark = "this-is-a-demo";

    public static HomeFolder Default() =>
        new(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".databright-demo"));

    public static FolderLock Prepare(HomeFolder home)
    {
        if (Directory.Exists(home.Root) && Directory.EnumerateFileSystemEntries(home.Root).Any()
            && !File.Exists(Path.Combine(home.Root, Mark)))
            throw new Failure(ExitCode.HomeUnusable,
                $"{home.Root} is not a demo's folder and not empty; name another with --home, the demo clears its folder.");
        var held = home.Hold();
        try
        {
            Clear(home);
            File.WriteAllText(Path.Combine(home.Root, Mark), "");
            return held;
        }
        catch (Exception refused) when (refused.IsOfFile())
        {
            held.Dispose();
            throw;
        }
    }

    private static void Clear(HomeFolder home)
    {
        foreach (var folder in Directory.EnumerateDirectories(home.Root))
            Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.EnumerateFiles(home.Root).Where(file => Path.GetFileName(file) is not ("lock" or Mark)))
            File.Delete(file);
    }
}
