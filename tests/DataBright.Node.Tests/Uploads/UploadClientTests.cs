using System.Net;
using DataBright.Ethereum;
using DataBright.Node.Configuration;
using DataBright.Services.Uploads;
using DataBright.Storage;

namespace DataBright.Node.Tests.Uploads;

/// <summary>Our own client against a real node over a line that fails.</summary>
public sealed class UploadClientTests : IAsyncLifetime
{
    private const int Length = 1_000_003;

    private readonly byte[] _content = UploadNode.Content(Length);
    private readonly string _begun = Path.Combine(Path.GetTempPath(),
        $"databright-begun-{Environment.ProcessId}-{TestContext.Current.Test?.UniqueID}.json");
    private UploadNode _node = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Cid Cid => FileDag.RootOf(_content);

    public async ValueTask InitializeAsync() => _node = await UploadNode.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        File.Delete(_begun);
    }

    [Fact]
    public async Task A_file_arrives_although_every_request_fails_once_in_one_way_or_another()
    {
        var line = new FailingLine(call => (call % 5) switch { 1 => Fault.BeforeSending, 2 => Fault.AnswerLost, _ => Fault.None });
        var seen = new List<UploadProgress>();
        await Client(line).SendAsync(new MemoryStream(_content), Cid, new Sink(seen), Stop);
        (await _node.Http.GetByteArrayAsync($"/ipfs/{Cid}", Stop)).ShouldBe(_content);
        line.Faults.ShouldBeGreaterThan(5);
        seen.Select(one => one.Sent).ShouldBe(seen.Select(one => one.Sent).Order(), "a lost answer is not lost progress");
        seen[^1].ShouldBe(new UploadProgress(Length, Length));
    }

    [Fact]
    public async Task A_program_that_was_ended_goes_on_where_it_was()
    {
        using var cut = new CancellationTokenSource();
        var first = new FailingLine(_ => Fault.None);
        await Should.ThrowAsync<OperationCanceledException>(
            () => Client(first).SendAsync(new MemoryStream(_content), Cid, new Sink(progress =>
        {
            if (progress.Sent >= 300_000) cut.Cancel();
        }), cut.Token));

        await _node.StartAgainAsync(); // the node, too; on another port, as if it had been reached by another name
        var second = new FailingLine(_ => Fault.None);
        var seen = new List<UploadProgress>();
        Move(_node.Address);
        await Client(second).SendAsync(new MemoryStream(_content), Cid, new Sink(seen), Stop);
        seen[0].Sent.ShouldBe(300_000);
        second.Pieces.ShouldBe(8, "700,003 bytes are left");
        File.ReadAllText(_begun).ShouldNotContain("uploads", Case.Sensitive, "what has ended is forgotten");

        void Move(Uri to) =>
            File.WriteAllText(_begun, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(_begun), "http://127.0.0.1:[0-9]+",
                to.GetLeftPart(UriPartial.Authority)));
    }

    [Fact]
    public async Task A_file_that_the_node_has_is_not_sent()
    {
        await _node.Blobs.PutAsync(_content, Stop);
        var line = new FailingLine(_ => Fault.None);
        await Client(line).SendAsync(new MemoryStream(_content), Cid, null, Stop);
        line.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task An_upload_that_the_node_forgot_begins_again()
    {
        new UploadsBegun(_begun).Remember(_node.Address, Cid, new Uri(_node.Address, $"api/v1/uploads/{new string('0', 32)}"));
        await Client(new FailingLine(_ => Fault.None)).SendAsync(new MemoryStream(_content), Cid, null, Stop);
        (await _node.Blobs.HasAsync(Cid, Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_node_that_cannot_be_reached_is_given_up_in_the_end_and_said_so()
    {
        var line = new FailingLine(_ => Fault.BeforeSending);
        var failed = await Should.ThrowAsync<UploadFailedException>(
            () => Client(line, new ImpatientClock()).SendAsync(new MemoryStream(_content), Cid, null, Stop));
        failed.Message.ShouldContain("7 times in a row");
        line.Calls.ShouldBe(7);
    }

    [Fact]
    public async Task What_a_node_refuses_for_good_is_not_tried_again()
    {
        _node.Terms = _node.Terms with { MaxBytes = 1_000 };
        await _node.StartAgainAsync();
        var line = new FailingLine(_ => Fault.None);
        var failed =
            await Should.ThrowAsync<UploadFailedException>(() => Client(line).SendAsync(new MemoryStream(_content), Cid, null, Stop));
        failed.Message.ShouldContain("1000 bytes here");
        line.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task A_wrong_file_is_noticed_by_the_node()
    {
        var failed = await Should.ThrowAsync<UploadFailedException>(
            () => Client(new FailingLine(_ => Fault.None)).SendAsync(new MemoryStream(_content), FileDag.RootOf("else"u8), null, Stop));
        failed.Message.ShouldContain(Cid.ToString());
    }

    [Theory]
    [InlineData("http://elsewhere.example/api/v1/uploads/x")]
    [InlineData("//elsewhere.example/x")]
    public async Task A_node_cannot_send_a_client_elsewhere(string location)
    {
        var line = new FailingLine(_ => Fault.None) { Answer = request => request.Method == HttpMethod.Post ? Created(location) : null };
        var failed =
            await Should.ThrowAsync<UploadFailedException>(() => Client(line).SendAsync(new MemoryStream(_content), Cid, null, Stop));
        failed.Message.ShouldContain("another host");

        static HttpResponseMessage Created(string location)
        {
            var answer = new HttpResponseMessage(HttpStatusCode.Created);
            answer.Headers.Location = new Uri(location, UriKind.RelativeOrAbsolute);
            return answer;
        }
    }

    [Fact]
    public async Task A_signed_upload_is_taken_by_a_node_that_asks_for_signatures()
    {
        using var key = EthereumKey.Generate();
        _node.Rich.Add(key.Address);
        _node.Terms = new UploadTerms { DiskFloor = 0 };
        await _node.StartAgainAsync();
        var signer = new UploadSigner(new UploadStatements(UploadNode.Market), key, _node.Clock);
        await Client(new FailingLine(call => call == 3 ? Fault.AnswerLost : Fault.None), signer: signer)
            .SendAsync(new MemoryStream(_content), Cid, null, Stop);
        (await _node.Blobs.HasAsync(Cid, Stop)).ShouldBeTrue();
        (await Should.ThrowAsync<UploadFailedException>(() => Client(new FailingLine(_ => Fault.None))
            .SendAsync(new MemoryStream([1]), FileDag.RootOf([1]), null, Stop))).Message.ShouldContain("Sign the request");
    }

    private UploadClient Client(FailingLine line, TimeProvider? clock = null, UploadSigner? signer = null) =>
        new(new HttpClient(line) { BaseAddress = _node.Address }, signer, new UploadsBegun(_begun),
            clock ?? new ImpatientClock()) { PieceBytes = 100_000 };

    private enum Fault
    {
        None,
        BeforeSending,
        AnswerLost,
    }

    private sealed class FailingLine(Func<int, Fault> plan) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        public Func<HttpRequestMessage, HttpResponseMessage?> Answer { get; init; } = _ => null;

        public int Calls { get; private set; }

        public int Pieces { get; private set; }

        public int Faults { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Patch) Pieces++;
            var fault = plan(Calls++);
            if (fault != Fault.None) Faults++;
            if (fault == Fault.BeforeSending) throw new HttpRequestException("the line is cut");
            var answer = Answer(request) ?? await base.SendAsync(request, cancellationToken);
            if (fault == Fault.AnswerLost) throw new HttpRequestException("the answer is lost");
            return answer;
        }
    }

    /// <summary>Waits for nothing.</summary>
    private sealed class ImpatientClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
    }

    private sealed class Sink(Action<UploadProgress> take) : IProgress<UploadProgress>
    {
        public Sink(List<UploadProgress> list) : this(list.Add)
        {
        }

        public void Report(UploadProgress value) => take(value);
    }
}
