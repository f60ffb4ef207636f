using System.Globalization;
using System.Text;

namespace DataBright.EndToEnd;

/// <summary>From the pages alone, with real workers: found, train, register, offer, measure, post.</summary>
public sealed class PagesAloneTests : IAsyncLifetime
{
    private readonly OwnMarket _market = new() { Workers = 3 };
    private PageForms _buyer = null!;
    private PageForms _stranger = null!;

    public async ValueTask InitializeAsync()
    {
        await _market.InitializeAsync();
        (_buyer, _stranger) = (new PageForms(_market.Address), new PageForms(_market.Address));
        foreach (var (forms, name) in ((PageForms, string)[])[(_buyer, "buyer"), (_stranger, "stranger")])
        {
            _market.Unlockable(name);
            await forms.UnlockAsync(name);
        }
    }

    public ValueTask DisposeAsync()
    {
        _buyer?.Dispose();
        _stranger?.Dispose();
        return _market.DisposeAsync();
    }

    [Fact]
    public async Task What_workers_make_is_registered_and_what_is_offered_is_measured()
    {
        var draft = await _buyer.PrepareAsync("/datasets/new", ("name", "Leaves"), ("symbol", "LEAF"), ("description", "Licence: CC0."),
            ("file", Leaves(100, 11)), ("held-out", "20"), ("voting-period", "1h"), ("quorum", "20"), ("bond", "10"),
            ("training-price", "5"));
        (await _buyer.ActAsync(draft, "create-dataset")).ShouldContain("The dataset Leaves is created, with 80 points");

        draft = await _buyer.PrepareAsync("/datasets/1/train", ("architecture", "softmax-regression"), ("epochs", "3"), ("price", "3"),
            ("redundancy", "1"), ("within-hours", "1"));
        (await _buyer.ActAsync(draft, "order-training")).ShouldContain("are in escrow");
        await SettledAsync(1);

        // The local accounts of a machine prepare for each other; whoever signs is asked who it is.
        draft = await _stranger.PrepareAsync("/jobs/1/register", ("price", "0.001"), ("royalty", "0"), ("card", ""));
        (await _stranger.ActAsync(draft, "register-model")).ShouldContain("who alone can register what it made");
        draft = await _buyer.PrepareAsync("/jobs/1/register", ("price", "0.001"), ("royalty", "0"), ("card", ""));
        (await _buyer.ReadAsync(draft)).ShouldContain("measured by the job");
        await _buyer.ActAsync(draft, "register-model");
        (await _buyer.ReadAsync("/models/1")).ShouldContain("/jobs/1");

        draft = await _stranger.PrepareAsync("/datasets/1/offer", ("file", Leaves(40, 500)));
        (await _stranger.ActAsync(draft, "propose", ("anyway", "yes"))).ShouldContain("You offered 40 points");
        draft = await _stranger.PrepareAsync("/proposals/1/evaluate", ("price", "3"));
        (await _stranger.ActAsync(draft, "order-evaluation")).ShouldContain("are in escrow");
        await SettledAsync(2);
        (await _stranger.ReadAsync("/proposals/1")).ShouldContain("Job 2</a> has measured it.");
        var page = await _stranger.ActAsync("/proposals/1", "post-evaluation");
        page.ShouldContain("One measurement was posted.");
        page.ShouldNotContain("Have it measured", customMessage: "the same buyer would be led to the same job");
        (await _buyer.ReadAsync("/proposals/1")).ShouldContain("Have it measured once more");
        page.ShouldNotContain("has measured it.");
    }

    private async Task SettledAsync(int job) =>
        (await _market.CallAsync("job", "watch", $"{job}", "--json")).Json.GetProperty("state").GetString().ShouldBe("settled");

    /// <summary>Leaves of two trees, which differ in shape.</summary>
    private static string Leaves(int rows, int seed)
    {
        var (random, text) = (new Random(seed), new StringBuilder("length,width,kind\n"));
        for (var i = 0; i < rows; i++)
        {
            var (isAsh, length) = (i % 2 == 0, 5 + 5 * random.NextDouble());
            text.Append(CultureInfo.InvariantCulture,
                $"{length:0.0000},{(isAsh ? 1 : 4) + random.NextDouble():0.0000},{(isAsh ? "ash" : "oak")}\n");
        }

        return text.ToString();
    }
}
