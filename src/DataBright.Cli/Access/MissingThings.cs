using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Access;

/// <summary>What is said of numbers that the ledger does not have.</summary>
internal static class MissingThings
{
    public static Failure Of<TId>(TId id) where TId : struct, ILedgerId<TId> =>
        new(ExitCode.NotFound, $"There is no {TId.Noun} {id}. See: databright {TId.Noun} list");
}
