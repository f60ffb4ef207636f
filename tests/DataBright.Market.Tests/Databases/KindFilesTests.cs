using DataBright.Market.Index;
using DataBright.Services.Discussion;
using DataBright.Services.Relays;
using DataBright.Storage.Sql;

namespace DataBright.Market.Tests.Databases;

public sealed class DiscussionDatabaseTests : SqlFileBehaviour
{
    protected override string Name => "discussion.db";

    protected override SqlSchema Kind => DiscussionFile.Schema;

    protected override void Open(string path) => new DiscussionFile(path).Dispose();
}

public sealed class RelayerDatabaseTests : SqlFileBehaviour
{
    protected override string Name => "relayer.db";

    protected override SqlSchema Kind => RelayBook.Schema;

    protected override void Open(string path) => new RelayBook(path).Dispose();
}

public sealed class IndexDatabaseTests : SqlFileBehaviour
{
    protected override string Name => "index.db";

    protected override SqlSchema Kind => IndexSchema.Of(LedgerIndex.Projections);

    protected override bool IsMadeAnew => true;

    protected override void Open(string path) => new IndexFile(path, OldMarket.Addresses, LedgerIndex.Projections).Dispose();
}
