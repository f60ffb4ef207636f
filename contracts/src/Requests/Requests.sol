// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BallotRules} from "../Datasets/BallotRules.sol";
import {IDatasets} from "../Datasets/IDatasets.sol";
import {Escrow} from "../Money/Escrow.sol";
import {IProposals} from "../Proposals/IProposals.sol";
import {NoHolder} from "../Shares/Holders.sol";
import {IShares} from "../Shares/IShares.sol";
import {IRequests} from "./IRequests.sol";

/// @title Requests
/// @dev Whether a contribution is good is the business of the adopted dataset's shareholders; this contract only pays for
/// what they accepted, so it needs no judgement of its own.
contract Requests is IRequests, NoHolder {
    using Escrow for IERC20;
    using SafeERC20 for IERC20;

    uint256 private constant BPS = 10_000;
    uint40 public constant GRACE = 7 days;
    uint40 public constant TERM_MAX = 365 days;

    IERC20 private immutable _money;
    IDatasets private immutable _datasets;

    uint256 private _nextId = 1;
    mapping(uint256 requestId => Request) private _requests;
    mapping(uint256 requestId => Poll) private _polls;
    mapping(uint256 requestId => mapping(address account => uint256)) public sponsoredBy;
    mapping(uint256 requestId => mapping(address voter => bool)) public hasVotedOn;
    mapping(uint256 requestId => mapping(bytes32 shardRoot => bool)) public isRewarded;

    constructor(IERC20 money_, IDatasets datasets) {
        _money = money_;
        _datasets = datasets;
    }

    // Listing

    /// @inheritdoc IRequests
    function open(Ask calldata ask) external returns (uint256 requestId) {
        if (ask.rewardPerPoint == 0) revert RequestInvalid("rewardPerPoint", 0);
        if (ask.schemaHash == 0) revert RequestInvalid("schemaHash", 0);
        if (ask.deadline <= block.timestamp || ask.deadline > block.timestamp + TERM_MAX) {
            revert RequestInvalid("deadline", ask.deadline);
        }
        requestId = _nextId++;
        Request storage r = _requests[requestId];
        (r.state, r.initiator, r.deadline) = (State.Listed, msg.sender, ask.deadline);
        (r.schemaHash, r.rewardPerPoint) = (ask.schemaHash, ask.rewardPerPoint);
        Poll memory opened;
        if (ask.association != 0) {
            BallotRules rules = _datasets.ballotRules(ask.association);
            uint256 ends = block.timestamp + rules.votingPeriod();
            if (ends + rules.lateQuorum() >= ask.deadline) revert RequestInvalid("deadline", ask.deadline);
            opened = Poll(ask.association, uint40(block.number - 1), uint40(ends), false, 0, 0);
            _polls[requestId] = opened;
            r.state = State.Voting;
        }
        emit RequestOpened(requestId, msg.sender, ask, opened.snapshot, opened.deadline);
        if (ask.sponsorship != 0) _sponsor(requestId, r, ask.sponsorship);
    }

    /// @inheritdoc IRequests
    function vote(uint256 requestId, IProposals.Choice choice, string calldata reason) external {
        _requireState(requestId, State.Voting);
        Poll storage p = _polls[requestId];
        if (block.timestamp > p.deadline) revert RequestIsOver(requestId, p.deadline);
        if (hasVotedOn[requestId][msg.sender]) revert RequestAlreadyVoted(requestId, msg.sender);
        uint256 weight = _shares(p.association).getPastVotes(msg.sender, p.snapshot);
        if (weight == 0) revert RequestNoWeight(requestId, msg.sender, p.snapshot);

        hasVotedOn[requestId][msg.sender] = true;
        Poll memory before = p;
        // Fits: all weights at one snapshot sum up to the supply at most, which is below 2^96.
        if (choice == IProposals.Choice.Yes) p.yes += uint96(weight);
        else p.no += uint96(weight);
        emit RequestVoted(requestId, msg.sender, choice, weight, reason);
        _extendIfTurned(requestId, before, p);
    }

    /// @dev As in a vote on data, see Proposals: the end moves once by what the policy says.
    function _extendIfTurned(uint256 requestId, Poll memory before, Poll storage p) private {
        BallotRules rules = _datasets.ballotRules(before.association);
        uint256 ends = block.timestamp + rules.lateQuorum();
        if (before.extended || ends <= before.deadline) return;
        uint256 supply = _shares(before.association).getPastTotalSupply(before.snapshot);
        bool hadQuorum = _hasQuorum(before, rules, supply);
        if (!_hasQuorum(p, rules, supply)) return;
        if (hadQuorum && _isWanted(before, rules) == _isWanted(p, rules)) return;

        (p.deadline, p.extended) = (uint40(ends), true);
        emit RequestVoteExtended(requestId, ends);
    }

    function _hasQuorum(Poll memory p, BallotRules rules, uint256 supply) private pure returns (bool) {
        return uint256(p.yes) + p.no >= Math.max(1, Math.ceilDiv(supply * rules.quorumBps(), BPS));
    }

    function _isWanted(Poll memory p, BallotRules rules) private pure returns (bool) {
        return uint256(p.yes) * BPS > rules.thresholdBps() * (uint256(p.yes) + p.no);
    }

    /// @inheritdoc IRequests
    function decide(uint256 requestId) external returns (State state) {
        Request storage r = _requireState(requestId, State.Voting);
        Poll memory p = _polls[requestId];
        if (block.timestamp <= p.deadline) revert RequestNotOver(requestId, p.deadline);
        BallotRules rules = _datasets.ballotRules(p.association);
        uint256 supply = _shares(p.association).getPastTotalSupply(p.snapshot);
        bool listed = _hasQuorum(p, rules, supply) && _isWanted(p, rules);

        state = listed ? State.Listed : State.Refused;
        r.state = state;
        emit RequestDecided(requestId, state, p.yes, p.no);
    }

    // The pot

    /// @inheritdoc IRequests
    function sponsor(uint256 requestId, uint96 amount) external {
        Request storage r = _known(requestId);
        if (r.state != State.Voting && r.state != State.Listed) revert RequestStateInvalid(requestId, r.state);
        if (block.timestamp > r.deadline) revert RequestIsOver(requestId, r.deadline);
        if (r.datasetId == 0 && msg.sender != r.initiator) revert RequestNotAdopted(requestId);
        _sponsor(requestId, r, amount);
    }

    function _sponsor(uint256 requestId, Request storage r, uint96 amount) private {
        r.pot += amount;
        sponsoredBy[requestId][msg.sender] += amount;
        emit RequestSponsored(requestId, msg.sender, amount, r.pot);

        _money.take(msg.sender, amount);
    }

    /// @inheritdoc IRequests
    function payReward(uint256 requestId, bytes32 shardRoot) external returns (uint256 amount) {
        Request storage r = _requireState(requestId, State.Listed);
        if (r.datasetId == 0) revert ShardNotRewarded(requestId, shardRoot);
        IDatasets.Shard memory shard = _datasets.shard(r.datasetId, shardRoot);
        if (shard.proposalId == 0 || shard.delisted || shard.listedAt <= r.adoptedAt) {
            revert ShardNotRewarded(requestId, shardRoot);
        }
        if (isRewarded[requestId][shardRoot]) revert RewardAlreadyPaid(requestId, shardRoot);
        uint256 due = uint256(shard.count) * r.rewardPerPoint;
        amount = Math.min(due, r.pot - r.paid);
        if (amount == 0) revert PotEmpty(requestId);
        // A shard is paid for once: while sponsors may still add, only its contributor settles for less.
        if (amount < due && msg.sender != shard.contributor && block.timestamp <= r.deadline) {
            revert PotTooLow(requestId, due, amount);
        }

        isRewarded[requestId][shardRoot] = true;
        r.paid += uint96(amount);
        emit RewardPaid(requestId, shardRoot, shard.contributor, amount);

        _money.safeTransfer(shard.contributor, amount);
    }

    /// @inheritdoc IRequests
    function close(uint256 requestId) external {
        Request storage r = _known(requestId);
        if (r.state != State.Listed && r.state != State.Voting) revert RequestStateInvalid(requestId, r.state);
        uint256 until = _closesAfter(r);
        if (block.timestamp <= until) revert RequestNotOver(requestId, until);

        r.state = State.Closed;
        emit RequestClosed(requestId, r.pot - r.paid);
    }

    /// @inheritdoc IRequests
    function refundFor(uint256 requestId, address account) external returns (uint256 amount) {
        Request storage r = _known(requestId);
        if (r.state != State.Refused && r.state != State.Closed) revert RequestStateInvalid(requestId, r.state);
        uint256 sponsored = sponsoredBy[requestId][account];
        // Rounded down: less than a unit per sponsor stays behind.
        if (sponsored != 0) amount = sponsored * (r.pot - r.paid) / r.pot;
        if (amount == 0) revert NothingToRefund(requestId, account);

        sponsoredBy[requestId][account] = 0;
        emit SponsorRefunded(requestId, account, amount);

        _money.safeTransfer(account, amount);
    }

    // Answers

    /// @inheritdoc IRequests
    function answer(uint256 requestId, uint256 datasetId, string calldata note) external {
        Request storage r = _requireState(requestId, State.Listed);
        _requireSchema(requestId, r, datasetId);
        emit RequestAnswered(requestId, datasetId, msg.sender, note);
    }

    /// @inheritdoc IRequests
    function adopt(uint256 requestId, uint256 datasetId) external {
        Request storage r = _requireState(requestId, State.Listed);
        if (msg.sender != r.initiator) revert NotTheInitiator(requestId, r.initiator, msg.sender);
        if (r.datasetId != 0) revert RequestAlreadyAdopted(requestId, r.datasetId);
        _requireSchema(requestId, r, datasetId);

        (r.datasetId, r.adoptedAt) = (uint32(datasetId), uint40(block.number));
        emit RequestAdopted(requestId, datasetId);
    }

    // Reading

    /// @inheritdoc IRequests
    function requestCount() external view returns (uint256) {
        return _nextId - 1;
    }

    /// @inheritdoc IRequests
    function request(uint256 requestId) external view returns (Request memory) {
        return _known(requestId);
    }

    /// @inheritdoc IRequests
    function closesAfter(uint256 requestId) external view returns (uint256) {
        return _closesAfter(_known(requestId));
    }

    /// @inheritdoc IRequests
    function poll(uint256 requestId) external view returns (Poll memory) {
        _known(requestId);
        return _polls[requestId];
    }

    /// @dev Without a dataset there is no vote to wait for.
    function _closesAfter(Request storage r) private view returns (uint256 until) {
        until = uint256(r.deadline) + GRACE;
        if (r.datasetId != 0) until += _datasets.ballotRules(r.datasetId).longest();
    }

    function _requireSchema(uint256 requestId, Request storage r, uint256 datasetId) private view {
        bytes32 schemaHash = _datasets.dataset(datasetId).schemaHash;
        if (schemaHash != r.schemaHash) revert SchemaMismatch(requestId, r.schemaHash, schemaHash);
    }

    function _known(uint256 requestId) private view returns (Request storage r) {
        r = _requests[requestId];
        if (r.state == State.None) revert RequestUnknown(requestId);
    }

    function _requireState(uint256 requestId, State state) private view returns (Request storage r) {
        r = _known(requestId);
        if (r.state != state) revert RequestStateInvalid(requestId, r.state);
    }

    function _shares(uint256 datasetId) private view returns (IShares) {
        return IShares(_datasets.sharesOf(datasetId));
    }
}
