namespace DataBright.EndToEnd;

/// <summary>kill -9 of the demo, and Ctrl-C.</summary>
public sealed class DemoKillTests
{
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

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(50, TestContext.Current.CancellationToken);
    }
}
