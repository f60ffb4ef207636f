using System.Text.Json;
using DataBright.Cli.Accounts;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Owed;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Accounts;

/// <summary>A collection of which a part was not done is one document, with what was not, and an exit code.</summary>
public sealed class CollectingTests
{
    private static readonly OwedStep Step = new(new("job", 3), "Claim the pay of job 3", new ContractCall(default, []), Money.Dollars(2),
        Prepares: false);

    [Fact]
    public void What_was_not_done_is_in_the_document()
    {
        OwedPayment[] payments = [new(Step, Money.Dollars(2), 50_000, Hash32.Zero, null),
            new(Step, Money.Zero, null, null, "it was paid before")];

        JsonSerializer.Serialize(Collecting.FailuresOf(payments))
            .ShouldBe("[{\"Says\":\"Claim the pay of job 3\",\"Failure\":\"it was paid before\"}]");
        Collecting.CodeOf(payments).ShouldBe(ExitCode.Refused);
        Collecting.FailuresOf(payments[..1]).ShouldBeEmpty();
        Collecting.CodeOf(payments[..1]).ShouldBe(ExitCode.Done);
    }
}
