using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace DataBright.Bench.Ethereum;

// Events as Nethereum's code generator writes them.

/// <summary>Proposals.Voted.</summary>
[Event("Voted")]
public class VotedEventDto : IEventDTO
{
    [Parameter("uint256", "proposalId", 1, true)] public virtual BigInteger ProposalId { get; set; }
    [Parameter("address", "voter", 2, true)] public virtual string Voter { get; set; } = "";
    [Parameter("uint8", "choice", 3, false)] public virtual byte Choice { get; set; }
    [Parameter("uint256", "weight", 4, false)] public virtual BigInteger Weight { get; set; }
}

/// <summary>Proposals.VoteExplained.</summary>
[Event("VoteExplained")]
public class VoteExplainedEventDto : IEventDTO
{
    [Parameter("uint256", "proposalId", 1, true)] public virtual BigInteger ProposalId { get; set; }
    [Parameter("address", "voter", 2, true)] public virtual string Voter { get; set; } = "";
    [Parameter("string", "reason", 3, false)] public virtual string Reason { get; set; } = "";
}

/// <summary>Proposals.Proposed.</summary>
[Event("Proposed")]
public class ProposedEventDto : IEventDTO
{
    [Parameter("uint256", "proposalId", 1, true)] public virtual BigInteger ProposalId { get; set; }
    [Parameter("uint256", "datasetId", 2, true)] public virtual BigInteger DatasetId { get; set; }
    [Parameter("address", "contributor", 3, true)] public virtual string Contributor { get; set; } = "";
    [Parameter("bytes32", "shardRoot", 4, false)] public virtual byte[] ShardRoot { get; set; } = [];
    [Parameter("uint256", "count", 5, false)] public virtual BigInteger Count { get; set; }
    [Parameter("uint256", "snapshot", 6, false)] public virtual BigInteger Snapshot { get; set; }
    [Parameter("uint256", "deadline", 7, false)] public virtual BigInteger Deadline { get; set; }
    [Parameter("bytes", "cid", 8, false)] public virtual byte[] Cid { get; set; } = [];
}

/// <summary>Proposals.ProposalFinalised.</summary>
[Event("ProposalFinalised")]
public class ProposalFinalisedEventDto : IEventDTO
{
    [Parameter("uint256", "proposalId", 1, true)] public virtual BigInteger ProposalId { get; set; }
    [Parameter("uint8", "state", 2, false)] public virtual byte State { get; set; }
    [Parameter("uint256", "yes", 3, false)] public virtual BigInteger Yes { get; set; }
    [Parameter("uint256", "no", 4, false)] public virtual BigInteger No { get; set; }
}

/// <summary>Datasets.ShardListed.</summary>
[Event("ShardListed")]
public class ShardListedEventDto : IEventDTO
{
    [Parameter("uint256", "datasetId", 1, true)] public virtual BigInteger DatasetId { get; set; }
    [Parameter("bytes32", "shardRoot", 2, true)] public virtual byte[] ShardRoot { get; set; } = [];
    [Parameter("address", "contributor", 3, true)] public virtual string Contributor { get; set; } = "";
    [Parameter("uint256", "count", 4, false)] public virtual BigInteger Count { get; set; }
    [Parameter("uint256", "proposalId", 5, false)] public virtual BigInteger ProposalId { get; set; }
    [Parameter("uint256", "sharesMinted", 6, false)] public virtual BigInteger SharesMinted { get; set; }
    [Parameter("bytes32", "versionRoot", 7, false)] public virtual byte[] VersionRoot { get; set; } = [];
}

/// <summary>Shares.Transfer.</summary>
[Event("Transfer")]
public class TransferEventDto : IEventDTO
{
    [Parameter("address", "from", 1, true)] public string From { get; set; } = "";
    [Parameter("address", "to", 2, true)] public string To { get; set; } = "";
    [Parameter("uint256", "value", 3, false)] public BigInteger Value { get; set; }
}
