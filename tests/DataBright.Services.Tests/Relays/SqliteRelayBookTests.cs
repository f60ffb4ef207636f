using DataBright.Services.Relays;

namespace DataBright.Services.Tests.Relays;

public sealed class SqliteRelayBookTests : RelayBookTests
{
    private readonly TemporaryFolder _folder = new();

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    private protected override IRelayBook Open() => new RelayBook(_folder["relayer.db"]);
}
