using DataBright.Terminal.Home;

namespace DataBright.Terminal.Tests.Home;

public sealed class FolderLockTests
{
    [Fact]
    public void A_second_holder_is_kept_out_and_told_who_holds_it()
    {
        using var folder = new TemporaryFolder();
        var home = new HomeFolder(folder.Path);
        using (home.Hold())
        {
            var refused = Should.Throw<Failure>(() => home.Hold());
            refused.ExitCode.ShouldBe(ExitCode.HomeUnusable);
            refused.Message.ShouldContain($"process {Environment.ProcessId}");
        }

        home.Hold().Dispose();
    }

    [Fact]
    public void The_index_and_the_scheduler_are_held_by_themselves()
    {
        using var folder = new TemporaryFolder();
        var home = new HomeFolder(folder.Path);
        using var whole = home.Hold();
        using var index = home.HoldIndex();
        using var scheduler = home.HoldScheduler();

        home.TryHoldIndex().ShouldBeNull();
        Should.Throw<Failure>(home.HoldScheduler);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_said_to_be_so()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");

        var refused = Should.Throw<Failure>(() => new HomeFolder(folder["file/home"]).Hold());

        refused.ExitCode.ShouldBe(ExitCode.HomeUnusable);
        refused.Message.ShouldContain("--home");
    }

    [Fact]
    public void A_nodes_word_counts_while_its_process_lives()
    {
        using var folder = new TemporaryFolder();
        var home = new HomeFolder(folder.Path);
        using (RunningNode.Announce(home, new Uri("http://127.0.0.1:7007"), new Uri("http://127.0.0.1:8545"), null))
        {
            RunningNode.Find(home)!.Rpc.Port.ShouldBe(8545);

            // The same number, but a process that began at another time: the node was killed and its number given away.
            File.WriteAllText(home.Node, File.ReadAllText(home.Node)
                .Replace("\"started\": \"20", "\"started\": \"19", StringComparison.Ordinal));
            RunningNode.Find(home).ShouldBeNull();
        }

        File.Exists(home.Node).ShouldBeFalse();
        RunningNode.Find(home).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("<html>")]
    public void A_damaged_word_is_no_word(string text)
    {
        using var folder = new TemporaryFolder();
        var home = new HomeFolder(folder.Path);
        File.WriteAllText(home.Node, text);

        RunningNode.Find(home).ShouldBeNull();
    }
}
