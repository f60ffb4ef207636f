using System.Net;
using DataBright.Compute.Hostile;
using DataBright.Node.Configuration;
using DataBright.Node.Roles;
using DataBright.Storage;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace DataBright.Node.Tests.Hostile;

/// <summary>What a node needs fails, in whatever way: it says that it is not ready, and goes on.</summary>
public sealed class FaultTests
{
    private static readonly Exception[] All =
    [
        new IOException("the disk is away"), new UnauthorizedAccessException("locked away"), new TimeoutException("came too late"),
        new InvalidOperationException("odd fault"), Made<NullReferenceException>(), new OverflowException("far too much"),
        new KeyNotFoundException("was not there"), new FormatException("it is torn"), new InvalidDataException("it is torn"),
        new ArgumentException("odd fault"), new ObjectDisposedException("a store that went"), Made<OutOfMemoryException>(),
        new HttpRequestException("is unreachable"), new TaskCanceledException("by somebody else"), new NotSupportedException("unheard of"),
        new StoreFullException("here", new IOException("full")), new SqliteException("database is locked", 5),
        new SqliteException("database disk image is malformed", 11), new AggregateException(new IOException("two")),
    ];

    /// <summary>What only the runtime throws.</summary>
    private static T Made<T>() where T : Exception, new() => new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_index_or_a_store_that_throws_anything_is_not_ready_and_is_ready_again_when_it_does_not()
    {
        Exception? next = null;
        var failing = new Failing(() => next);
        using var discussion = await SampleDiscussion.BeginAsync(new MemoryBlobStore());
        var sample = new SampleMarket(null);
        var home = Path.Combine(Path.GetTempPath(), "databright-faulty-node");
        var options = new NodeOptions { Home = home, Chain = new Uri("http://127.0.0.1:1") };
        await using var node = await NodeHost.StartAsync(options, services => sample.AddTo(services, failing)
            .AddSingleton(failing.Decorate<IBlobStore>(new MemoryBlobStore())).AddSingleton(discussion.Now)
            .AddSingleton<TimeProvider>(new FixedClock(SampleMarket.Now)), Stop);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = node.Address };
        var paths = Barrage.RoutesOf(node.Services)
            .Where(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Contains("GET")
            && !route.RoutePattern.RawText!.EndsWith("live", StringComparison.Ordinal)).Select(PathOf).Distinct().ToArray();
        int failed = 0;
        foreach (var fault in All)
        {
            next = fault;
            foreach (var path in paths)
            {
                using var answer = await http.GetAsync(path, Stop);
                if ((int)answer.StatusCode < 500) continue;
                failed++;
                answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, $"{fault.GetType().Name} at {path}");
                answer.Headers.RetryAfter.ShouldNotBeNull();
                var said = await answer.Content.ReadAsStringAsync(Stop);
                said.ShouldContain("Not ready");
                if (NodeStorage.TroubleIn(fault) is null) said.ShouldNotContain(fault.Message, customMessage: "what failed is for the log");
            }
        }

        failed.ShouldBeGreaterThan(All.Length * 30);
        next = null;
        foreach (var path in paths)
        {
            using var answer = await http.GetAsync(path, Stop);
            ((int)answer.StatusCode).ShouldBeLessThan(500, path);
        }
    }

    private sealed class Failing(Func<Exception?> next) : ISampleDecorator
    {
        public T Decorate<T>(T reader) where T : class => FaultySeam<T>.Before(reader, (_, _) => next());
    }

    private static string PathOf(RouteEndpoint route)
    {
        var path = "/" + route.RoutePattern.RawText!.TrimStart('/');
        foreach (var parameter in route.RoutePattern.Parameters)
            foreach (var form in new[] { $"{{{parameter.Name}}}", $"{{**{parameter.Name}}}", $"{{{parameter.Name}?}}" })
                path = path.Replace(form, WordFor(parameter.Name), StringComparison.Ordinal);
        return path;
    }

    private static string WordFor(string parameter) => parameter switch
    {
        "cid" => "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
        "account" => $"{SampleMarket.Account(2)}",
        "documentName" => "v1",
        "label" => "3",
        _ => "1",
    };
}
