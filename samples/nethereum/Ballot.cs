using System.Numerics;
using Nethereum.ABI.EIP712;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Signer;
using Nethereum.Signer.EIP712;

namespace NethereumSample;

/// <summary>
/// A vote as the contract checks it: <c>Ballot(uint256 proposalId,uint8 choice,address voter,string reason,uint256 deadline)</c>.
/// </summary>
[Struct("Ballot")]
public sealed class Ballot
{
    [Parameter("uint256", "proposalId", 1)]
    public BigInteger ProposalId { get; init; }

    [Parameter("uint8", "choice", 2)]
    public byte Choice { get; init; }

    [Parameter("address", "voter", 3)]
    public string Voter { get; init; } = "";

    [Parameter("string", "reason", 4)]
    public string Reason { get; init; } = "";

    [Parameter("uint256", "deadline", 5)]
    public BigInteger Deadline { get; init; }

    /// <summary>Signs for one chain and one contract (EIP-712): 65 bytes in hexadecimal.</summary>
    public string Sign(Domain domain, EthECKey voter) => Eip712TypedDataSigner.Current.SignTypedDataV4(this, new TypedData<Domain>
    {
        Domain = domain,
        Types = MemberDescriptionFactory.GetTypesMemberDescription(typeof(Domain), typeof(Ballot)),
        PrimaryType = nameof(Ballot),
    }, voter);
}
