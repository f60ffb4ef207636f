
namespace DataBright.EndToEnd;

/// <summary>kill -9 of the parts in the middle of the story.</summary>
public sealed class DemoKillTests
{
    [Fact]
    public async Task Killing_workers_and_the_scheduler_changes_neither_the_checkpoint_nor_the_sum_of_the_balances()
    {
        using var folder = new TemporaryFolder();
        var home = folder["home"];
        await using var demo = Databright.Start(home: null, "demo", "--home", home, "--json");
        await UntilAsync(() => Leftovers.Ids(home, "worker start").Count == 6);

        foreach (var word in new[] { "worker-2.development-key", "web,scheduler", "worker-5.development-key", "--roles referee" })
        {
            await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
            foreach (var id in Leftovers.Ids(home, word))
                Kill(id);
        }

        var finished = await demo.EndAsync();

        finished.ExitCode.ShouldBe(0, $"{finished.Output}\n{finished.Error}");
        finished.Json.GetProperty("checkpoint").GetString().ShouldBe(DemoTests.Told.Checkpoint);
        finished.Json.GetProperty("conserved").GetBoolean().ShouldBeTrue();
        finished.Json.GetProperty("convicted").EnumerateArray().Select(name => name.GetString()).ShouldBe(["Worker 4"]);
        (await Leftovers.OfAsync(home)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Killing_the_demo_itself_leaves_no_process_and_a_folder_that_works_again()
    {
        using var folder = new TemporaryFolder();
        var home = folder["home"];
        await using (var demo = Databright.Start(home: null, "demo", "--home", home))
        {
            await UntilAsync(() => Leftovers.Ids(home, "worker start").Count == 6);
            demo.Kill();
        }

        (await Leftovers.OfAsync(home)).ShouldBeEmpty();
        await using var again = Databright.Start(home: null, "demo", "--home", home);
        await UntilAsync(() => Leftovers.Ids(home, "worker start").Count == 6);
        again.Interrupt();
        (await again.EndAsync()).ShouldFailClearly(130, "Interrupted");
        (await Leftovers.OfAsync(home)).ShouldBeEmpty();
    }

    private static void Kill(int id)
    {
        using var process = System.Diagnostics.Process.GetProcessById(id);
        process.Kill();
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(50, TestContext.Current.CancellationToken);
    }
}
