using System.ComponentModel;

namespace DataBright.Cli.Tests.Completion;

public sealed class ShellCompletionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new(), _home = new();

    public static TheoryData<string> Shells => [.. Shell.All.Select(shell => shell.Name)];

    public void Dispose()
    {
        _folder.Dispose();
        _home.Dispose();
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task The_programs_own_words_are_offered(string shell)
    {
        (await Databright.RunAsync(_home.Path, "account", "new", "ada", "--light")).ShouldSucceed();
        Install($"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "databright.dll")}' \"$@\"\n");

        Offers(shell, ["databright"], "da").ShouldBe(["dataset"]);
        Offers(shell, ["databright", "dataset"], "").ShouldBe(["card", "create", "grant", "list", "show"]);
        Offers(shell, ["databright", "proposal", "vote", "3", "--choice"], "").ShouldBe(["No", "Yes"]);
        Offers(shell, ["databright", "proposal", "vote", "3"], "--sign").ShouldBe(["--sign-only", "--signer", "--signer-wait"]);
        Offers(shell, ["databright", "share", "claim", "--key"], "a").ShouldBe(["ada"]);
        Offers(shell, ["databright", "share", "claim", "--relay", "http://127.0.0.1:7007"], "--key-").ShouldBe(["--key-file"]);
        Offers(shell, ["databright", "account", "import", "ada", "\"my \\$(touch evil) wallet's.json\""], "--passphrase-")
            .ShouldBe(["--passphrase-file"]);
        File.Exists(_folder["evil"]).ShouldBeFalse("a file's name is no command");
    }

    /// <summary>What the program prints is text, whatever it looks like; what a line would need quotes for comes in quotes.</summary>
    [Theory]
    [MemberData(nameof(Shells))]
    public void Nothing_of_a_candidate_is_executed(string shell)
    {
        var evil = new[] { "$(touch evil)", "`touch evil`", "a b", "it's", "x;touch evil", "*", "\"q\"" };
        Install($"#!/bin/sh\ncat <<'END'\n{string.Join('\n', evil)}\nEND\n");

        var offered = Offers(shell, ["databright"], "");

        offered.Length.ShouldBe(evil.Length, string.Join(" | ", offered));
        if (shell is "zsh" or "fish")
            offered.ShouldBe([.. evil.Order(StringComparer.Ordinal)], "this shell quotes what it inserts by itself");
        if (shell is "bash")
            offered.ShouldContain("\\$\\(touch\\ evil\\)");
        if (shell is "pwsh")
            offered.ShouldContain("'$(touch evil)'");
        File.Exists(_folder["evil"]).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void A_program_that_fails_or_is_not_there_offers_nothing_and_says_nothing(string shell)
    {
        Install("#!/bin/sh\necho broken >&2\nexit 1\n");
        Offers(shell, ["databright", "dataset", "create", "--images"], "no-such").ShouldBe(shell is "zsh" ? ["files"] : []);
    }

    [Fact]
    public void Files_are_offered_where_the_program_has_nothing_to_offer()
    {
        Install("#!/bin/sh\nexit 0\n");
        File.WriteAllText(_folder["some file.idx"], "");

        Offers("fish", ["databright", "dataset", "create", "--images"], "some").ShouldBe(["some file.idx"]);
        Offers("zsh", ["databright", "dataset", "create", "--images"], "some").ShouldBe(["files"]);
    }

    private void Install(string script)
    {
        File.WriteAllText(_folder["databright"], script);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["databright"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string[] Offers(string shell, IReadOnlyList<string> before, string current)
    {
        try
        {
            // Each shell has an order of its own.
            return [.. Shell.All.Single(one => one.Name == shell).Offers(_folder.Path, _home.Path, before, current)
                .Order(StringComparer.Ordinal)];
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{shell} is not installed.");
            throw;
        }
    }
}
