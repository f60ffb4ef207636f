using System.Net;
using System.Net.Http.Headers;
using DataBright.Compute.Http;
using DataBright.Compute.Protocol;
using DataBright.Compute.Referees;
using DataBright.Ethereum;
using DataBright.Node.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DataBright.Node.Tests.Scheduler;

/// <summary>Anybody may send a dossier; what that costs has a measure.</summary>
public sealed class RefereeLimitTests : IAsyncLifetime
{
    private const int MaxAtOnce = 16;

    private readonly Slow _referee = new();
    private NodeHost _node = null!;
    private HttpClient _http = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var options = new NodeOptions { Roles = NodeRoles.Referee, Home = Path.Combine(Path.GetTempPath(), "databright-slow-referee"),
            Chain = new Uri("http://127.0.0.1:1") };
        _node = await NodeHost.StartAsync(options, services => services.AddSingleton<IReferee>(_referee), Stop);
        _http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = _node.Address };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task So_many_dossiers_are_looked_at_at_a_time_and_one_more_is_told_to_come_again()
    {
        var asked = Enumerable.Range(0, MaxAtOnce).Select(_ => JudgeAsync()).ToArray();
        for (int i = 0; i < MaxAtOnce; i++) await _referee.Begun.WaitAsync(Stop);
        using (var refused = await JudgeAsync())
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            RefusalProblem.Find(refused.Content.Headers.ContentType!.ToString(), await refused.Content.ReadAsByteArrayAsync(Stop))!.Refusal
                .ShouldBe(Refusal.Unavailable);
        }

        _referee.Go.SetResult();
        foreach (var answer in await Task.WhenAll(asked)) answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var later = await JudgeAsync();
        later.StatusCode.ShouldBe(HttpStatusCode.OK, "the seats are free again");
    }

    [Fact]
    public async Task Dossiers_that_are_slow_to_arrive_take_no_seat()
    {
        using var leave = new CancellationTokenSource();
        var slow = Enumerable.Range(0, MaxAtOnce + 4).Select(_ => new Slowly()).ToArray();
        var arriving = slow.Select(content => _http.PostAsync("/referee/judge", content, leave.Token)).ToArray();
        try
        {
            foreach (var content in slow) await content.Begun.Task.WaitAsync(Stop);
            _referee.Go.SetResult();

            // What was sent is with the node by the time that later requests were answered.
            for (int i = 0; i < MaxAtOnce; i++)
                using (var answer = await JudgeAsync())
                    answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        finally
        {
            // A node waits for its requests when it ends.
            await leave.CancelAsync();
        }

        foreach (var one in arriving) await Should.ThrowAsync<OperationCanceledException>(() => one);
    }

    private sealed class Slowly : HttpContent
    {
        public Slowly() => Headers.ContentType = new MediaTypeHeaderValue(SignedFrame.ContentType);

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(new byte[10], cancellationToken);
            await stream.FlushAsync(cancellationToken);
            Begun.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private async Task<HttpResponseMessage> JudgeAsync()
    {
        using var key = EthereumKey.Generate();
        using var frame = new MemoryStream();
        await SignedFrame.WriteAsync(frame, SignedMessage.Sign(MessageKind.Dossier, "{}"u8.ToArray(), new JobDomain(1, key.Address), key),
            Attachment.None, Stop);
        using var content = new ByteArrayContent(frame.ToArray());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("Application/Vnd.DataBright.Signed; charset=utf-8");
        return await _http.PostAsync("/referee/judge", content, Stop);
    }

    private sealed class Slow : IReferee
    {
        public SemaphoreSlim Begun { get; } = new(0);

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Address> AddressAsync(CancellationToken stop) => Task.FromResult(Address.Zero);

        public async Task<Ruling> JudgeAsync(SignedMessage dossier, CancellationToken stop)
        {
            Begun.Release();
            await Go.Task.WaitAsync(stop);
            return new Ruling(Hash32.Zero, []);
        }
    }
}
