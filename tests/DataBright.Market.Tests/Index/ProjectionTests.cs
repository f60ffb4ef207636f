using System.Text.RegularExpressions;
using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage.Sql;

namespace DataBright.Market.Tests.Indexes;

/// <summary>The list of projections: every contract of the market has one, and every table has one owner.</summary>
public sealed partial class ProjectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_every_contract_owes_is_said_once()
    {
        var market = MarketWords.AddressesAt(1, 1, (place, _) => At((byte)(place + 1)));
        using var index = LedgerIndex.Open(_folder["index.db"], market);
        var owing = index.Debts().Contracts;
        owing.Select(contract => contract.Address)
            .ShouldBe(market.Contracts.Where(contract => contract != market.Money), ignoreOrder: true);
        owing.Select(contract => contract.Name).ShouldBeUnique();
    }

    [Fact]
    public void Every_table_has_one_owner()
    {
        var owned = LedgerIndex.Projections
            .SelectMany(projection => Table().Matches(projection.Tables).Select(match => match.Groups["name"].Value)).ToList();
        owned.ShouldBeUnique();
        LedgerIndex.Projections.ShouldAllBe(projection => Table().IsMatch(projection.Tables));
        using var session = SqlFile.Open(_folder["tables.db"], IndexSchema.Of(LedgerIndex.Projections));
        session.List("SELECT name FROM sqlite_master WHERE type = 'table'", row => row.Text())
            .ShouldBe([.. owned, "contract_credits", "unreadable", "position", "undo"], ignoreOrder: true);
    }

    private static Address At(byte number) => Address.Parse($"0x{number:x40}");

    [GeneratedRegex(@"CREATE TABLE (?<name>\w+)")]
    private static partial Regex Table();
}
