using DataBright.Compute.Points;
using DataBright.Node.Offers;
using DataBright.Node.Rest;
using DataBright.Node.Uploads;
using Microsoft.AspNetCore.Http;

namespace DataBright.Node.Tests.Offers;

/// <summary>Strangers' files are read one after the other: whose are read, and for how long.</summary>
public sealed class FileReadingTests : IDisposable
{
    private const int MaxWaiting = 8;

    private readonly TimerClock _clock = new();
    private readonly FileReading _reading;

    public FileReadingTests() => _reading = new FileReading(_clock);

    public void Dispose() => _reading.Dispose();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Of somebody who does not wait: a file that is sent away is sent away at once.</summary>
    private static CancellationToken Left => new(canceled: true);

    [Fact]
    public async Task One_file_of_each_uploader_is_read_or_waits()
    {
        var slow = new TaskCompletionSource();
        var first = ReadAsync("one", use: () => slow.Task);
        var refused = await Should.ThrowAsync<TooBusyException>(() => ReadAsync("one", stop: Left));
        refused.Message.ShouldContain("Wait until it is done");
        var other = ReadAsync("other");
        (await Should.ThrowAsync<TooBusyException>(() => ReadAsync("other", stop: Left))).Message.ShouldBe(refused.Message);
        slow.SetResult();
        (await first).ShouldBe(2);
        (await other).ShouldBe(2);
        (await ReadAsync("one")).ShouldBe(2);
    }

    [Fact]
    public async Task So_many_wait_and_the_rest_is_sent_away()
    {
        var slow = new TaskCompletionSource();
        var waiting = Enumerable.Range(0, MaxWaiting).Select(n => ReadAsync($"{n}", use: () => slow.Task)).ToArray();
        (await Should.ThrowAsync<TooBusyException>(() => ReadAsync("late", stop: Left))).Message.ShouldContain("Too many");
        slow.SetResult();
        (await Task.WhenAll(waiting)).ShouldAllBe(points => points == 2);
        (await ReadAsync("late")).ShouldBe(2);
    }

    [Fact]
    public async Task Strangers_keep_no_file_of_this_machine_waiting()
    {
        var slow = new TaskCompletionSource();
        var strangers = Enumerable.Range(0, MaxWaiting).Select(n => ReadAsync($"{n}", use: () => slow.Task)).ToArray();
        (await Task.WhenAll(ReadAsync(UploadFacts.ThisMachine), ReadAsync(UploadFacts.ThisMachine))
            .WaitAsync(TimeSpan.FromSeconds(30), Stop)).ShouldBe([2, 2]);
        var own = Enumerable.Range(0, MaxWaiting).Select(_ => ReadAsync(UploadFacts.ThisMachine, use: () => slow.Task)).ToArray();
        await Should.ThrowAsync<TooBusyException>(() => ReadAsync(UploadFacts.ThisMachine, stop: Left));
        slow.SetResult();
        (await Task.WhenAll([.. strangers, .. own])).ShouldAllBe(points => points == 2);
    }

    [Theory]
    [InlineData("t.csv", "a,b\n1,0\n2,1\n")]
    [InlineData("f.jsonl", "{\"features\":[1],\"label\":0}\n{\"features\":[2],\"label\":1}\n")]
    [InlineData("t.jsonl", "{\"text\":\"a\",\"label\":0}\n{\"text\":\"b\",\"label\":1}\n")]
    public async Task Reading_ends_after_a_minute(string name, string content)
    {
        var late = await Should.ThrowAsync<InvalidRequestException>(() => ReadAsync("one", (reader, path) =>
        {
            _clock.Move(TimeSpan.FromMinutes(1));
            return reader.ReadFoundingAsync(path, null);
        }, name: name, content: content));
        late.Message.ShouldContain("took longer than 60 seconds");
        (await ReadAsync("one", (reader, path) =>
        {
            _clock.Move(TimeSpan.FromSeconds(59));
            return reader.ReadFoundingAsync(path, null);
        }, name: name, content: content)).ShouldBe(2);
    }

    [Fact]
    public async Task What_is_wrong_with_a_file_is_told_also_where_its_folder_cannot_be_deleted()
    {
        (await Should.ThrowAsync<InvalidRequestException>(() => ReadAsync("one", (_, path) =>
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
            throw new MalformedInputException(path, "odd");
        }))).Message.ShouldContain("t.csv: odd");
    }

    [Fact]
    public async Task Nothing_of_a_file_is_left()
    {
        var folder = "";
        await ReadAsync("one", (reader, path) =>
        {
            folder = Path.GetDirectoryName(path)!;
            return reader.ReadFoundingAsync(path, null);
        });
        folder.ShouldNotBeEmpty();
        Directory.Exists(folder).ShouldBeFalse();
    }

    /// <summary>Reads two points, and says how many they are.</summary>
    private Task<int> ReadAsync(string uploader, Func<PointReader, string, Task<PointsRead>>? read = null, Func<Task>? use = null,
        string name = "t.csv", string content = "a,b\n1,0\n2,1\n", CancellationToken? stop = null)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);
        return _reading.ReadAsync(new FormFile(new MemoryStream(bytes), 0, bytes.Length, "file", name), new PointFileForm(), uploader,
            read ?? ((reader, path) => reader.ReadFoundingAsync(path, null)), async (found, _) =>
            {
                if (use is not null) await use();
                return found.Shard.Count;
            }, stop ?? Stop);
    }
}
