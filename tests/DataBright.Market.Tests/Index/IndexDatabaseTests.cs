using DataBright.Market.Index;
using DataBright.Storage.Sql;
using DataBright.Testing.Databases;

namespace DataBright.Market.Tests.Index;

public sealed class IndexDatabaseTests : SqlFileBehaviour
{
    protected override string Name => "index.db";

    protected override SqlSchema Kind => IndexSchema.Of(LedgerIndex.Projections);

    protected override bool IsMadeAnew => true;

    protected override void Open(string path) => new IndexFile(path, OldMarket.Addresses, LedgerIndex.Projections).Dispose();
}
