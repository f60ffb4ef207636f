using DataBright.Learning.Engine;

namespace DataBright.Learning.Tests.Engine;

public sealed class TeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_piece_is_done_once_in_every_one_of_many_rounds(int threads)
    {
        using var team = new Team(threads);
        var done = new int[97];
        void Count(int piece) => Interlocked.Increment(ref done[piece]);
        for (var round = 1; round <= 3000; round++)
        {
            team.Run(1 + round % 97, Count);
            if (round % 500 == 0) Thread.Yield();
        }

        for (var piece = 0; piece < done.Length; piece++)
            done[piece].ShouldBe(Enumerable.Range(1, 3000).Count(round => piece < 1 + round % 97));
    }

    [Fact]
    public void Threads_that_reach_for_the_same_piece_do_not_both_get_it()
    {
        using var team = new Team(2);
        var done = new int[1_000_000];
        for (var round = 0; round < 10; round++)
        {
            var others = 0;
            team.Run(done.Length, piece =>
            {
                // The first piece waits for a second thread, so that both are awake for the rest.
                if (piece == 0) SpinWait.SpinUntil(() => Volatile.Read(ref others) > 100);
                else if (others <= 100) Interlocked.Increment(ref others);
                Interlocked.Increment(ref done[piece]);
            });
        }

        done.Count(times => times != 10).ShouldBe(0);
    }

    [Fact]
    public void No_round_begins_without_a_thread_that_is_about_to_sleep()
    {
        using var team = new Team(2);
        for (var round = 0; round < 10_000; round++)
        {
            // Each piece waits for the other: a round that one thread missed does not end by itself.
            var arrived = 0;
            var met = true;
            team.Run(2, _ =>
            {
                Interlocked.Increment(ref arrived);
                if (!SpinWait.SpinUntil(() => Volatile.Read(ref arrived) == 2, TimeSpan.FromSeconds(20))) met = false;
            });
            met.ShouldBeTrue($"round {round}");

            // Pauses of every length up to the time after which a thread sleeps.
            Thread.SpinWait(round % 2000 * 8);
        }
    }

    [Fact]
    public void A_piece_that_throws_is_reported_and_the_team_goes_on()
    {
        using var team = new Team(3);
        Should.Throw<InvalidOperationException>(() => team.Run(50,
            piece => { if (piece == 31) throw new ArithmeticException("31"); })).InnerException.ShouldBeOfType<ArithmeticException>();
        var sum = 0;
        team.Run(10, piece => Interlocked.Add(ref sum, piece));
        sum.ShouldBe(45);
    }

    [Fact]
    public void A_team_that_has_ended_refuses_work()
    {
        var team = new Team(2);
        team.Run(4, _ => { });
        team.Dispose();
        team.Dispose();
        Should.Throw<ObjectDisposedException>(() => team.Run(4, _ => { }));
    }
}
