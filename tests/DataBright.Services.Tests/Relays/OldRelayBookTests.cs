using DataBright.Services.Relays;
using DataBright.Testing.Databases;

namespace DataBright.Services.Tests.Relays;

/// <summary>What databright 0.1.0 wrote of statements that it carried is read, added to, and read again.</summary>
public sealed class OldRelayBookTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_relayer_remembers_what_it_carried_and_counts_on()
    {
        Version010.Write("relayer.db", _folder["relayer.db"]);
        const string ballot = "ballot 0x07fa95140d91bcd5446a01d818fab218833e6b778a60ffaeadd3dc6ef27d5e67";
        var claim = $"claim 1 {OldMarket.Ada}";
        var carried = Hash32.Parse("0x0c7fd20ba397665013925a827436dbf8100215722d573217ffc2c28a72dd1f77");
        var begin = DateTimeOffset.FromUnixTimeSeconds(1795896322);
        long number;
        using (var book = new RelayBook(_folder["relayer.db"]))
        {
            book.Last(ballot).ShouldBe(new RelayRecord(1, ballot, 23, carried));
            book.Last(claim).ShouldBe(new RelayRecord(3, claim, 44,
                Hash32.Parse("0xc4fbcde22ab7ef178194dde3ca2d81322fbbfd34058f6e7bb99bc6fb44c1a61d")));
            book.Count("ballot", OldMarket.Ada, begin).ShouldBe((3, 1));
            book.Count("ballot", OldMarket.Ada, begin.AddSeconds(1)).ShouldBe((2, 0));
            number = book.Begin(claim, OldMarket.Ada, 50, DateTimeOffset.FromUnixTimeSeconds(1795896400));
            number.ShouldBe(4, "numbers are not given twice");
            book.End(number, carried);
        }

        using var again = new RelayBook(_folder["relayer.db"]);
        again.Last(claim).ShouldBe(new RelayRecord(number, claim, 50, carried));
        again.Count("claim", OldMarket.Ada, begin).ShouldBe((4, 2));
    }
}
