using DataBright.Market.Index;
using DataBright.Testing.Databases;

namespace DataBright.Market.Tests.Index;

/// <summary>An index that databright 0.1.0 wrote.</summary>
public sealed class OldIndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// An older program may have added amounts up wrongly, or have stopped at an event; what it entered is not gone on from.
    /// </summary>
    [Fact]
    public void An_index_is_made_anew_and_says_so_once()
    {
        var path = _folder["index.db"];
        Version010.Write("index.db", path);
        using (var index = LedgerIndex.Open(path, OldMarket.Addresses))
        {
            index.Note.ShouldNotBeNull().ShouldContain("is of version 6");
            index.Position.Block.ShouldBeNull();
            index.NextBlock.ShouldBe(0ul);
            index.Datasets.List(new SliceRequest(10)).Items.ShouldBeEmpty();
        }

        using var again = LedgerIndex.Open(path, OldMarket.Addresses);
        again.Note.ShouldBeNull();
    }
}
