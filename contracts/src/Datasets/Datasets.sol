// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ITrustedKeys} from "../Jobs/ITrustedKeys.sol";
import {Proposals} from "../Proposals/Proposals.sol";
import {Shares} from "../Shares/Shares.sol";
import {IDatasets} from "./IDatasets.sol";

/// @title Datasets
contract Datasets is IDatasets {
    uint256 private constant FOUNDERS_MAX = 64;
    /// @dev One whole share. It bounds the dividend index from above, see Shares.
    uint256 private constant FOUNDING_SUPPLY_MIN = 1e18;
    uint256 private constant BPS = 10_000;
    uint256 private constant PPM = 1_000_000;

    struct Entry {
        // First slot: what opens and decides a proposal.
        uint32 votingPeriod;
        uint32 revealPeriod;
        uint16 lateQuorumMinutes;
        uint16 quorumBps;
        uint16 thresholdBps;
        uint16 delistThresholdBps;
        uint32 gainBonusBps;
        uint96 proposalBond;
        // Second slot: what an accepted one reads and changes.
        uint80 sharesPerPoint;
        uint96 sharesCap;
        uint32 shardCount;
        uint48 pointCount;
        // The rest.
        bytes32 versionRoot;
        address initiator;
        uint96 trainingPrice;
        bytes32 metadataDigest;
        bytes32 schemaHash;
        bytes32 heldOutDigest;
    }

    struct Listing {
        address contributor;
        uint24 count;
        uint40 listedAt;
        uint32 proposalId;
    }

    address public immutable money;
    address public immutable proposals;
    /// @dev Equal for all datasets, so that a token's address follows from the dataset's id.
    bytes32 private immutable _sharesCodeHash;

    uint256 public datasetCount;
    mapping(uint256 datasetId => Entry) private _entries;
    mapping(uint256 datasetId => mapping(bytes32 shardRoot => Listing)) private _listings;
    mapping(uint256 datasetId => mapping(bytes32 shardRoot => bool)) private _delisted;

    constructor(IERC20 money_, ITrustedKeys trustedKeys) {
        money = address(money_);
        _sharesCodeHash = keccak256(abi.encodePacked(type(Shares).creationCode, abi.encode(money_)));
        proposals = address(new Proposals(money_, trustedKeys, this, _sharesCodeHash));
    }

    modifier onlyProposals() {
        if (msg.sender != proposals) revert OnlyProposals(msg.sender);
        _;
    }

    /// @inheritdoc IDatasets
    function create(Charter calldata charter) external returns (uint256 datasetId) {
        _requireValid(charter.policy);
        datasetId = SafeCast.toUint32(++datasetCount);
        Entry storage entry = _entries[datasetId];
        _adopt(entry, charter.policy);
        entry.initiator = msg.sender;
        entry.metadataDigest = charter.metadataDigest;
        entry.schemaHash = charter.schemaHash;
        entry.heldOutDigest = charter.heldOutDigest;

        Shares shares = new Shares{salt: bytes32(datasetId)}(IERC20(money));
        shares.initialise(datasetId, charter.shareName, charter.shareSymbol);
        emit DatasetCreated(datasetId, msg.sender, address(shares), charter);
        _list(datasetId, charter.shardRoot, charter.shardCount, msg.sender, 0, 0);
        _endow(shares, charter.founders);
    }

    /// @inheritdoc IDatasets
    function list(
        uint256 datasetId,
        bytes32 shardRoot,
        uint24 count,
        address contributor,
        uint256 proposalId,
        uint256 gainPpm
    ) external onlyProposals returns (uint256 sharesMinted) {
        sharesMinted = Shares(sharesOf(datasetId)).mint(contributor, sharesFor(datasetId, count, gainPpm));
        _list(datasetId, shardRoot, count, contributor, proposalId, sharesMinted);
    }

    /// @inheritdoc IDatasets
    function delist(uint256 datasetId, bytes32 shardRoot) external onlyProposals returns (uint256 proposalId) {
        Entry storage entry = _entries[datasetId];
        Listing memory listing = _listings[datasetId][shardRoot];
        _delisted[datasetId][shardRoot] = true;
        entry.shardCount -= 1;
        entry.pointCount -= listing.count;
        entry.versionRoot = keccak256(abi.encode(entry.versionRoot, 2, shardRoot, listing.count, listing.contributor));
        emit ShardDelisted(datasetId, shardRoot, entry.versionRoot);
        return listing.proposalId;
    }

    /// @inheritdoc IDatasets
    function dataset(uint256 datasetId) external view returns (Dataset memory) {
        Entry storage entry = _known(datasetId);
        return Dataset({
            initiator: entry.initiator,
            shares: sharesOf(datasetId),
            versionRoot: entry.versionRoot,
            shardCount: entry.shardCount,
            pointCount: entry.pointCount,
            metadataDigest: entry.metadataDigest,
            schemaHash: entry.schemaHash,
            heldOutDigest: entry.heldOutDigest
        });
    }

    /// @inheritdoc IDatasets
    function policy(uint256 datasetId) external view returns (Policy memory) {
        Entry storage entry = _known(datasetId);
        return Policy({
            votingPeriod: entry.votingPeriod,
            revealPeriod: entry.revealPeriod,
            lateQuorumMinutes: entry.lateQuorumMinutes,
            quorumBps: entry.quorumBps,
            thresholdBps: entry.thresholdBps,
            delistThresholdBps: entry.delistThresholdBps,
            gainBonusBps: entry.gainBonusBps,
            proposalBond: entry.proposalBond,
            sharesPerPoint: entry.sharesPerPoint,
            sharesCap: entry.sharesCap,
            trainingPrice: entry.trainingPrice
        });
    }

    /// @inheritdoc IDatasets
    function ballotRules(uint256 datasetId) external view returns (BallotRules memory) {
        Entry storage entry = _known(datasetId);
        return BallotRules({
            votingPeriod: entry.votingPeriod,
            revealPeriod: entry.revealPeriod,
            lateQuorumMinutes: entry.lateQuorumMinutes,
            quorumBps: entry.quorumBps,
            thresholdBps: entry.thresholdBps,
            delistThresholdBps: entry.delistThresholdBps,
            proposalBond: entry.proposalBond
        });
    }

    /// @inheritdoc IDatasets
    function shard(uint256 datasetId, bytes32 shardRoot) external view returns (Shard memory) {
        Listing memory listing = _listings[datasetId][shardRoot];
        if (listing.contributor == address(0)) revert ShardUnknown(datasetId, shardRoot);
        bool delisted = _delisted[datasetId][shardRoot];
        return Shard(listing.contributor, listing.count, listing.listedAt, listing.proposalId, delisted);
    }

    /// @inheritdoc IDatasets
    function isKnown(uint256 datasetId, bytes32 shardRoot) external view returns (bool) {
        return _listings[datasetId][shardRoot].contributor != address(0);
    }

    /// @inheritdoc IDatasets
    function sharesOf(uint256 datasetId) public view returns (address) {
        return Create2.computeAddress(bytes32(datasetId), _sharesCodeHash);
    }

    /// @inheritdoc IDatasets
    function trainingPrice(uint256 datasetId) external view returns (uint96) {
        Entry storage entry = _entries[datasetId];
        if (entry.initiator == address(0)) revert DatasetUnknown(datasetId);
        return entry.trainingPrice;
    }

    /// @inheritdoc IDatasets
    function sharesFor(uint256 datasetId, uint24 count, uint256 gainPpm) public view returns (uint256) {
        Entry storage entry = _known(datasetId);
        uint256 bonus = BPS * PPM + uint256(entry.gainBonusBps) * gainPpm;
        uint256 shares = uint256(count) * entry.sharesPerPoint * bonus / (BPS * PPM);
        return shares < entry.sharesCap ? shares : entry.sharesCap;
    }

    function _known(uint256 datasetId) private view returns (Entry storage entry) {
        entry = _entries[datasetId];
        if (entry.votingPeriod == 0) revert DatasetUnknown(datasetId);
    }

    function _requireValid(Policy calldata p) private pure {
        if (p.votingPeriod == 0) revert PolicyInvalid("votingPeriod", p.votingPeriod);
        if (p.quorumBps == 0 || p.quorumBps > BPS) revert PolicyInvalid("quorumBps", p.quorumBps);
        if (p.thresholdBps < BPS / 2 || p.thresholdBps >= BPS) revert PolicyInvalid("thresholdBps", p.thresholdBps);
        if (p.delistThresholdBps < p.thresholdBps || p.delistThresholdBps >= BPS) {
            revert PolicyInvalid("delistThresholdBps", p.delistThresholdBps);
        }
        if (p.sharesPerPoint == 0) revert PolicyInvalid("sharesPerPoint", p.sharesPerPoint);
        if (p.sharesCap == 0) revert PolicyInvalid("sharesCap", p.sharesCap);
    }

    function _adopt(Entry storage entry, Policy calldata p) private {
        entry.votingPeriod = p.votingPeriod;
        entry.revealPeriod = p.revealPeriod;
        entry.lateQuorumMinutes = p.lateQuorumMinutes;
        entry.quorumBps = p.quorumBps;
        entry.thresholdBps = p.thresholdBps;
        entry.delistThresholdBps = p.delistThresholdBps;
        entry.gainBonusBps = p.gainBonusBps;
        entry.proposalBond = p.proposalBond;
        entry.sharesPerPoint = p.sharesPerPoint;
        entry.sharesCap = p.sharesCap;
        entry.trainingPrice = p.trainingPrice;
    }

    function _endow(Shares shares, Founder[] calldata founders) private {
        uint256 total;
        for (uint256 i; i < founders.length && i < FOUNDERS_MAX; ++i) {
            total += founders[i].shares;
            shares.mint(founders[i].holder, founders[i].shares);
        }
        if (founders.length > FOUNDERS_MAX || total < FOUNDING_SUPPLY_MIN || total > type(uint96).max) {
            revert FoundersInvalid(founders.length, total);
        }
    }

    function _list(
        uint256 datasetId,
        bytes32 shardRoot,
        uint24 count,
        address contributor,
        uint256 proposalId,
        uint256 sharesMinted
    ) private {
        if (count == 0) revert ShardEmpty();
        Entry storage entry = _entries[datasetId];
        Listing storage listing = _listings[datasetId][shardRoot];
        if (listing.contributor != address(0)) revert ShardAlreadyListed(datasetId, shardRoot);

        _listings[datasetId][shardRoot] =
            Listing(contributor, count, uint40(block.number), SafeCast.toUint32(proposalId));
        entry.shardCount += 1;
        entry.pointCount += count;
        bytes32 versionRoot = keccak256(abi.encode(entry.versionRoot, 1, shardRoot, count, contributor));
        entry.versionRoot = versionRoot;
        emit ShardListed(datasetId, shardRoot, contributor, count, proposalId, sharesMinted, versionRoot);
    }
}
