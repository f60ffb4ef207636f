using DataBright.Ethereum;

namespace DataBright.Node.Uploads;

/// <summary>Sweeps expired uploads away while nobody asks for them, and finished ones that nobody ever made use of.</summary>
internal sealed class UploadSweeper(UploadRoom room, UnusedUploads unused, TimeProvider clock, ILogger<UploadSweeper> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var tick = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                room.Sweep();
                await unused.SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ChainException or RpcException)
            {
                log.LogWarning(e, "Expired uploads cannot be removed");
            }
        }
        while (await tick.WaitForNextTickAsync(stoppingToken));
    }
}
