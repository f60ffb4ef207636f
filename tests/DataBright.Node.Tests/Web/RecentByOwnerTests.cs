using DataBright.Node.Drafts;
using DataBright.Node.Tests.Uploads;

namespace DataBright.Node.Tests.Web;

public sealed class RecentByOwnerTests
{
    private readonly MovableClock _clock = new();
    private readonly RecentByOwner<int, string> _drafts;

    public RecentByOwnerTests() => _drafts = new(_clock);

    [Fact]
    public void Nobody_drives_out_what_another_prepared()
    {
        _drafts.Keep(-1, "first", "ada");
        for (var i = 0; i < 50; i++)
        {
            _clock.Now += TimeSpan.FromSeconds(1);
            _drafts.Keep(i, "one of many", "ben");
        }

        _drafts.Find(-1).ShouldBe("first");
        _drafts.Find(39).ShouldBeNull("only the ten newest of an owner are kept");
        _drafts.Find(40).ShouldBe("one of many");
    }

    [Fact]
    public void A_draft_is_forgotten_after_a_day_long_before_its_files_are()
    {
        _drafts.Keep(1, "draft", "ada");
        _clock.Now += TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1);
        _drafts.Find(1).ShouldBe("draft");
        _clock.Now += TimeSpan.FromSeconds(1);
        _drafts.Find(1).ShouldBeNull();
    }

    [Fact]
    public void What_is_kept_again_counts_once()
    {
        for (var i = 0; i < 20; i++) _drafts.Keep(1, $"{i}", "ada");
        _drafts.Keep(2, "another", "ada");
        _drafts.Find(1).ShouldBe("19");
    }
}
