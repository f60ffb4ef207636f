using DataBright.Services.Discussion;
using DataBright.Storage.Sql;
using DataBright.Testing.Databases;

namespace DataBright.Services.Tests.Discussion;

public sealed class DiscussionDatabaseTests : SqlFileBehaviour
{
    protected override string Name => "discussion.db";

    protected override SqlSchema Kind => DiscussionFile.Schema;

    protected override void Open(string path) => new DiscussionFile(path).Dispose();
}
