using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Access;

/// <summary>What is said of numbers that the ledger does not have.</summary>
internal static class MissingThings
{
    public static Failure Dataset(DatasetId id) => Of("dataset", id);

    public static Failure Proposal(ProposalId id) => Of("proposal", id);

    public static Failure Model(ModelId id) => Of("model", id);

    public static Failure Job(JobId id) => Of("job", id);

    public static Failure Request(RequestId id) => Of("request", id);

    private static Failure Of(string noun, object id) => new(ExitCode.NotFound, $"There is no {noun} {id}. See: databright {noun} list");
}
