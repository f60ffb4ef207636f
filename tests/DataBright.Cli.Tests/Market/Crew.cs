namespace DataBright.Cli.Tests.Market;

/// <summary>Workers in processes of their own.</summary>
internal sealed class Crew(IEnumerable<Databright> all) : IAsyncDisposable
{
    public IReadOnlyList<Databright> All { get; } = [.. all];

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in All)
            await worker.DisposeAsync();
    }
}
