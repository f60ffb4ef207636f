// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IJobs} from "../Jobs/IJobs.sol";
import {Proposals} from "../Proposals/Proposals.sol";
import {Holders, NoHolder} from "../Shares/Holders.sol";
import {Shares} from "../Shares/Shares.sol";
import {ITrustedKeys} from "../Trust/ITrustedKeys.sol";
import {BallotRules, Rules} from "./BallotRules.sol";
import {IDatasets} from "./IDatasets.sol";

/// @title Datasets
contract Datasets is IDatasets, NoHolder {
    uint256 private constant FOUNDERS_MAX = 64;
    uint256 private constant CURATORS_MAX = 32;
    /// @dev No vote takes longer than this, so that no bond waits for a vote that nobody lives to see.
    uint256 private constant PERIOD_MAX = 90 days;
    /// @dev One whole share. It bounds the dividend index from above, see Shares.
    uint256 private constant FOUNDING_SUPPLY_MIN = 1e18;
    uint256 private constant BPS = 10_000;
    uint256 private constant PPM = 1_000_000;
    /// @dev With the royalties of a model's parents, at most 4,000, something is always left to the model's owner.
    uint256 private constant ROYALTY_MAX = 5_000;

    struct Entry {
        BallotRules rules;
        uint80 sharesPerPoint;
        uint96 sharesCap;
        uint24 gainBonusBps;
        uint16 royaltyBps;
        bytes32 versionRoot;
        address initiator;
        uint80 trainingPrice;
        uint16 usageBps;
        bytes32 metadataDigest;
        bytes32 schemaHash;
        bytes32 heldOutDigest;
        bytes32 measurementHash;
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
    mapping(uint256 datasetId => mapping(address account => bool)) public isCurator;

    /// @param jobs Where the jobs contract will be, see Proposals.
    /// @param sharesCodeHash Of the creation code of `Shares` with `money_` as its argument. Given and not computed, so that
    /// the code is not carried twice; `create` refuses to work with a wrong one.
    constructor(IERC20 money_, ITrustedKeys trustedKeys, IJobs jobs, bytes32 sharesCodeHash) {
        money = address(money_);
        _sharesCodeHash = sharesCodeHash;
        proposals = address(new Proposals(money_, trustedKeys, this, jobs, sharesCodeHash));
    }

    modifier onlyProposals() {
        if (msg.sender != proposals) revert OnlyProposals(msg.sender);
        _;
    }

    /// @inheritdoc IDatasets
    function create(Charter calldata charter) external returns (uint256 datasetId) {
        _requireValid(charter.policy, charter.curators.length);
        datasetId = SafeCast.toUint32(++datasetCount);
        Entry storage entry = _entries[datasetId];
        _adopt(entry, charter.policy, charter.curators.length);
        _appoint(datasetId, charter.curators);
        entry.initiator = msg.sender;
        entry.metadataDigest = charter.metadataDigest;
        entry.schemaHash = charter.schemaHash;
        entry.heldOutDigest = charter.heldOutDigest;
        entry.measurementHash = charter.measurementHash;

        Shares shares = new Shares{salt: bytes32(datasetId)}(IERC20(money));
        if (address(shares) != sharesOf(datasetId)) revert SharesUnexpected(sharesOf(datasetId), address(shares));
        shares.initialise(datasetId, charter.shareName, charter.shareSymbol);
        emit DatasetCreated(datasetId, msg.sender, address(shares), charter);
        _list(entry, datasetId, charter.shardRoot, charter.shardCount, msg.sender, 0, 0);
        _endow(shares, charter.founders);
    }

    /// @inheritdoc IDatasets
    /// @dev The proposals contract has checked that the shard is not known yet.
    function list(
        uint256 datasetId,
        bytes32 shardRoot,
        uint24 count,
        address contributor,
        uint256 proposalId,
        uint256 gainPpm
    ) external onlyProposals returns (uint256 sharesMinted) {
        Entry storage entry = _entries[datasetId];
        sharesMinted = Shares(sharesOf(datasetId)).mint(contributor, _sharesFor(entry, count, gainPpm));
        _list(entry, datasetId, shardRoot, count, contributor, proposalId, sharesMinted);
    }

    /// @inheritdoc IDatasets
    function delist(uint256 datasetId, bytes32 shardRoot) external onlyProposals returns (uint256 proposalId) {
        Entry storage entry = _entries[datasetId];
        Listing memory listing = _listings[datasetId][shardRoot];
        _delisted[datasetId][shardRoot] = true;
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
            metadataDigest: entry.metadataDigest,
            schemaHash: entry.schemaHash,
            heldOutDigest: entry.heldOutDigest,
            measurementHash: entry.measurementHash
        });
    }

    /// @inheritdoc IDatasets
    function measurementHash(uint256 datasetId) external view returns (bytes32) {
        return _entries[datasetId].measurementHash;
    }

    /// @inheritdoc IDatasets
    function policy(uint256 datasetId) external view returns (Policy memory) {
        Entry storage entry = _known(datasetId);
        BallotRules rules = entry.rules;
        return Policy({
            votingPeriod: rules.votingPeriod(),
            revealPeriod: rules.revealPeriod(),
            lateQuorumMinutes: rules.lateQuorumMinutes(),
            quorumBps: rules.quorumBps(),
            thresholdBps: rules.thresholdBps(),
            delistThresholdBps: rules.delistThresholdBps(),
            gainBonusBps: entry.gainBonusBps,
            proposalBond: rules.proposalBond(),
            sharesPerPoint: entry.sharesPerPoint,
            sharesCap: entry.sharesCap,
            trainingPrice: entry.trainingPrice,
            usageBps: entry.usageBps,
            royaltyBps: entry.royaltyBps
        });
    }

    /// @inheritdoc IDatasets
    function ballotRules(uint256 datasetId) public view returns (BallotRules rules) {
        rules = _entries[datasetId].rules;
        if (BallotRules.unwrap(rules) == 0) revert DatasetUnknown(datasetId);
    }

    /// @inheritdoc IDatasets
    function shard(uint256 datasetId, bytes32 shardRoot) external view returns (Shard memory) {
        Listing memory listing = _listings[datasetId][shardRoot];
        if (listing.contributor == address(0)) revert ShardUnknown(datasetId, shardRoot);
        bool delisted = _delisted[datasetId][shardRoot];
        return Shard(listing.contributor, listing.count, listing.listedAt, listing.proposalId, delisted);
    }

    /// @inheritdoc IDatasets
    function ballotRulesFor(uint256 datasetId, bytes32 shardRoot)
        external
        view
        returns (BallotRules rules, bool known)
    {
        rules = ballotRules(datasetId);
        known = _listings[datasetId][shardRoot].contributor != address(0);
    }

    /// @inheritdoc IDatasets
    function sharesOf(uint256 datasetId) public view returns (address) {
        return Create2.computeAddress(bytes32(datasetId), _sharesCodeHash);
    }

    /// @inheritdoc IDatasets
    function trainingPrice(uint256 datasetId) external view returns (uint80) {
        return _known(datasetId).trainingPrice;
    }

    /// @inheritdoc IDatasets
    function trainingTerms(uint256 datasetId) external view returns (uint80 price, uint16 usageBps) {
        Entry storage entry = _known(datasetId);
        return (entry.trainingPrice, entry.usageBps);
    }

    /// @inheritdoc IDatasets
    function royaltyBps(uint256 datasetId) external view returns (uint16) {
        return _known(datasetId).royaltyBps;
    }

    /// @inheritdoc IDatasets
    function sharesFor(uint256 datasetId, uint24 count, uint256 gainPpm) public view returns (uint256) {
        return _sharesFor(_known(datasetId), count, gainPpm);
    }

    function _sharesFor(Entry storage entry, uint256 count, uint256 gainPpm) private view returns (uint256 shares) {
        uint256 bonus = BPS * PPM + uint256(entry.gainBonusBps) * gainPpm;
        shares = count * entry.sharesPerPoint * bonus / (BPS * PPM);
        uint256 cap = entry.sharesCap;
        if (shares > cap) shares = cap;
    }

    function _known(uint256 datasetId) private view returns (Entry storage entry) {
        entry = _entries[datasetId];
        if (entry.initiator == address(0)) revert DatasetUnknown(datasetId);
    }

    function _requireValid(Policy calldata p, uint256 curators) private pure {
        if (p.votingPeriod == 0 || p.votingPeriod > PERIOD_MAX) revert PolicyInvalid("votingPeriod", p.votingPeriod);
        if (p.revealPeriod > PERIOD_MAX) revert PolicyInvalid("revealPeriod", p.revealPeriod);
        if (p.quorumBps == 0 || p.quorumBps > BPS) revert PolicyInvalid("quorumBps", p.quorumBps);
        if (p.thresholdBps < BPS / 2 || p.thresholdBps >= BPS) revert PolicyInvalid("thresholdBps", p.thresholdBps);
        if (p.delistThresholdBps < p.thresholdBps || p.delistThresholdBps >= BPS) {
            revert PolicyInvalid("delistThresholdBps", p.delistThresholdBps);
        }
        if (p.sharesPerPoint == 0) revert PolicyInvalid("sharesPerPoint", p.sharesPerPoint);
        if (p.sharesCap == 0) revert PolicyInvalid("sharesCap", p.sharesCap);
        if (curators != 0 && p.revealPeriod == 0) revert PolicyInvalid("revealPeriod", 0);
        if (p.usageBps > BPS) revert PolicyInvalid("usageBps", p.usageBps);
        if (p.royaltyBps > ROYALTY_MAX) revert PolicyInvalid("royaltyBps", p.royaltyBps);
    }

    function _appoint(uint256 datasetId, address[] calldata curators) private {
        for (uint256 i; i < curators.length; ++i) {
            address curator = curators[i];
            if (i == CURATORS_MAX || curator == address(0) || isCurator[datasetId][curator]) {
                revert CuratorInvalid(curator, curators.length);
            }
            isCurator[datasetId][curator] = true;
        }
    }

    function _adopt(Entry storage entry, Policy calldata p, uint256 curators) private {
        entry.rules = Rules.pack(
            // Fit: periods of more than 90 days and panels of more than 32 are refused.
            uint24(p.votingPeriod),
            uint24(p.revealPeriod),
            p.lateQuorumMinutes,
            p.quorumBps,
            p.thresholdBps,
            p.delistThresholdBps,
            uint8(curators),
            p.gainBonusBps != 0,
            p.proposalBond
        );
        entry.sharesPerPoint = p.sharesPerPoint;
        entry.sharesCap = p.sharesCap;
        entry.gainBonusBps = p.gainBonusBps;
        entry.trainingPrice = p.trainingPrice;
        entry.usageBps = p.usageBps;
        entry.royaltyBps = p.royaltyBps;
    }

    function _endow(Shares shares, Founder[] calldata founders) private {
        uint256 total;
        for (uint256 i; i < founders.length && i < FOUNDERS_MAX; ++i) {
            Holders.requireSuited(founders[i].holder);
            total += founders[i].shares;
            shares.mint(founders[i].holder, founders[i].shares);
        }
        if (founders.length > FOUNDERS_MAX || total < FOUNDING_SUPPLY_MIN || total > type(uint96).max) {
            revert FoundersInvalid(founders.length, total);
        }
    }

    function _list(
        Entry storage entry,
        uint256 datasetId,
        bytes32 shardRoot,
        uint24 count,
        address contributor,
        uint256 proposalId,
        uint256 sharesMinted
    ) private {
        if (count == 0) revert ShardEmpty();
        _listings[datasetId][shardRoot] =
            Listing(contributor, count, uint40(block.number), SafeCast.toUint32(proposalId));
        bytes32 versionRoot = keccak256(abi.encode(entry.versionRoot, 1, shardRoot, count, contributor));
        entry.versionRoot = versionRoot;
        emit ShardListed(datasetId, shardRoot, contributor, count, proposalId, sharesMinted, versionRoot);
    }
}
