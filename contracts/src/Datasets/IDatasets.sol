// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {BallotRules} from "./BallotRules.sol";

/// @title Datasets: what is owned together
/// @notice A dataset has a charter that never changes, a share token of its own and a registry of accepted shards.
/// Ids count from 1. A shard is known by the Merkle root of its data points; its bytes live off the chain under a CID.
interface IDatasets {
    /// @notice The rules of a dataset, fixed when it is created.
    /// @dev `Bps` is parts per ten thousand. Money is in the smallest unit of the market's money.
    struct Policy {
        /// @dev Seconds in which votes (or, when shielded, commitments to votes) are taken, at most 90 days.
        uint32 votingPeriod;
        /// @dev Seconds after the voting period in which shielded votes are revealed, at most 90 days; zero means open votes.
        /// Where curators are named it is not zero, and as long again an appeal is possible.
        uint32 revealPeriod;
        /// @dev A quorum that is reached, or with a quorum an outcome that turns, in the last minutes of this number extends the
        /// deadline once by as many. Zero: never.
        uint16 lateQuorumMinutes;
        /// @dev Part of the snapshot's supply that must vote, 1 to 10,000.
        uint16 quorumBps;
        /// @dev A proposal is accepted when more than this part of the votes cast is yes, 5,000 to 9,999.
        uint16 thresholdBps;
        /// @dev The same for taking an accepted shard off the list; at least `thresholdBps`, at most 9,999.
        uint16 delistThresholdBps;
        /// @dev Shares are multiplied by `1 + gainBonusBps / 10,000 × gain`, gain being 0 to 1.
        uint24 gainBonusBps;
        /// @dev Money that a proposer puts up; forfeited to the shareholders by rejection only.
        uint96 proposalBond;
        /// @dev Shares (18 decimals) minted for each accepted data point, before the bonus; not zero.
        uint80 sharesPerPoint;
        /// @dev The most shares one proposal may mint; not zero.
        uint96 sharesCap;
        /// @dev Money that each training job pays for the data.
        uint80 trainingPrice;
        /// @dev Part of the training price that goes to contributors by the use their points were of, 0 to 10,000; the
        /// rest is the shareholders'.
        uint16 usageBps;
        /// @dev Part of what a model trained on the dataset earns that goes to the shareholders, 0 to 5,000.
        uint16 royaltyBps;
    }

    struct Founder {
        address holder;
        uint96 shares;
    }

    /// @notice Everything that a dataset starts from.
    struct Charter {
        /// @dev SHA-256 of the description.
        bytes32 metadataDigest;
        bytes32 schemaHash;
        /// @dev Digest of the held-out set on which accuracy is measured.
        bytes32 heldOutDigest;
        /// @dev SHA-256 of the terms by which proposals are measured; zero: the market's usual ones.
        bytes32 measurementHash;
        string shareName;
        string shareSymbol;
        Policy policy;
        /// @dev 1 to 64 founders with one whole share between them at least; no contract of the market.
        Founder[] founders;
        /// @dev Up to 32 who judge every proposal of data blindly, one vote each; the shareholders decide on appeal. None:
        /// the shareholders decide at once.
        address[] curators;
        bytes32 shardRoot;
        uint24 shardCount;
        /// @dev The founding shard's CID in binary.
        bytes shardCid;
    }

    struct Dataset {
        address initiator;
        address shares;
        /// @dev Hash chain over every listing and delisting, see `versionRoot` in the events.
        bytes32 versionRoot;
        bytes32 metadataDigest;
        bytes32 schemaHash;
        bytes32 heldOutDigest;
        bytes32 measurementHash;
    }

    struct Shard {
        address contributor;
        uint24 count;
        /// @dev The block in which it was listed.
        uint40 listedAt;
        /// @dev Zero for the founding shard.
        uint32 proposalId;
        bool delisted;
    }

    event DatasetCreated(uint256 indexed datasetId, address indexed initiator, address shares, Charter charter);
    /// @param versionRoot keccak256(abi.encode(previous version root, uint8(1), shardRoot, count, contributor)).
    event ShardListed(
        uint256 indexed datasetId,
        bytes32 indexed shardRoot,
        address indexed contributor,
        uint256 count,
        uint256 proposalId,
        uint256 sharesMinted,
        bytes32 versionRoot
    );
    /// @param versionRoot keccak256(abi.encode(previous version root, uint8(2), shardRoot, count, contributor)).
    event ShardDelisted(uint256 indexed datasetId, bytes32 indexed shardRoot, bytes32 versionRoot);

    error DatasetUnknown(uint256 datasetId);
    error PolicyInvalid(string field, uint256 value);
    /// @dev Named twice, nobody, or one too many.
    error CuratorInvalid(address curator, uint256 count);
    /// @dev The shares that were deployed are not the ones the market was set up for.
    error SharesUnexpected(address expected, address actual);
    error FoundersInvalid(uint256 count, uint256 shares);
    error ShardEmpty();
    error ShardAlreadyListed(uint256 datasetId, bytes32 shardRoot);
    error ShardUnknown(uint256 datasetId, bytes32 shardRoot);
    error OnlyProposals(address caller);

    /// @notice Creates a dataset: deploys its shares, mints the founders', lists the founding shard.
    function create(Charter calldata charter) external returns (uint256 datasetId);

    /// @notice Lists an accepted shard, advances the version root and mints the contributor's shares.
    /// @dev Only the proposals contract. `gainPpm` is the attested gain in accuracy, parts per million.
    function list(
        uint256 datasetId,
        bytes32 shardRoot,
        uint24 count,
        address contributor,
        uint256 proposalId,
        uint256 gainPpm
    ) external returns (uint256 sharesMinted);

    /// @notice Takes a shard off the list for good. Only the proposals contract.
    /// @return proposalId The proposal that had listed it; zero for the founding shard.
    function delist(uint256 datasetId, bytes32 shardRoot) external returns (uint256 proposalId);

    function datasetCount() external view returns (uint256);
    function dataset(uint256 datasetId) external view returns (Dataset memory);
    function policy(uint256 datasetId) external view returns (Policy memory);
    /// @notice The part of the policy that a vote needs, in one word.
    function ballotRules(uint256 datasetId) external view returns (BallotRules);
    /// @notice The same, and whether the shard was ever listed; one that was taken off the list stays known.
    function ballotRulesFor(uint256 datasetId, bytes32 shardRoot) external view returns (BallotRules rules, bool known);
    function shard(uint256 datasetId, bytes32 shardRoot) external view returns (Shard memory);
    /// @notice The share token of a dataset, computed, not read: it has code only if the dataset exists.
    function sharesOf(uint256 datasetId) external view returns (address);
    /// @notice What a training job over the dataset pays for its data. Reverts for an unknown dataset.
    function trainingPrice(uint256 datasetId) external view returns (uint80);
    /// @notice The same, and the part of it that goes to contributors by use.
    function trainingTerms(uint256 datasetId) external view returns (uint80 price, uint16 usageBps);
    /// @notice What the dataset's shareholders get of the earnings of a model that was trained on it.
    function royaltyBps(uint256 datasetId) external view returns (uint16);
    /// @notice Shares for `count` points: count × sharesPerPoint × (1 + gainBonus × gain), rounded down, capped.
    function sharesFor(uint256 datasetId, uint24 count, uint256 gainPpm) external view returns (uint256);
    /// @notice The terms by which proposals are measured; zero for the usual ones and for an unknown dataset.
    function measurementHash(uint256 datasetId) external view returns (bytes32);
    function isCurator(uint256 datasetId, address account) external view returns (bool);
    function proposals() external view returns (address);
    function money() external view returns (address);
}
