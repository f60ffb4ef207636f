using DataBright.Ethereum;
using DataBright.Services.Relays;

namespace DataBright.Services.Tests.Relays;

/// <summary>What a relayer may rely on, whatever remembers for it.</summary>
public abstract class RelayBookTests : IDisposable
{
    private static readonly Address Anna = Address.Parse("0x000000000000000000000000000000000000a11a");
    private static readonly Address Ben = Address.Parse("0x0000000000000000000000000000000000000be2");
    private static readonly Hash32 Transaction = Keccak.Hash("carried"u8);
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What was remembered, as another process would find it.</summary>
    private protected abstract IRelayBook Open();

    public virtual void Dispose() => GC.SuppressFinalize(this);

    [Fact]
    public void An_errand_is_found_by_its_name_before_and_after_it_is_in_a_block()
    {
        long number;
        using (var book = Open())
        {
            number = book.Begin("ballot 1", Anna, 7, Noon);
            book.Last("ballot 1").ShouldBe(new RelayRecord(number, "ballot 1", 7, null));
            book.Last("ballot").ShouldBeNull("a name is known by all of it");
        }
        using (var book = Open()) book.End(number, Transaction);
        using var again = Open();
        again.Last("ballot 1").ShouldBe(new RelayRecord(number, "ballot 1", 7, Transaction));
    }

    [Fact]
    public void The_newest_of_a_name_counts()
    {
        using var book = Open();
        book.End(book.Begin("claim 1", Anna, 7, Noon), Transaction);
        var newest = book.Begin("claim 1", Anna, 5, Noon - TimeSpan.FromHours(1));
        book.Last("claim 1").ShouldBe(new RelayRecord(newest, "claim 1", 5, null));
    }

    [Fact]
    public void Errands_count_for_all_and_for_their_kind_and_account_from_the_moment_after_a_time()
    {
        using (var book = Open())
        {
            book.Begin("ballot 1", Anna, 1, Noon);
            book.Begin("ballot 2", Anna, 1, Noon + TimeSpan.FromSeconds(1));
            book.Begin("claim 1", Anna, 1, Noon + TimeSpan.FromSeconds(1));
            book.Begin("ballot 3", Ben, 1, Noon + TimeSpan.FromSeconds(1));
        }
        using var again = Open();
        again.Count("ballot", Anna, Noon - TimeSpan.FromSeconds(1)).ShouldBe((4, 2));
        again.Count("ballot", Anna, Noon).ShouldBe((3, 1));
        again.Count("claim", Ben, Noon).ShouldBe((3, 0));
        again.Count("ball", Anna, Noon).ShouldBe((3, 0), "a kind is a whole word");
        again.Count("ballot", Anna, Noon + TimeSpan.FromSeconds(1)).ShouldBe((0, 0));
    }

    [Fact]
    public void What_was_dropped_is_gone_and_its_number_is_not_given_again()
    {
        long dropped;
        using (var book = Open())
        {
            dropped = book.Begin("ballot 1", Anna, 1, Noon);
            book.Drop(dropped);
            book.Last("ballot 1").ShouldBeNull();
            book.Count("ballot", Anna, Noon - TimeSpan.FromDays(1)).ShouldBe((0, 0));
        }
        using var again = Open();
        again.Begin("ballot 1", Anna, 1, Noon).ShouldBeGreaterThan(dropped);
    }

    [Fact]
    public void Many_at_once_have_a_number_each()
    {
        using var book = Open();
        var numbers = new long[64];
        Parallel.For(0, numbers.Length, i => numbers[i] = book.Begin($"ballot {i}", Anna, 1, Noon));
        numbers.Distinct().Count().ShouldBe(numbers.Length);
        book.Count("ballot", Anna, Noon - TimeSpan.FromDays(1)).ShouldBe((64, 64));
        book.Trouble.ShouldBeNull();
    }
}
