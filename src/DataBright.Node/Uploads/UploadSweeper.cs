using DataBright.Node.Roles;

namespace DataBright.Node.Uploads;

/// <summary>Sweeps expired uploads away while nobody asks for them, and finished ones that nobody ever made use of.</summary>
internal sealed class UploadSweeper(UploadManager uploads, UnusedUploads unused, TimeProvider clock, ILogger<UploadSweeper> log)
    : BackgroundRole("Removing expired uploads", clock, log)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    protected override async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            uploads.Sweep();
            await unused.SweepAsync(stop);
            WentWell();
            await Task.Delay(Every, Clock, stop);
        }
    }
}
