// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BallotRules} from "../Datasets/BallotRules.sol";
import {IDatasets} from "../Datasets/IDatasets.sol";
import {IJobs} from "../Jobs/IJobs.sol";
import {Escrow} from "../Money/Escrow.sol";
import {NoHolder} from "../Shares/Holders.sol";
import {IShares} from "../Shares/IShares.sol";
import {ITrustedKeys} from "../Trust/ITrustedKeys.sol";
import {IProposals} from "./IProposals.sol";
import {Offer, Offers, Tallies, Tally} from "./Tally.sol";

/// @title Proposals
/// @dev A proposal is three slots, one vote one bit: 256 proposals share a slot per voter. The bond is the policy's,
/// which never changes, so it is not stored again, and is paid back on request, so that finalising writes no credit.
contract Proposals is IProposals, EIP712, NoHolder {
    using Escrow for IERC20;
    using SafeERC20 for IERC20;

    uint256 private constant BPS = 10_000;
    uint256 private constant PPM = 1_000_000;
    /// @dev The median is looked for among them when shares are minted, which must stay affordable.
    uint256 private constant MEASUREMENTS_MAX = 31;
    /// @dev Where curators' judgements are marked, apart from the votes they may cast as shareholders after an appeal.
    uint256 private constant REVIEW_SPACE = 1 << 95;

    bytes32 private constant BALLOT_TYPE =
        keccak256("Ballot(uint256 proposalId,uint8 choice,address voter,string reason,uint256 deadline)");
    bytes32 private constant EVALUATION_TYPE = keccak256(
        "Evaluation(uint256 datasetId,uint256 proposalId,uint32 accuracyBefore,uint32 accuracyAfter,int32 lowerEnd,"
        "uint32 points,uint32 copies,bytes32 measurementHash,bytes32 checkpointHash,uint64 jobId,uint256 deadline)"
    );

    struct Record {
        Tally tally;
        Offer offer;
        bytes32 shardRoot;
    }

    /// @dev A measurement and how many follow it: a struct within a struct would take a slot of its own.
    struct First {
        uint32 accuracyBefore;
        uint32 accuracyAfter;
        int32 lowerEnd;
        uint64 jobId;
        uint8 further;
    }

    IERC20 private immutable _money;
    ITrustedKeys private immutable _trustedKeys;
    IDatasets private immutable _datasets;
    IJobs private immutable _jobs;
    bytes32 private immutable _sharesCodeHash;

    /// @dev The next id, so that the slot is never written anew.
    uint32 private _nextId = 1;
    mapping(uint256 proposalId => Record) private _records;
    /// @dev The first measurement and how many follow, in one slot: mostly there is one.
    mapping(uint256 proposalId => First) private _first;
    mapping(uint256 proposalId => Measurement[]) private _further;
    /// @dev Bit `proposalId % 256` of the word `voter << 96 | space | proposalId / 256`.
    mapping(uint256 voterAndWord => uint256) private _voted;
    mapping(uint256 proposalId => mapping(address voter => bytes32)) public commitmentOf;

    /// @param jobs_ Where it will be: the jobs contract needs this one, so it is made later, and refuses to be made elsewhere.
    constructor(IERC20 money, ITrustedKeys trustedKeys, IDatasets datasets, IJobs jobs_, bytes32 sharesCodeHash)
        EIP712("DataBright Proposals", "1")
    {
        _money = money;
        _trustedKeys = trustedKeys;
        _datasets = datasets;
        _jobs = jobs_;
        _sharesCodeHash = sharesCodeHash;
    }

    // Opening

    /// @inheritdoc IProposals
    function propose(uint256 datasetId, bytes32 shardRoot, uint24 count, bytes calldata cid)
        external
        returns (uint256 proposalId)
    {
        if (count == 0) revert IDatasets.ShardEmpty();
        (BallotRules rules, bool known) = _datasets.ballotRulesFor(datasetId, shardRoot);
        if (known) revert IDatasets.ShardAlreadyListed(datasetId, shardRoot);

        uint256 snapshot;
        uint256 deadline;
        (proposalId, snapshot, deadline) = _open(datasetId, shardRoot, count, rules);
        emit Proposed(proposalId, datasetId, msg.sender, shardRoot, count, snapshot, deadline, cid);

        _money.take(msg.sender, rules.proposalBond());
    }

    /// @inheritdoc IProposals
    function proposeDelisting(uint256 datasetId, bytes32 shardRoot, string calldata reason)
        external
        returns (uint256 proposalId)
    {
        BallotRules rules = _datasets.ballotRules(datasetId);
        if (_datasets.shard(datasetId, shardRoot).delisted) revert ShardAlreadyDelisted(datasetId, shardRoot);

        uint256 snapshot;
        uint256 deadline;
        (proposalId, snapshot, deadline) = _open(datasetId, shardRoot, 0, rules);
        emit DelistingProposed(proposalId, datasetId, msg.sender, shardRoot, snapshot, deadline, reason);

        _money.take(msg.sender, rules.proposalBond());
    }

    /// @inheritdoc IProposals
    /// @dev Whether the model is the dataset's is checked by the models contract, which is made later than this one.
    function proposeReplacement(
        uint256 datasetId,
        uint64 replacedId,
        uint64 modelId,
        uint32 metric,
        string calldata reason
    ) external returns (uint256 proposalId) {
        if (metric > PPM || (modelId == 0 && metric != 0)) revert ReplacementInvalid(modelId, metric);
        BallotRules rules = _datasets.ballotRules(datasetId);

        uint256 snapshot;
        uint256 deadline;
        bytes32 subject = bytes32(uint256(replacedId) << 96 | uint256(modelId) << 32 | metric);
        (proposalId, snapshot, deadline) = _open(datasetId, subject, 0, rules);
        _records[proposalId].tally = _records[proposalId].tally.flagged(Tallies.REPLACEMENT);
        emit ReplacementProposed(
            proposalId, datasetId, msg.sender, replacedId, modelId, metric, snapshot, deadline, reason
        );

        _money.take(msg.sender, rules.proposalBond());
    }

    function _open(uint256 datasetId, bytes32 shardRoot, uint24 count, BallotRules rules)
        private
        returns (uint256 proposalId, uint256 snapshot, uint256 deadline)
    {
        // Nothing can overflow: four thousand million proposals cost more than any chain has, a chain has a block before this one,
        // and a policy's periods are bounded.
        unchecked {
            proposalId = _nextId++;
            deadline = block.timestamp + rules.votingPeriod();
            snapshot = block.number - 1;
        }
        Record storage record = _records[proposalId];
        Tally tally = Tallies.open(deadline, rules.revealPeriod() != 0, rules.lateQuorumMinutes());
        if (rules.panelSize() != 0 && count != 0) tally = tally.flagged(Tallies.UNDER_REVIEW);
        record.tally = tally;
        record.offer = Offers.make(msg.sender, datasetId, count, snapshot);
        record.shardRoot = shardRoot;
    }

    // Voting

    /// @inheritdoc IProposals
    function vote(uint256 proposalId, Choice choice) external {
        _vote(proposalId, msg.sender, choice);
    }

    /// @inheritdoc IProposals
    function voteWithReason(uint256 proposalId, Choice choice, string calldata reason) external {
        _vote(proposalId, msg.sender, choice);
        _explain(proposalId, msg.sender, reason);
    }

    /// @inheritdoc IProposals
    function voteBySig(Ballot calldata ballot, bytes calldata signature) external {
        if (block.timestamp > ballot.deadline) revert SignatureExpired(ballot.deadline);
        if (!SignatureChecker.isValidSignatureNow(ballot.voter, ballotDigest(ballot), signature)) {
            revert BallotSignatureInvalid(ballot.voter);
        }
        _vote(ballot.proposalId, ballot.voter, ballot.choice);
        _explain(ballot.proposalId, ballot.voter, ballot.reason);
    }

    /// @inheritdoc IProposals
    function commitVote(uint256 proposalId, bytes32 commitment) external {
        (Record storage record, Tally tally) = _voting(proposalId);
        if (!tally.has(Tallies.SHIELDED)) revert VotesAreOpen(proposalId);
        if (commitmentOf[proposalId][msg.sender] != 0) revert AlreadyVoted(proposalId, msg.sender);
        if (tally.has(Tallies.UNDER_REVIEW)) _requireCurator(proposalId, record.offer, msg.sender);
        else _weight(proposalId, record.offer, msg.sender);
        commitmentOf[proposalId][msg.sender] = commitment;
        emit VoteCommitted(proposalId, msg.sender, commitment);
    }

    /// @inheritdoc IProposals
    function revealVote(uint256 proposalId, address voter, Choice choice, bytes32 salt, string calldata reason)
        external
    {
        (Record storage record, Tally tally) = _opened(proposalId);
        if (!tally.has(Tallies.SHIELDED)) revert VotesAreOpen(proposalId);
        // The seal binds the choice and not the words, and a salt can be read while its reveal waits: nobody speaks for another.
        if (bytes(reason).length != 0 && msg.sender != voter) revert ReasonOfAnother(proposalId, voter, msg.sender);
        if (block.timestamp <= tally.deadline()) revert VotingNotOver(proposalId, tally.deadline());
        uint256 revealDeadline = tally.deadline() + _datasets.ballotRules(record.offer.datasetId()).revealPeriod();
        if (block.timestamp > revealDeadline) revert RevealIsOver(proposalId, revealDeadline);
        bytes32 actual = keccak256(abi.encode(proposalId, voter, choice, salt));
        bytes32 expected = commitmentOf[proposalId][voter];
        if (actual != expected) revert CommitmentMismatch(proposalId, voter, expected, actual);

        if (tally.has(Tallies.UNDER_REVIEW)) {
            // That it is a curator was checked when it committed; charters do not change.
            _mark(proposalId, voter, REVIEW_SPACE);
            record.tally = tally.counted(choice, 1);
            emit Judged(proposalId, voter, choice, reason);
            return;
        }
        uint256 weight = _useVote(proposalId, record.offer, voter);
        record.tally = tally.counted(choice, weight);
        emit Voted(proposalId, voter, choice, weight);
        _explain(proposalId, voter, reason);
    }

    /// @inheritdoc IProposals
    function appeal(uint256 proposalId) external {
        (Record storage record, Tally tally) = _opened(proposalId);
        if (!tally.has(Tallies.UNDER_REVIEW)) revert NotUnderReview(proposalId);
        Offer offer = record.offer;
        BallotRules rules = _datasets.ballotRules(offer.datasetId());
        uint256 period = rules.revealPeriod();
        uint256 judged = tally.deadline() + period;
        if (block.timestamp <= judged) revert ReviewNotOver(proposalId, judged);
        uint256 until = judged + period;
        if (block.timestamp > until) revert AppealIsOver(proposalId, until);
        _weight(proposalId, offer, msg.sender);

        uint256 deadline = block.timestamp + rules.votingPeriod();
        Tally asked = Tallies.open(deadline, false, rules.lateQuorumMinutes());
        record.tally = tally.has(Tallies.EVALUATED) ? asked.flagged(Tallies.EVALUATED) : asked;
        emit Appealed(proposalId, msg.sender, deadline, tally.yes(), tally.no());
    }

    function _vote(uint256 proposalId, address voter, Choice choice) private {
        (Record storage record, Tally tally) = _voting(proposalId);
        if (tally.has(Tallies.SHIELDED)) revert VotesAreShielded(proposalId);
        Offer offer = record.offer;

        uint256 weight = _useVote(proposalId, offer, voter);
        Tally counted = tally.counted(choice, weight);
        if (!tally.has(Tallies.EXTENDED) && block.timestamp + tally.lateQuorum() > tally.deadline()) {
            counted = _extendedIfTurned(proposalId, offer, tally, counted);
        }
        record.tally = counted;
        emit Voted(proposalId, voter, choice, weight);
    }

    function _explain(uint256 proposalId, address voter, string calldata reason) private {
        if (bytes(reason).length != 0) emit VoteExplained(proposalId, voter, reason);
    }

    /// @dev Marks that the voter has voted, and returns its weight.
    function _useVote(uint256 proposalId, Offer offer, address voter) private returns (uint256 weight) {
        weight = _weight(proposalId, offer, voter);
        _mark(proposalId, voter, 0);
    }

    function _mark(uint256 proposalId, address voter, uint256 space) private {
        uint256 word = uint256(uint160(voter)) << 96 | space | proposalId >> 8;
        uint256 bit = 1 << (proposalId & 0xff);
        uint256 voted = _voted[word];
        if (voted & bit != 0) revert AlreadyVoted(proposalId, voter);
        _voted[word] = voted | bit;
    }

    function _requireCurator(uint256 proposalId, Offer offer, address account) private view {
        if (!_datasets.isCurator(offer.datasetId(), account)) revert NotACurator(proposalId, account);
    }

    function _weight(uint256 proposalId, Offer offer, address voter) private view returns (uint256 weight) {
        weight = _shares(offer.datasetId()).getPastVotes(voter, offer.snapshot());
        if (weight == 0) revert NoVotingWeight(proposalId, voter, offer.snapshot());
    }

    /// @dev So that nobody is ambushed in the last minutes: by a quorum that appears, or, where there was one, by an outcome that
    /// turns. Whatever the vote changes, the others have that time once.
    function _extendedIfTurned(uint256 proposalId, Offer offer, Tally before, Tally counted) private returns (Tally) {
        BallotRules rules = _datasets.ballotRules(offer.datasetId());
        uint256 supply = _supply(offer);
        if (_verdict(before, offer, rules, supply) == _verdict(counted, offer, rules, supply)) return counted;
        uint256 deadline = block.timestamp + counted.lateQuorum();
        emit DeadlineExtended(proposalId, deadline);
        return counted.extended(deadline);
    }

    // Evaluation

    /// @inheritdoc IProposals
    function postEvaluation(Evaluation calldata evaluation, bytes calldata signature) external {
        uint256 proposalId = evaluation.proposalId;
        (Record storage record, Tally tally) = _voting(proposalId);
        Offer offer = record.offer;
        if (offer.count() == 0) revert NotAListing(proposalId);
        if (offer.datasetId() != evaluation.datasetId) {
            revert EvaluationMismatch(proposalId, offer.datasetId(), evaluation.datasetId);
        }
        if (block.timestamp > evaluation.deadline) revert SignatureExpired(evaluation.deadline);
        _requirePlausible(evaluation);
        if (uint256(evaluation.points) + evaluation.copies != offer.count()) {
            revert PointsInvalid(proposalId, offer.count(), evaluation.points, evaluation.copies);
        }
        bytes32 measurement = _datasets.measurementHash(evaluation.datasetId);
        if (evaluation.measurementHash != measurement) {
            revert MeasurementInvalid(proposalId, measurement, evaluation.measurementHash);
        }
        if (_jobs.measuredBy(evaluation.jobId) != proposalId) revert EvaluationJobInvalid(proposalId, evaluation.jobId);
        address referee = ECDSA.recover(evaluationDigest(evaluation), signature);
        _trustedKeys.requireTrusted(referee, ITrustedKeys.Role.Referee);

        Measurement memory one = Measurement(
            evaluation.accuracyBefore, evaluation.accuracyAfter, evaluation.lowerEnd, evaluation.jobId
        );
        if (tally.has(Tallies.EVALUATED)) {
            _add(proposalId, one);
        } else {
            record.tally = tally.flagged(Tallies.EVALUATED);
            _first[proposalId] = First(one.accuracyBefore, one.accuracyAfter, one.lowerEnd, one.jobId, 0);
        }
        emit EvaluationPosted(proposalId, evaluation.jobId, referee, evaluation);
    }

    function _add(uint256 proposalId, Measurement memory one) private {
        Measurement[] memory kept = _measurements(proposalId);
        if (kept.length == MEASUREMENTS_MAX) revert EvaluationsFull(proposalId, kept.length);
        for (uint256 i; i < kept.length; ++i) {
            if (kept[i].jobId == one.jobId) revert EvaluationAlreadyPosted(proposalId, one.jobId);
        }
        _first[proposalId].further = uint8(kept.length);
        _further[proposalId].push(one);
    }

    /// @dev In the order in which they were posted; one at least.
    function _measurements(uint256 proposalId) private view returns (Measurement[] memory all) {
        First memory first = _first[proposalId];
        all = new Measurement[](uint256(first.further) + 1);
        all[0] = Measurement(first.accuracyBefore, first.accuracyAfter, first.lowerEnd, first.jobId);
        for (uint256 i = 1; i < all.length; ++i) all[i] = _further[proposalId][i - 1];
    }

    function _requirePlausible(Evaluation calldata evaluation) private pure {
        int256 gain = int256(uint256(evaluation.accuracyAfter)) - int256(uint256(evaluation.accuracyBefore));
        if (
            evaluation.accuracyBefore > PPM || evaluation.accuracyAfter > PPM || evaluation.lowerEnd > gain
                || evaluation.lowerEnd < -int256(PPM)
        ) {
            revert AccuracyInvalid(evaluation.accuracyBefore, evaluation.accuracyAfter, evaluation.lowerEnd);
        }
    }

    /// @dev By the lower end, and of two in the middle the lower: whoever posts once more gains nothing by it.
    function _median(uint256 proposalId) private view returns (Measurement memory) {
        Measurement[] memory sorted = _measurements(proposalId);
        uint256 count = sorted.length;
        for (uint256 i = 1; i < count; ++i) {
            Measurement memory one = sorted[i];
            uint256 j = i;
            for (; j != 0 && sorted[j - 1].lowerEnd > one.lowerEnd; --j) sorted[j] = sorted[j - 1];
            sorted[j] = one;
        }
        return sorted[(count - 1) / 2];
    }

    // Ending

    /// @inheritdoc IProposals
    function finalise(uint256 proposalId) external returns (State state) {
        (Record storage record, Tally tally) = _opened(proposalId);
        Offer offer = record.offer;
        bytes32 shardRoot = record.shardRoot;
        BallotRules rules;
        (rules, state) = _outcomeOf(tally, offer, shardRoot);
        if (state == State.Open) revert OutcomeUndecided(proposalId, tally.deadline());
        if (state == State.Accepted && _mayBeMeasured(tally, offer, rules) && msg.sender != offer.contributor()) {
            revert EvaluationMayFollow(proposalId, tally.deadline());
        }

        record.tally = tally.moved(state);
        emit ProposalFinalised(proposalId, state, tally.yes(), tally.no());

        if (state == State.Accepted) _accept(proposalId, tally, offer, shardRoot);
        if (state == State.Rejected) _forfeit(offer.datasetId(), rules.proposalBond());
    }

    /// @inheritdoc IProposals
    function withdrawBond(uint256 proposalId) external returns (uint256 amount) {
        (Record storage record, Tally tally) = _known(proposalId);
        State state = tally.state();
        if (state == State.Open || state == State.Rejected) revert BondNotReturnable(proposalId, state);
        if (tally.has(Tallies.BOND_WITHDRAWN)) revert BondAlreadyWithdrawn(proposalId);
        amount = _datasets.ballotRules(record.offer.datasetId()).proposalBond();
        address contributor = record.offer.contributor();

        record.tally = tally.flagged(Tallies.BOND_WITHDRAWN);
        emit BondWithdrawn(proposalId, contributor, amount);

        _money.safeTransfer(contributor, amount);
    }

    function _accept(uint256 proposalId, Tally tally, Offer offer, bytes32 shardRoot) private {
        if (offer.count() != 0) {
            uint256 gain = tally.has(Tallies.EVALUATED) ? _gain(proposalId) : 0;
            _datasets.list(offer.datasetId(), shardRoot, offer.count(), offer.contributor(), proposalId, gain);
            return;
        }
        if (tally.has(Tallies.REPLACEMENT)) return;
        uint256 listedBy = _datasets.delist(offer.datasetId(), shardRoot);
        if (listedBy == 0) return;
        _records[listedBy].tally = _records[listedBy].tally.moved(State.Delisted);
        emit ProposalDelisted(listedBy, proposalId);
    }

    function _forfeit(uint256 datasetId, uint256 bond) private {
        if (bond == 0) return;
        IShares shares = _shares(datasetId);
        _money.forceApprove(address(shares), bond);
        shares.deposit(bond);
    }

    /// @dev Whether a measurement could still bring shares, which whoever ended the proposal before it was posted would destroy.
    function _mayBeMeasured(Tally tally, Offer offer, BallotRules rules) private view returns (bool) {
        return offer.count() != 0 && rules.rewardsGain() && !tally.has(Tallies.EVALUATED)
            && block.timestamp <= tally.deadline();
    }

    /// @dev If another proposal has listed or delisted the same shard meanwhile, nothing is left to do, and an accepted
    /// proposal ends as expired, which returns its bond.
    function _outcomeOf(Tally tally, Offer offer, bytes32 shardRoot)
        private
        view
        returns (BallotRules rules, State state)
    {
        bool done;
        (rules, done) = _datasets.ballotRulesFor(offer.datasetId(), shardRoot);
        if (tally.has(Tallies.REPLACEMENT)) done = false;
        else if (offer.count() == 0) done = _datasets.shard(offer.datasetId(), shardRoot).delisted;
        state = _outcome(tally, offer, rules);
        if (done && state == State.Accepted) state = State.Expired;
    }

    /// @dev What may be chance brings nothing. Where there is one measurement it is read alone.
    function _gain(uint256 proposalId) private view returns (uint256) {
        int256 low = _first[proposalId].further == 0 ? _first[proposalId].lowerEnd : _median(proposalId).lowerEnd;
        return low > 0 ? uint256(low) : 0;
    }

    /// @dev Accepted: more than the threshold of the votes cast is yes, or would be if all others came and said no.
    /// Rejected: it is not, or would not be if all others came and said yes. Below the quorum nothing is decided early.
    function _outcome(Tally tally, Offer offer, BallotRules rules)
        private
        view
        returns (State)
    {
        bool review = tally.has(Tallies.UNDER_REVIEW);
        uint256 supply = review ? rules.panelSize() : _supply(offer);
        uint256 yes = tally.yes();
        uint256 cast = yes + tally.no();
        bool over = block.timestamp > tally.deadline() + uint256(tally.has(Tallies.SHIELDED) ? rules.revealPeriod() : 0)
            + (review ? rules.revealPeriod() : 0);
        // What the curators found stands only when nobody can appeal any more.
        if (review && !over) return State.Open;
        if (cast < _quorum(rules, supply)) return over ? State.Expired : State.Open;
        uint256 threshold = _threshold(offer, rules);
        if (yes * BPS > threshold * (over ? cast : supply)) return State.Accepted;
        if (over || (supply - tally.no()) * BPS <= threshold * supply) return State.Rejected;
        return State.Open;
    }

    /// @dev What a vote would end as if it ended now: expired without the quorum.
    function _verdict(Tally tally, Offer offer, BallotRules rules, uint256 supply) private pure returns (State) {
        uint256 cast = tally.yes() + tally.no();
        if (cast < _quorum(rules, supply)) return State.Expired;
        return tally.yes() * BPS > _threshold(offer, rules) * cast ? State.Accepted : State.Rejected;
    }

    function _threshold(Offer offer, BallotRules rules) private pure returns (uint256) {
        return offer.count() == 0 ? rules.delistThresholdBps() : rules.thresholdBps();
    }

    /// @dev Rounded up, and one at least: without any vote nothing is decided.
    function _quorum(BallotRules rules, uint256 supply) private pure returns (uint256) {
        return Math.max(1, Math.ceilDiv(supply * rules.quorumBps(), BPS));
    }

    // Reading

    /// @inheritdoc IProposals
    function measuredByJobs() external view returns (address) {
        return address(_jobs);
    }

    /// @inheritdoc IProposals
    function proposalCount() external view returns (uint256) {
        return _nextId - 1;
    }

    /// @inheritdoc IProposals
    function proposal(uint256 proposalId) external view returns (Proposal memory) {
        (Record storage record, Tally tally) = _known(proposalId);
        Offer offer = record.offer;
        return Proposal({
            state: tally.state(),
            kind: _kind(tally, offer),
            shielded: tally.has(Tallies.SHIELDED),
            extended: tally.has(Tallies.EXTENDED),
            bondWithdrawn: tally.has(Tallies.BOND_WITHDRAWN),
            underReview: tally.has(Tallies.UNDER_REVIEW),
            datasetId: offer.datasetId(),
            shardRoot: record.shardRoot,
            count: offer.count(),
            contributor: offer.contributor(),
            snapshot: offer.snapshot(),
            deadline: tally.deadline(),
            yes: tally.yes(),
            no: tally.no()
        });
    }

    function _kind(Tally tally, Offer offer) private pure returns (Kind) {
        if (offer.count() != 0) return Kind.Listing;
        return tally.has(Tallies.REPLACEMENT) ? Kind.Replacement : Kind.Delisting;
    }

    /// @inheritdoc IProposals
    function outcome(uint256 proposalId) external view returns (State state) {
        (Record storage record, Tally tally) = _known(proposalId);
        state = tally.state();
        if (state != State.Open) return state;
        (, state) = _outcomeOf(tally, record.offer, record.shardRoot);
    }

    /// @inheritdoc IProposals
    function hasVoted(uint256 proposalId, address voter) external view returns (bool) {
        uint256 space = _records[proposalId].tally.has(Tallies.UNDER_REVIEW) ? REVIEW_SPACE : 0;
        return _voted[uint256(uint160(voter)) << 96 | space | proposalId >> 8] & (1 << (proposalId & 0xff)) != 0;
    }

    /// @inheritdoc IProposals
    function evaluationOf(uint256 proposalId)
        external
        view
        returns (uint256 posted, Measurement memory median)
    {
        (, Tally tally) = _known(proposalId);
        if (!tally.has(Tallies.EVALUATED)) return (0, median);
        return (uint256(_first[proposalId].further) + 1, _median(proposalId));
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

    function _known(uint256 proposalId) private view returns (Record storage record, Tally tally) {
        record = _records[proposalId];
        tally = record.tally;
        if (Tally.unwrap(tally) == 0) revert ProposalUnknown(proposalId);
    }

    function _opened(uint256 proposalId) private view returns (Record storage record, Tally tally) {
        (record, tally) = _known(proposalId);
        if (!tally.isOpen()) revert ProposalNotOpen(proposalId, tally.state());
    }

    /// @dev Open, and votes (or commitments to votes) are still taken.
    function _voting(uint256 proposalId) private view returns (Record storage record, Tally tally) {
        (record, tally) = _opened(proposalId);
        if (block.timestamp > tally.deadline()) revert VotingIsOver(proposalId, tally.deadline());
    }

    /// @dev Computed as the datasets contract computes it: reading the address would cost every vote two cold reads.
    function _shares(uint256 datasetId) private view returns (IShares) {
        return IShares(Create2.computeAddress(bytes32(datasetId), _sharesCodeHash, address(_datasets)));
    }

    function _supply(Offer offer) private view returns (uint256) {
        return _shares(offer.datasetId()).getPastTotalSupply(offer.snapshot());
    }
}
