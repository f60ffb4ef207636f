using DataBright.Services.Relays;
using DataBright.Storage.Sql;
using DataBright.Testing.Databases;

namespace DataBright.Services.Tests.Relays;

public sealed class RelayerDatabaseTests : SqlFileBehaviour
{
    protected override string Name => "relayer.db";

    protected override SqlSchema Kind => RelayBook.Schema;

    protected override void Open(string path) => new RelayBook(path).Dispose();
}
