namespace DataBright.Storage.Tests;

/// <summary>Files that are kept for a time: they go when it is over, unless somebody else stored them too.</summary>
public abstract partial class BlobStoreTests
{
    private static readonly DateTimeOffset End = new(2026, 3, 8, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(100)]
    [InlineData(3 * Chunk + 5)]
    public async Task A_file_goes_when_its_time_is_over_and_not_before(int length)
    {
        var cid = await Store.PutAsync(TestFiles.Stream(length), Retention.Until(End), Stop);
        (await Store.ReadAsync(cid, length, Stop)).ShouldBe(TestFiles.Content(length));
        (await Store.ExpiredAsync(End - TimeSpan.FromSeconds(1), Stop)).ShouldBeEmpty();
        (await Store.RemoveExpiredAsync(cid, End - TimeSpan.FromSeconds(1), Stop)).ShouldBeFalse();
        (await Store.HasAsync(cid, Stop)).ShouldBeTrue();

        (await Store.ExpiredAsync(End, Stop)).ShouldBe([cid]);
        (await Store.RemoveExpiredAsync(cid, End, Stop)).ShouldBeTrue();
        (await Store.HasAsync(cid, Stop)).ShouldBeFalse();
        await Should.ThrowAsync<BlobMissingException>(() => Store.OpenAsync(cid, Stop));
        (await Store.ExpiredAsync(End, Stop)).ShouldBeEmpty();
        (await Store.RemoveExpiredAsync(cid, End, Stop)).ShouldBeFalse("it is gone already");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3 * Chunk + 5)]
    public async Task An_adopted_file_is_gone_from_its_place_and_kept_for_as_long_as_was_said(int length)
    {
        var path = Lay(length);
        await Store.AdoptAsync(path, Tallied(length), Retention.Until(End), Stop);
        File.Exists(path).ShouldBeFalse();
        (await Store.ReadAsync(Tallied(length).Cid, length, Stop)).ShouldBe(TestFiles.Content(length));
        (await Store.ExpiredAsync(End, Stop)).ShouldBe([Tallied(length).Cid]);
    }

    [Fact]
    public async Task A_file_that_is_not_what_it_was_found_to_be_is_not_adopted()
    {
        var path = Lay(100);
        await Should.ThrowAsync<BlobDamagedException>(() => Store.AdoptAsync(path, Tallied(99), Retention.ForGood, Stop));
        File.Exists(path).ShouldBeTrue();
        (await Store.HasAsync(Tallied(99).Cid, Stop)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("put before")]
    [InlineData("put afterwards")]
    [InlineData("adopted afterwards")]
    [InlineData("kept")]
    public async Task A_file_that_anybody_else_stored_for_good_stays(string how)
    {
        if (how == "put before") await Store.PutAsync(TestFiles.Stream(100), Retention.ForGood, Stop);
        var cid = await Store.PutAsync(TestFiles.Stream(100), Retention.Until(End), Stop);
        if (how == "put afterwards") (await Store.PutAsync(TestFiles.Stream(100), Retention.ForGood, Stop)).ShouldBe(cid);
        if (how == "adopted afterwards") await Store.AdoptAsync(Lay(100), Tallied(100), Retention.ForGood, Stop);
        if (how == "kept") await Store.KeepAsync(cid, Stop);

        (await Store.ExpiredAsync(DateTimeOffset.MaxValue, Stop)).ShouldBeEmpty();
        (await Store.RemoveExpiredAsync(cid, DateTimeOffset.MaxValue, Stop)).ShouldBeFalse();
        (await Store.ReadAsync(cid, 100, Stop)).ShouldBe(TestFiles.Content(100));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_file_that_is_stored_again_is_kept_for_the_longer_of_both_times(int days)
    {
        var cid = await Store.PutAsync(TestFiles.Stream(100), Retention.Until(End), Stop);
        await Store.PutAsync(TestFiles.Stream(100), Retention.Until(End + TimeSpan.FromDays(days)), Stop);

        var later = End + TimeSpan.FromDays(Math.Max(days, 0));
        (await Store.ExpiredAsync(later - TimeSpan.FromSeconds(1), Stop)).ShouldBeEmpty();
        (await Store.RemoveExpiredAsync(cid, later - TimeSpan.FromSeconds(1), Stop)).ShouldBeFalse();
        (await Store.RemoveExpiredAsync(cid, later, Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_file_that_was_removed_can_be_stored_again_for_good()
    {
        var cid = await Store.PutAsync(TestFiles.Stream(100), Retention.Until(End), Stop);
        (await Store.RemoveExpiredAsync(cid, End, Stop)).ShouldBeTrue();
        await Store.PutAsync(TestFiles.Stream(100), Retention.ForGood, Stop);
        (await Store.ExpiredAsync(DateTimeOffset.MaxValue, Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_stores_a_file_for_good_finds_it_however_busy_others_are_with_removing_it()
    {
        for (int length = 1; length <= 100; length++)
        {
            var content = TestFiles.Content(length);
            var cid = await Store.PutAsync(content, Retention.Until(End), Stop);
            var removed = Task.Run(() => Store.RemoveExpiredAsync(cid, End, Stop), Stop);
            var stored = Task.Run(() => Store.PutAsync(content, Retention.ForGood, Stop), Stop);
            await Task.WhenAll(removed, stored);
            (await Store.ReadAsync(cid, length, Stop)).ShouldBe(content);
            (await Store.ExpiredAsync(DateTimeOffset.MaxValue, Stop)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task What_is_stored_is_measured_and_its_growth_known_without_measuring()
    {
        (Store.Growth, Store.Measure()).ShouldBe((0, 0));
        await Store.PutAsync(TestFiles.Stream(100), Stop);
        await Store.PutAsync(TestFiles.Stream(100), Stop);
        await Store.PutAsync(TestFiles.Stream(2 * Chunk), Stop);
        (Store.Growth, Store.Measure()).ShouldBe((100 + 2 * Chunk, 100 + 2 * Chunk), "the same bytes twice are stored once");
        var temporary = await Store.PutAsync(TestFiles.Stream(70), Retention.Until(End), Stop);
        (Store.Growth, Store.Measure()).ShouldBe((170 + 2 * Chunk, 170 + 2 * Chunk), "only content counts");

        (await Store.RemoveExpiredAsync(temporary, End, Stop)).ShouldBeTrue();
        (Store.Growth, Store.Measure()).ShouldBe((100 + 2 * Chunk, 100 + 2 * Chunk));
    }

    private string Lay(int length)
    {
        var path = _arrived["arrived"];
        File.WriteAllBytes(path, TestFiles.Content(length));
        return path;
    }

    private static FileTallied Tallied(int length)
    {
        using var tally = new FileTally();
        tally.Append(TestFiles.Content(length));
        return tally.Total();
    }
}
