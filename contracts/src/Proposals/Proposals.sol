// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IDatasets} from "../Datasets/IDatasets.sol";
import {ITrustedKeys} from "../Jobs/ITrustedKeys.sol";
import {Escrow} from "../Money/Escrow.sol";
import {IShares} from "../Shares/IShares.sol";
import {IProposals} from "./IProposals.sol";

/// @title Proposals
/// @dev A proposal is three slots, one vote one bit: 256 proposals share a slot per voter. The bond is the policy's,
/// which never changes, so it is not stored again, and is paid back on request, so that finalising writes no credit.
contract Proposals is IProposals, EIP712 {
    using Escrow for IERC20;
    using SafeERC20 for IERC20;

    uint256 private constant BPS = 10_000;
    uint256 private constant PPM = 1_000_000;

    bytes32 private constant BALLOT_TYPE =
        keccak256("Ballot(uint256 proposalId,uint8 choice,address voter,string reason,uint256 deadline)");
    bytes32 private constant EVALUATION_TYPE = keccak256(
        "Evaluation(uint256 datasetId,uint256 proposalId,uint32 accuracyBefore,uint32 accuracyAfter,bytes32 checkpointHash,uint64 jobId,uint256 deadline)"
    );

    /// @dev Low three bits of `flags`.
    uint8 private constant STATE = 7;
    uint8 private constant SHIELDED = 8;
    uint8 private constant EXTENDED = 16;
    uint8 private constant EVALUATED = 32;
    uint8 private constant BOND_WITHDRAWN = 64;

    struct Record {
        // First slot: what a vote changes.
        uint96 yes;
        uint96 no;
        uint40 deadline;
        uint8 flags;
        uint16 lateQuorumMinutes;
        // Second and third slot: what was proposed. A count of zero asks for a delisting.
        address contributor;
        uint32 datasetId;
        uint24 count;
        uint40 snapshot;
        bytes32 shardRoot;
    }

    struct Measurement {
        uint32 accuracyBefore;
        uint32 accuracyAfter;
        uint64 jobId;
    }

    IERC20 private immutable _money;
    ITrustedKeys private immutable _trustedKeys;
    IDatasets private immutable _datasets;
    bytes32 private immutable _sharesCodeHash;

    uint256 public proposalCount;
    mapping(uint256 proposalId => Record) private _records;
    mapping(uint256 proposalId => Measurement) private _measurements;
    mapping(address voter => mapping(uint256 word => uint256)) private _voted;
    mapping(uint256 proposalId => mapping(address voter => bytes32)) public commitmentOf;

    constructor(IERC20 money, ITrustedKeys trustedKeys, IDatasets datasets, bytes32 sharesCodeHash)
        EIP712("DataBright Proposals", "1")
    {
        _money = money;
        _trustedKeys = trustedKeys;
        _datasets = datasets;
        _sharesCodeHash = sharesCodeHash;
    }

    // Opening

    /// @inheritdoc IProposals
    function propose(uint256 datasetId, bytes32 shardRoot, uint24 count, bytes calldata cid)
        external
        returns (uint256 proposalId)
    {
        if (count == 0) revert IDatasets.ShardEmpty();
        IDatasets.BallotRules memory rules = _datasets.ballotRules(datasetId);
        if (_datasets.isKnown(datasetId, shardRoot)) revert IDatasets.ShardAlreadyListed(datasetId, shardRoot);

        uint40 deadline;
        (proposalId, deadline) = _open(datasetId, shardRoot, count, rules);
        emit Proposed(
            proposalId, datasetId, msg.sender, shardRoot, count, block.number - 1, deadline, rules.proposalBond, cid
        );

        _money.take(msg.sender, rules.proposalBond);
    }

    /// @inheritdoc IProposals
    function proposeDelisting(uint256 datasetId, bytes32 shardRoot, string calldata reason)
        external
        returns (uint256 proposalId)
    {
        IDatasets.BallotRules memory rules = _datasets.ballotRules(datasetId);
        if (_datasets.shard(datasetId, shardRoot).delisted) revert ShardAlreadyDelisted(datasetId, shardRoot);

        uint40 deadline;
        (proposalId, deadline) = _open(datasetId, shardRoot, 0, rules);
        emit DelistingProposed(
            proposalId, datasetId, msg.sender, shardRoot, block.number - 1, deadline, rules.proposalBond, reason
        );

        _money.take(msg.sender, rules.proposalBond);
    }

    function _open(uint256 datasetId, bytes32 shardRoot, uint24 count, IDatasets.BallotRules memory rules)
        private
        returns (uint256 proposalId, uint40 deadline)
    {
        proposalId = SafeCast.toUint32(++proposalCount);
        deadline = uint40(block.timestamp) + rules.votingPeriod;
        _records[proposalId] = Record({
            yes: 0,
            no: 0,
            deadline: deadline,
            flags: uint8(State.Open) | (rules.revealPeriod == 0 ? 0 : SHIELDED),
            lateQuorumMinutes: rules.lateQuorumMinutes,
            contributor: msg.sender,
            datasetId: uint32(datasetId),
            count: count,
            snapshot: uint40(block.number - 1),
            shardRoot: shardRoot
        });
    }

    // Voting

    /// @inheritdoc IProposals
    function vote(uint256 proposalId, Choice choice) external {
        _vote(proposalId, msg.sender, choice, "");
    }

    /// @inheritdoc IProposals
    function voteWithReason(uint256 proposalId, Choice choice, string calldata reason) external {
        _vote(proposalId, msg.sender, choice, reason);
    }

    /// @inheritdoc IProposals
    function voteBySig(Ballot calldata ballot, bytes calldata signature) external {
        if (block.timestamp > ballot.deadline) revert SignatureExpired(ballot.deadline);
        if (!SignatureChecker.isValidSignatureNow(ballot.voter, ballotDigest(ballot), signature)) {
            revert BallotSignatureInvalid(ballot.voter);
        }
        _vote(ballot.proposalId, ballot.voter, ballot.choice, ballot.reason);
    }

    /// @inheritdoc IProposals
    function commitVote(uint256 proposalId, bytes32 commitment) external {
        Record storage record = _voting(proposalId);
        if (record.flags & SHIELDED == 0) revert VotesAreOpen(proposalId);
        if (commitmentOf[proposalId][msg.sender] != 0) revert AlreadyVoted(proposalId, msg.sender);
        _weight(record, proposalId, msg.sender);
        commitmentOf[proposalId][msg.sender] = commitment;
        emit VoteCommitted(proposalId, msg.sender, commitment);
    }

    /// @inheritdoc IProposals
    function revealVote(uint256 proposalId, address voter, Choice choice, bytes32 salt, string calldata reason)
        external
    {
        Record storage record = _opened(proposalId);
        if (record.flags & SHIELDED == 0) revert VotesAreOpen(proposalId);
        if (block.timestamp <= record.deadline) revert VotingNotOver(proposalId, record.deadline);
        uint256 revealDeadline = record.deadline + _datasets.ballotRules(record.datasetId).revealPeriod;
        if (block.timestamp > revealDeadline) revert RevealIsOver(proposalId, revealDeadline);
        bytes32 actual = keccak256(abi.encode(proposalId, voter, choice, salt));
        bytes32 expected = commitmentOf[proposalId][voter];
        if (actual != expected) revert CommitmentMismatch(proposalId, voter, expected, actual);
        _count(record, proposalId, voter, choice, reason);
    }

    function _vote(uint256 proposalId, address voter, Choice choice, string memory reason) private {
        Record storage record = _voting(proposalId);
        if (record.flags & SHIELDED != 0) revert VotesAreShielded(proposalId);
        uint256 castBefore = uint256(record.yes) + record.no;
        uint256 weight = _count(record, proposalId, voter, choice, reason);
        if (record.flags & EXTENDED == 0 && block.timestamp + record.lateQuorumMinutes * 60 > record.deadline) {
            _extendIfQuorumCame(record, proposalId, castBefore, castBefore + weight);
        }
    }

    function _count(Record storage record, uint256 proposalId, address voter, Choice choice, string memory reason)
        private
        returns (uint256 weight)
    {
        weight = _weight(record, proposalId, voter);
        uint256 voted = _voted[voter][proposalId >> 8];
        uint256 bit = 1 << (proposalId & 0xff);
        if (voted & bit != 0) revert AlreadyVoted(proposalId, voter);

        _voted[voter][proposalId >> 8] = voted | bit;
        // Fits: all weights at one snapshot sum up to the supply at most.
        if (choice == Choice.Yes) record.yes += uint96(weight);
        else record.no += uint96(weight);
        emit Voted(proposalId, voter, choice, weight, reason);
    }

    /// @dev So that nobody is ambushed by a quorum that appears in the last minutes.
    function _extendIfQuorumCame(Record storage record, uint256 proposalId, uint256 castBefore, uint256 castAfter)
        private
    {
        uint256 quorum = _quorum(_datasets.ballotRules(record.datasetId), _supply(record));
        if (castBefore >= quorum || castAfter < quorum) return;
        uint40 deadline = uint40(block.timestamp) + uint40(record.lateQuorumMinutes) * 60;
        record.deadline = deadline;
        record.flags |= EXTENDED;
        emit DeadlineExtended(proposalId, deadline);
    }

    function _weight(Record storage record, uint256 proposalId, address voter) private view returns (uint256 weight) {
        weight = _shares(record.datasetId).getPastVotes(voter, record.snapshot);
        if (weight == 0) revert NoVotingWeight(proposalId, voter, record.snapshot);
    }

    // Evaluation

    /// @inheritdoc IProposals
    function postEvaluation(Evaluation calldata evaluation, uint16 refereeId, bytes calldata signature) external {
        uint256 proposalId = evaluation.proposalId;
        Record storage record = _voting(proposalId);
        if (record.count == 0) revert NotAListing(proposalId);
        if (record.flags & EVALUATED != 0) revert EvaluationAlreadyPosted(proposalId);
        if (record.datasetId != evaluation.datasetId) {
            revert EvaluationMismatch(proposalId, record.datasetId, evaluation.datasetId);
        }
        if (block.timestamp > evaluation.deadline) revert SignatureExpired(evaluation.deadline);
        uint256 highest = Math.max(evaluation.accuracyBefore, evaluation.accuracyAfter);
        if (highest > PPM) revert AccuracyInvalid(highest);
        address referee = ECDSA.recover(evaluationDigest(evaluation), signature);
        _trustedKeys.requireKey(refereeId, ITrustedKeys.Role.Referee, referee);

        record.flags |= EVALUATED;
        _measurements[proposalId] =
            Measurement(evaluation.accuracyBefore, evaluation.accuracyAfter, evaluation.jobId);
        emit EvaluationPosted(
            proposalId,
            evaluation.jobId,
            referee,
            evaluation.accuracyBefore,
            evaluation.accuracyAfter,
            evaluation.checkpointHash
        );
    }

    // Ending

    /// @inheritdoc IProposals
    function finalise(uint256 proposalId) external returns (State state) {
        Record storage record = _opened(proposalId);
        IDatasets.BallotRules memory rules = _datasets.ballotRules(record.datasetId);
        state = _outcome(record, rules);
        if (state == State.Open) revert OutcomeUndecided(proposalId, record.deadline);
        // Another proposal has listed or delisted the same shard meanwhile: nothing is left to do, the bond goes back.
        if (state == State.Accepted && !_isPending(record)) state = State.Expired;

        _setState(record, state);
        uint256 sharesMinted;
        if (state == State.Accepted) sharesMinted = _accept(record, proposalId);
        emit ProposalFinalised(proposalId, state, record.yes, record.no, sharesMinted);

        if (state == State.Rejected) _forfeit(record, rules.proposalBond);
    }

    /// @inheritdoc IProposals
    function withdrawBond(uint256 proposalId) external returns (uint256 amount) {
        Record storage record = _known(proposalId);
        State state = _state(record);
        if (state == State.Open || state == State.Rejected) revert BondNotReturnable(proposalId, state);
        if (record.flags & BOND_WITHDRAWN != 0) revert BondAlreadyWithdrawn(proposalId);
        amount = _datasets.ballotRules(record.datasetId).proposalBond;

        record.flags |= BOND_WITHDRAWN;
        emit BondWithdrawn(proposalId, record.contributor, amount);

        _money.safeTransfer(record.contributor, amount);
    }

    function _accept(Record storage record, uint256 proposalId) private returns (uint256 sharesMinted) {
        if (record.count != 0) {
            return _datasets.list(
                record.datasetId,
                record.shardRoot,
                record.count,
                record.contributor,
                proposalId,
                record.flags & EVALUATED == 0 ? 0 : _gain(_measurements[proposalId])
            );
        }
        uint256 listedBy = _datasets.delist(record.datasetId, record.shardRoot);
        if (listedBy != 0) {
            _setState(_records[listedBy], State.Delisted);
            emit ProposalDelisted(listedBy, proposalId);
        }
    }

    function _forfeit(Record storage record, uint256 bond) private {
        if (bond == 0) return;
        IShares shares = _shares(record.datasetId);
        _money.forceApprove(address(shares), bond);
        shares.deposit(bond);
    }

    function _isPending(Record storage record) private view returns (bool) {
        if (record.count == 0) return !_datasets.shard(record.datasetId, record.shardRoot).delisted;
        return !_datasets.isKnown(record.datasetId, record.shardRoot);
    }

    function _gain(Measurement memory m) private pure returns (uint256) {
        return m.accuracyAfter > m.accuracyBefore ? m.accuracyAfter - m.accuracyBefore : 0;
    }

    /// @dev Accepted: more than the threshold of the votes cast is yes, or would be if all others came and said no.
    /// Rejected: it is not, or would not be if all others came and said yes. Below the quorum nothing is decided early.
    function _outcome(Record storage record, IDatasets.BallotRules memory rules) private view returns (State) {
        uint256 supply = _supply(record);
        uint256 end = record.deadline + (record.flags & SHIELDED == 0 ? 0 : rules.revealPeriod);
        uint256 yes = record.yes;
        uint256 cast = yes + record.no;
        bool over = block.timestamp > end;
        if (cast < _quorum(rules, supply)) return over ? State.Expired : State.Open;
        uint256 threshold = record.count == 0 ? rules.delistThresholdBps : rules.thresholdBps;
        if (yes * BPS > threshold * (over ? cast : supply)) return State.Accepted;
        if (over || (supply - record.no) * BPS <= threshold * supply) return State.Rejected;
        return State.Open;
    }

    /// @dev Rounded up, and one at least: without any vote nothing is decided.
    function _quorum(IDatasets.BallotRules memory rules, uint256 supply) private pure returns (uint256) {
        return Math.max(1, Math.ceilDiv(supply * rules.quorumBps, BPS));
    }

    // Reading

    /// @inheritdoc IProposals
    function proposal(uint256 proposalId) external view returns (Proposal memory) {
        Record storage record = _known(proposalId);
        return Proposal({
            state: _state(record),
            kind: record.count == 0 ? Kind.Delisting : Kind.Listing,
            shielded: record.flags & SHIELDED != 0,
            extended: record.flags & EXTENDED != 0,
            bondWithdrawn: record.flags & BOND_WITHDRAWN != 0,
            datasetId: record.datasetId,
            shardRoot: record.shardRoot,
            count: record.count,
            contributor: record.contributor,
            snapshot: record.snapshot,
            deadline: record.deadline,
            yes: record.yes,
            no: record.no
        });
    }

    /// @inheritdoc IProposals
    function outcome(uint256 proposalId) external view returns (State state) {
        Record storage record = _known(proposalId);
        state = _state(record);
        if (state != State.Open) return state;
        state = _outcome(record, _datasets.ballotRules(record.datasetId));
        if (state == State.Accepted && !_isPending(record)) state = State.Expired;
    }

    /// @inheritdoc IProposals
    function hasVoted(uint256 proposalId, address voter) external view returns (bool) {
        return _voted[voter][proposalId >> 8] & (1 << (proposalId & 0xff)) != 0;
    }

    /// @inheritdoc IProposals
    function evaluationOf(uint256 proposalId)
        external
        view
        returns (bool posted, uint32 accuracyBefore, uint32 accuracyAfter, uint64 jobId)
    {
        Measurement memory m = _measurements[proposalId];
        posted = _known(proposalId).flags & EVALUATED != 0;
        return (posted, m.accuracyBefore, m.accuracyAfter, m.jobId);
    }

    /// @inheritdoc IProposals
    function ballotDigest(Ballot calldata ballot) public view returns (bytes32) {
        bytes32 reason = keccak256(bytes(ballot.reason));
        return _hashTypedDataV4(
            keccak256(
                abi.encode(BALLOT_TYPE, ballot.proposalId, ballot.choice, ballot.voter, reason, ballot.deadline)
            )
        );
    }

    /// @inheritdoc IProposals
    function evaluationDigest(Evaluation calldata evaluation) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(EVALUATION_TYPE, evaluation)));
    }

    function _known(uint256 proposalId) private view returns (Record storage record) {
        record = _records[proposalId];
        if (record.flags == 0) revert ProposalUnknown(proposalId);
    }

    function _opened(uint256 proposalId) private view returns (Record storage record) {
        record = _known(proposalId);
        if (_state(record) != State.Open) revert ProposalNotOpen(proposalId, _state(record));
    }

    /// @dev Open, and votes (or commitments to votes) are still taken.
    function _voting(uint256 proposalId) private view returns (Record storage record) {
        record = _opened(proposalId);
        if (block.timestamp > record.deadline) revert VotingIsOver(proposalId, record.deadline);
    }

    function _state(Record storage record) private view returns (State) {
        return State(record.flags & STATE);
    }

    function _setState(Record storage record, State state) private {
        record.flags = (record.flags & ~STATE) | uint8(state);
    }

    /// @dev Computed as the datasets contract computes it: reading the address would cost every vote two cold reads.
    function _shares(uint256 datasetId) private view returns (IShares) {
        return IShares(Create2.computeAddress(bytes32(datasetId), _sharesCodeHash, address(_datasets)));
    }

    function _supply(Record storage record) private view returns (uint256) {
        return _shares(record.datasetId).getPastTotalSupply(record.snapshot);
    }
}
