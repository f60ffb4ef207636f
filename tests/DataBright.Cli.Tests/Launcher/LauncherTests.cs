using System.Diagnostics;

namespace DataBright.Cli.Tests.Launcher;

/// <summary>
/// The launcher in a repository of nothing, with stand-ins for dotnet, node and npm, on systems that lack one tool or another.
/// </summary>
public sealed class LauncherTests : IDisposable
{
    private static readonly string[] Plain = ["bash", "cat", "chmod", "dirname", "env", "find", "grep", "head", "ln", "ls", "mkdir",
        "mktemp", "mv", "ps", "rm", "rmdir", "sleep", "tail", "touch", "uname"];

    private readonly TemporaryFolder _folder = new();
    private readonly List<Process> _started = [];

    public LauncherTests()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("The launcher is a script for bash.");
        foreach (var folder in new[] { "tools", "root/src/DataBright.Cli", "root/node_modules", "root/build" })
            Directory.CreateDirectory(_folder[folder]);
        File.Copy(Path.Combine(Repository.Root, "databright"), _folder["root/databright"]);
        foreach (var name in new[] { "Directory.Build.props", "global.json", "package-lock.json", "src/DataBright.Cli/Program.cs" })
            File.WriteAllText(_folder[$"root/{name}"], $"{name}\n");
        foreach (var tool in Plain)
            File.CreateSymbolicLink(_folder[$"tools/{tool}"],
                Which(tool) ?? throw new FileNotFoundException($"This system has no {tool}."));
        Tool("node", "case $1 in -p) echo 22 ;; -e) exec \"$REAL_NODE\" \"$@\" ;; esac");
        Tool("npm", "echo npm \"$*\" >>\"$LOG\"");
        // A build says that it has begun, and ends when it is told to.
        Tool("dotnet", """
            case $1 in
              --list-sdks) echo '10.0.100 [/sdk]' ;;
              build) echo build >>"$LOG"; [ -z "${GATE:-}" ] || { echo >"$GATE.begun"; read -r _ <"$GATE"; }
                     mkdir -p "$DATABRIGHT_ROOT/src/DataBright.Cli/bin/Release/net10.0"; touch "$DATABRIGHT_ROOT/src/DataBright.Cli/bin/Release/net10.0/databright.dll" ;;
              *) shift; echo "ran $*" ;;
            esac
            """);
    }

    public void Dispose()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            process.Dispose();
        }
        _folder.Dispose();
    }

    private string[] Log => File.Exists(_folder["log"]) ? File.ReadAllLines(_folder["log"]) : [];

    public static TheoryData<string[]> Systems => [new[] { "flock", "sha256sum" }, new[] { "shasum" }, Array.Empty<string>()];

    [Theory]
    [MemberData(nameof(Systems))]
    public void It_installs_and_builds_once_on_systems_with_few_tools(string[] extra)
    {
        foreach (var tool in extra)
            File.CreateSymbolicLink(_folder[$"tools/{tool}"], Which(tool) ?? Skip(tool));

        Run("first").ShouldBe("ran first");
        Run("second", "two words").ShouldBe("ran second two words");

        Log.ShouldBe(
            [$"npm ci --prefix {_folder["root"]} --ignore-scripts --no-audit --no-fund --loglevel=error --omit=dev", "build"]);
        Directory.GetFileSystemEntries(_folder["root/.state"], "lock.held*").ShouldBeEmpty();
    }

    /// <summary>A stamp that one system wrote is the same on another: nothing is installed again.</summary>
    [Fact]
    public void Every_way_to_hash_comes_to_the_same()
    {
        foreach (var tool in new[] { "sha256sum", "shasum", null })
        {
            if (tool is not null && Which(tool) is null) continue;
            if (tool is not null) File.CreateSymbolicLink(_folder[$"tools/{tool}"], Which(tool)!);
            Run("once");
            if (tool is not null) File.Delete(_folder[$"tools/{tool}"]);
        }

        Log.Count(line => line.StartsWith("npm", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void It_is_found_through_links_and_from_folders_with_spaces()
    {
        Directory.CreateDirectory(_folder["my bin"]);
        File.CreateSymbolicLink(_folder["my bin/absolute"], _folder["root/databright"]);
        File.CreateSymbolicLink(_folder["my bin/relative"], "absolute");

        Run(_folder["my bin/relative"], ["hello"]).ShouldBe("ran hello");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_at_once_build_once(bool hasFlock)
    {
        if (hasFlock) File.CreateSymbolicLink(_folder["tools/flock"], Which("flock") ?? Skip("flock"));
        var gate = Gate();
        var first = Start(_folder["root/databright"], ["first"], gate);
        await File.ReadAllTextAsync($"{gate}.begun", TestContext.Current.CancellationToken);

        var second = Start(_folder["root/databright"], ["second"], gate);
        (await second.StandardError.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldStartWith("Waiting for another launcher");
        await File.WriteAllTextAsync(gate, "\n", TestContext.Current.CancellationToken);

        (await Task.WhenAll(EndAsync(first), EndAsync(second))).ShouldBe(["ran first", "ran second"]);
        Log.Count(line => line == "build").ShouldBe(1);
    }

    [Fact]
    public async Task The_lock_of_a_killed_launcher_is_taken_over()
    {
        var gate = Gate();
        var first = Start(_folder["root/databright"], ["first"], gate);
        await File.ReadAllTextAsync($"{gate}.begun", TestContext.Current.CancellationToken);
        first.Kill(entireProcessTree: true);
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.ResolveLinkTarget(_folder["root/.state/lock.held"], returnFinalTarget: false)!.Name.ShouldBe($"{first.Id}");

        Run("second").ShouldBe("ran second");

        Log.Count(line => line == "build").ShouldBe(2);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("12;34")]
    public void A_lock_that_no_launcher_made_is_told_and_left(string owner)
    {
        Directory.CreateDirectory(_folder["root/.state"]);
        File.CreateSymbolicLink(_folder["root/.state/lock.held"], owner);

        var refused = Start(_folder["root/databright"], ["first"], null);
        var said = refused.StandardError.ReadToEnd();
        refused.WaitForExit();

        refused.ExitCode.ShouldBe(69);
        said.ShouldContain("lock.held is no lock of a launcher; delete it");
        new FileInfo(_folder["root/.state/lock.held"]).LinkTarget.ShouldBe(owner);
        Log.ShouldBeEmpty();
    }

    [Fact]
    public void A_build_that_fails_gives_the_lock_back()
    {
        Tool("dotnet", "case $1 in --list-sdks) echo '10.0.100 [/sdk]' ;; *) echo 'error: it does not compile'; exit 1 ;; esac");

        var failed = Start(_folder["root/databright"], ["first"], null);
        var said = failed.StandardError.ReadToEnd();
        failed.WaitForExit();

        failed.ExitCode.ShouldBe(69);
        said.ShouldContain("it does not compile");
        Directory.GetFileSystemEntries(_folder["root/.state"], "lock.held*").ShouldBeEmpty();
    }

    [Fact]
    public void A_shell_that_completes_a_word_installs_and_builds_nothing()
    {
        Run("[suggest:3]", "dat").ShouldBe("");
        Log.ShouldBeEmpty();

        Run("once");
        File.AppendAllText(_folder["root/src/DataBright.Cli/Program.cs"], "changed");
        Run("[suggest:3]", "dat").ShouldBe("ran [suggest:3] dat");
        Log.Count(line => line == "build").ShouldBe(1);
    }

    /// <summary>
    /// Words that newer versions of bash understand and 3.2 does not; the script of the tests is started by the launcher.
    /// </summary>
    [Theory]
    [InlineData("databright")]
    [InlineData("build/test.sh")]
    public void Nothing_in_it_needs_a_newer_bash(string script)
    {
        var text =
            string.Join('\n', File.ReadLines(Path.Combine(Repository.Root, script)).Where(line => !line.TrimStart().StartsWith('#')));
        foreach (var word in new[] { ",,}", "^^}", "mapfile", "readarray", "declare -A", "readlink", "local -n", "&>>", "|&", "@Q}" })
            text.ShouldNotContain(word);
        text.Split('\n').Where(line => line.Contains("[@]}\"", StringComparison.Ordinal)
            && !line.Contains("[@]+", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private string Gate()
    {
        var gate = _folder["gate"];
        foreach (var pipe in new[] { gate, $"{gate}.begun" })
            Process.Start("mkfifo", [pipe]).WaitForExit();
        return gate;
    }

    private void Tool(string name, string script)
    {
        File.WriteAllText(_folder[$"tools/{name}"], $"#!{Which("bash")}\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder[$"tools/{name}"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string Run(params string[] words) => Run(_folder["root/databright"], words);

    private string Run(string launcher, string[] words)
    {
        var process = Start(launcher, words, null);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, error.GetAwaiter().GetResult());
        return output.Trim();
    }

    private static async Task<string> EndAsync(Process process)
    {
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, await error);
        return output.Trim();
    }

    private Process Start(string launcher, string[] words, string? gate)
    {
        var start = new ProcessStartInfo(Which("bash")!,
            [launcher, .. words]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        start.Environment["PATH"] = _folder["tools"];
        start.Environment["LOG"] = _folder["log"];
        start.Environment["REAL_NODE"] = Which("node")!;
        if (gate is not null) start.Environment["GATE"] = gate;
        var process = Process.Start(start)!;
        _started.Add(process);
        return process;
    }

    private static string? Which(string tool) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, tool))
            .FirstOrDefault(File.Exists);

    private static string Skip(string tool)
    {
        Assert.Skip($"{tool} is not installed.");
        return tool;
    }
}
