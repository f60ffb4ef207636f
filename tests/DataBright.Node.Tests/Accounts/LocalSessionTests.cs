using DataBright.Ethereum;
using DataBright.Node.Accounts;
using DataBright.Node.Web;

namespace DataBright.Node.Tests.Accounts;

/// <summary>Keys of the data folder in memory: for how long, for whom, and what is left of them.</summary>
public sealed class LocalSessionTests : IAsyncLifetime
{
    private const string Password = "correct horse";

    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("databright-keys");
    private readonly MovedClock _clock = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private Address _ada;
    private LocalSessions _sessions = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        using var key = EthereumKey.Generate();
        _ada = key.Address;
        Keystore.Save(Path.Combine(_keys.FullName, "ada.json"), key, Password, KeystoreCost.Light);
        _sessions = new LocalSessions(new LocalAccounts(_keys.FullName),
            new EthereumClient(new JsonRpcClient(_http, new Uri("http://127.0.0.1:1"))), _clock);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _sessions.DisposeAsync();
        _http.Dispose();
        _keys.Delete(recursive: true);
    }

    [Fact]
    public async Task A_session_lasts_while_it_is_used_and_ends_when_it_is_not()
    {
        var session = await _sessions.UnlockAsync("ada", Password, Stop);
        session.Account.Address.ShouldBe(_ada);
        for (int page = 0; page < 4; page++)
        {
            _clock.Now += LocalSessions.Idle - TimeSpan.FromSeconds(1);
            _sessions.Find(session.Token).ShouldBe(session);
        }
        _clock.Now += LocalSessions.Idle + TimeSpan.FromSeconds(1);
        _sessions.Find(session.Token).ShouldBeNull();
        await session.EndAsync();
        Should.Throw<ObjectDisposedException>(() => session.Key.Sign(Keccak.Hash("anything"u8)));
    }

    [Fact]
    public async Task Whoever_was_away_the_longest_makes_room_for_one_more()
    {
        var sessions = new List<LocalSession>();
        for (int i = 0; i < LocalSessions.MaxSessions; i++)
        {
            _clock.Now += TimeSpan.FromSeconds(1);
            sessions.Add(await _sessions.UnlockAsync("ada", Password, Stop));
        }
        _clock.Now += TimeSpan.FromSeconds(1);
        _sessions.Find(sessions[0].Token).ShouldBe(sessions[0], "the first is back");

        var another = await _sessions.UnlockAsync("ada", Password, Stop);
        _sessions.Find(sessions[1].Token).ShouldBeNull();
        foreach (var session in sessions.Skip(2).Append(sessions[0]).Append(another)) _sessions.Find(session.Token).ShouldBe(session);
        Should.Throw<ObjectDisposedException>(() => sessions[1].Key.Sign(Keccak.Hash("anything"u8)));
    }

    [Fact]
    public async Task Signing_out_waits_for_what_is_on_its_way_and_then_wipes_the_key()
    {
        var session = await _sessions.UnlockAsync("ada", Password, Stop);
        var sending = new TaskCompletionSource<Outcome>();
        var deed = session.DoOnceAsync("1", () => sending.Task);
        var leaving = _sessions.EndAsync(session.Token);

        leaving.IsCompleted.ShouldBeFalse();
        session.Key.Sign(Keccak.Hash("the transaction on its way"u8));
        sending.SetResult(new Outcome(true, "done", null));
        await leaving;
        (await deed).Says.ShouldBe("done");
        Should.Throw<ObjectDisposedException>(() => session.Key.Sign(Keccak.Hash("anything"u8)));
        (await session.DoOnceAsync("2", () => throw new InvalidOperationException("Nothing is begun any more."))).Good.ShouldBeFalse();
    }

    [Fact]
    public async Task What_was_begun_under_a_number_is_not_begun_again()
    {
        var session = await _sessions.UnlockAsync("ada", Password, Stop);
        int times = 0;
        Task<Outcome> Act() => Task.FromResult(new Outcome(true, $"time {++times}", null));
        (await session.DoOnceAsync("1", Act)).ShouldBe(await session.DoOnceAsync("1", Act));
        (await session.DoOnceAsync("2", Act)).Says.ShouldBe("time 2");
        session.OutcomeOf("1")!.Says.ShouldBe("time 1");
        session.OutcomeOf("3").ShouldBeNull();
    }

    [Fact]
    public async Task After_five_wrong_passwords_even_the_right_one_waits_a_minute()
    {
        for (int attempt = 0; attempt < 5; attempt++)
            (await Should.ThrowAsync<UnlockRefusedException>(() => _sessions.UnlockAsync("ada", "wrong", Stop))).Message
                .ShouldContain("does not open");
        (await Should.ThrowAsync<UnlockRefusedException>(() => _sessions.UnlockAsync("ada", Password, Stop))).Message
            .ShouldContain("Wait a minute");
        _clock.Now += TimeSpan.FromSeconds(61);
        (await _sessions.UnlockAsync("ada", Password, Stop)).Account.Name.ShouldBe("ada");
    }

    [Theory]
    [InlineData("../ada")]
    [InlineData("ada.json")]
    [InlineData("Ada")]
    [InlineData("/etc/passwd")]
    public void A_name_is_never_a_path(string name) => new LocalAccounts(_keys.FullName).Find(name).ShouldBeNull();

    [Fact]
    public void Files_that_are_no_keys_are_left_out()
    {
        File.WriteAllText(Path.Combine(_keys.FullName, "notes.json"), "{}");
        File.WriteAllText(Path.Combine(_keys.FullName, "torn.json"), "{\"crypto\":");
        File.WriteAllText(Path.Combine(_keys.CreateSubdirectory("open").FullName, "short.development-key"), "0x12");
        new LocalAccounts(_keys.FullName).All().Select(account => account.Name).ShouldBe(["ada"]);
    }

    private sealed class MovedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = SampleMarket.Now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
