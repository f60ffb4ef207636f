using DataBright.Compute.Hostile;
using DataBright.Compute.Http;
using DataBright.Compute.Referees;
using DataBright.Node.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DataBright.Node.Tests.Scheduler;

/// <summary>A signed message has a time to arrive in.</summary>
public sealed class ArrivalTests
{
    [Fact]
    public async Task A_message_that_does_not_arrive_is_given_up()
    {
        var stop = TestContext.Current.CancellationToken;
        var clock = new TimerClock();
        var options = new NodeOptions { Roles = NodeRoles.Referee, Home = Path.Combine(Path.GetTempPath(), "databright-late-referee"),
            Chain = new Uri("http://127.0.0.1:1") };
        var referee = FaultySeam<IReferee>.Before(null!, (_, _) => new InvalidOperationException("nothing arrived"));
        await using var node = await NodeHost.StartAsync(options,
            services => services.AddSingleton(referee).AddSingleton<TimeProvider>(clock), stop);
        var begun = clock.GetUtcNow();
        using var half = await HalfRequest.SendAsync(new Uri(node.Address, "referee/judge"), SignedFrame.ContentType, stop);
        var answer = half.AnswerAsync(stop);

        await clock.UntilAsync(() => answer.IsCompleted);

        (await answer).ShouldBe("HTTP/1.1 503 Service Unavailable");
        (clock.GetUtcNow() - begun).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(30));
    }
}
