using DataBright.Cli.Workers;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Workers;

public sealed class WorkerNoteTests : IDisposable
{
    private const string Worker = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

    private readonly TemporaryFolder _home = new();

    private string Work => Path.Combine(_home.Path, "work", Worker);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_worker_whose_disk_is_full_is_named_by_the_doctor_until_it_goes_on()
    {
        Directory.CreateDirectory(Work);
        var note = new WorkerNote(Work);
        (await DoctorAsync()).ShouldNotContain(Worker);

        note.Say("its disk is full");
        (await Databright.CallAsync(_home.Path, "doctor")).ExitCode.ShouldBe(ExitCode.CheckFailed);
        (await DoctorAsync()).ShouldContain($"{Worker}: its disk is full; free some space");

        note.Say("");
        (await DoctorAsync()).ShouldNotContain(Worker);
    }

    [Fact]
    public void A_note_needs_no_more_room_than_it_took_at_first()
    {
        Directory.CreateDirectory(Work);
        var note = new WorkerNote(Work);
        var room = new FileInfo(Path.Combine(Work, "note")).Length;
        note.Say("its disk is full");
        new FileInfo(Path.Combine(Work, "note")).Length.ShouldBe(room);
        note.Say(new string('ä', 10_000));
        new FileInfo(Path.Combine(Work, "note")).Length.ShouldBe(room);
    }

    [Fact]
    public void A_worker_that_starts_again_has_nothing_to_say_yet()
    {
        Directory.CreateDirectory(Work);
        new WorkerNote(Work).Say("its disk is full");
        WorkerNote.Read(Work).ShouldBe("its disk is full");
        _ = new WorkerNote(Work);
        WorkerNote.Read(Work).ShouldBeNull();
    }

    private async Task<string> DoctorAsync() => (await Databright.CallAsync(_home.Path, "doctor")).Output;
}
