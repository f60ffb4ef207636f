// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IDatasets} from "../Datasets/IDatasets.sol";
import {Escrow} from "../Money/Escrow.sol";
import {ICredits} from "../Money/ICredits.sol";
import {IProposals} from "../Proposals/IProposals.sol";
import {NoHolder} from "../Shares/Holders.sol";
import {IShares} from "../Shares/IShares.sol";
import {ITrustedKeys} from "../Trust/ITrustedKeys.sol";
import {Usage} from "../Usage/Usage.sol";
import {IWorkers} from "../Workers/IWorkers.sol";
import {Workers} from "../Workers/Workers.sol";
import {Beacons} from "./Beacons.sol";
import {IJobs} from "./IJobs.sol";
import {JobHeader, JobHeaders} from "./JobHeader.sol";

/// @title Jobs
/// @dev A job is three slots: two of facts and money, one transcript. What a later step needs of an earlier one is
/// handed in again and checked against the transcript, because a word of calldata costs a fortieth of a new slot.
contract Jobs is IJobs, EIP712, NoHolder {
    using Escrow for IERC20;
    using SafeERC20 for IERC20;

    uint256 private constant REDUNDANCY_MAX = 3;
    uint256 private constant BPS = 10_000;
    uint256 private constant MISSED_MAX = 3;
    uint40 public constant TERM_MAX = 365 days;

    bytes32 private constant RECEIPT_TYPE =
        keccak256("Receipt(uint256 jobId,bytes32 resultHash,uint32 metric,bytes32 salt)");
    bytes32 private constant VERDICT_TYPE =
        keccak256("Verdict(uint256 jobId,address worker,address reporter,bytes32 evidenceDigest)");

    /// @dev One slot.
    struct Escrowed {
        address buyer;
        uint96 pay;
    }

    struct Record {
        Escrowed escrowed;
        JobHeader header;
        bytes32 transcript;
    }

    IERC20 private immutable _money;
    ITrustedKeys private immutable _trustedKeys;
    IDatasets private immutable _datasets;
    IProposals private immutable _proposals;
    IWorkers private immutable _workers;
    address public immutable usage;

    uint256 public jobCount;
    mapping(uint256 jobId => Record) private _records;
    mapping(uint256 jobId => mapping(address worker => bool)) public isConvicted;
    mapping(uint256 jobId => mapping(address worker => bool)) public isPaid;
    mapping(address account => uint256) public owed;
    /// @inheritdoc IJobs
    mapping(uint256 proposalId => bytes32 beacon) public measurementBeacon;

    constructor(
        IERC20 money_,
        ITrustedKeys trustedKeys,
        IDatasets datasets,
        uint96 minimumStake,
        uint40 coolDown,
        uint96 usageBond,
        uint40 usageWindow
    ) EIP712("DataBright Jobs", "1") {
        _money = money_;
        _trustedKeys = trustedKeys;
        _datasets = datasets;
        _proposals = IProposals(datasets.proposals());
        address expected = _proposals.measuredByJobs();
        if (expected != address(this)) revert JobsUnexpected(expected, address(this));
        _workers = new Workers(money_, minimumStake, coolDown);
        usage = address(new Usage(money_, trustedKeys, datasets, usageBond, usageWindow));
    }

    // The way of a job

    /// @inheritdoc IJobs
    function create(Order calldata order) external returns (uint256 jobId) {
        if (order.redundancy == 0 || order.redundancy > REDUNDANCY_MAX) revert RedundancyInvalid(order.redundancy);
        uint256 latest = block.timestamp + TERM_MAX;
        if (order.deadline <= block.timestamp || order.deadline > latest) revert DeadlineInvalid(order.deadline, latest);
        _requireSubject(order);
        uint16 schedulerId = _trustedKeys.requireTrusted(order.scheduler, ITrustedKeys.Role.Scheduler);
        uint16 refereeId = _trustedKeys.requireTrusted(order.referee, ITrustedKeys.Role.Referee);
        (uint256 total, uint256 datasetFee) = priceOf(order);

        jobId = ++jobCount;
        bytes32 transcript = keccak256(abi.encode(jobId, msg.sender, order, datasetFee));
        Record storage record = _records[jobId];
        record.escrowed = Escrowed(msg.sender, order.pay);
        record.header = JobHeaders.open(order, schedulerId, refereeId);
        record.transcript = transcript;
        emit JobCreated(jobId, msg.sender, order.datasetId, order, datasetFee, transcript);

        _money.take(msg.sender, total);
    }

    /// @inheritdoc IJobs
    function accept(uint256 jobId, bytes32 seedHash) external {
        (Record storage record,) = _step(jobId, State.Open, State.Accepted);
        bytes32 transcript = _append(record, seedHash);
        emit JobAccepted(jobId, seedHash, transcript);
    }

    /// @inheritdoc IJobs
    function acceptAgain(uint256 jobId, bytes32 previous, bytes32 seedHash, uint256 acceptedAt) external {
        (Record storage record, JobHeader header) = _step(jobId, State.Accepted, State.Accepted);
        _requireTranscript(jobId, record.transcript, keccak256(abi.encode(previous, seedHash, acceptedAt)));
        if (!Beacons.isForgotten(acceptedAt)) revert BeaconNotMissed(jobId, acceptedAt);
        uint256 missed = header.missed() + 1;
        if (missed > MISSED_MAX) revert BeaconsMissed(jobId, MISSED_MAX);

        record.header = header.missedAgain();
        bytes32 transcript = _append(record, seedHash);
        emit BeaconMissed(jobId, acceptedAt, missed);
        emit JobAccepted(jobId, seedHash, transcript);
    }

    /// @inheritdoc IJobs
    function assign(uint256 jobId, bytes32 previous, bytes32 seed, uint256 acceptedAt, bytes32 assignmentRoot)
        external
    {
        (Record storage record, JobHeader header) = _step(jobId, State.Accepted, State.Assigned);
        bytes32 transcript = keccak256(abi.encode(previous, keccak256(abi.encode(seed)), acceptedAt));
        _requireTranscript(jobId, record.transcript, transcript);
        bytes32 mixedIn = Beacons.hashOf(acceptedAt);
        if (mixedIn == 0) revert BeaconUnavailable(jobId, acceptedAt);

        bytes32 beacon = keccak256(abi.encode(seed, mixedIn));
        transcript = keccak256(abi.encode(transcript, beacon, assignmentRoot));
        record.transcript = transcript;
        if (header.kind() == Kind.Evaluation) _keepFirst(header.subject(), beacon);
        emit JobAssigned(jobId, seed, beacon, assignmentRoot, transcript);
    }

    /// @inheritdoc IJobs
    function anchor(uint256 jobId, bytes32 commitsRoot) external {
        bool again = _records[jobId].header.state() == State.Anchored;
        (Record storage record,) = _step(jobId, again ? State.Anchored : State.Assigned, State.Anchored);
        bytes32 transcript = _append(record, commitsRoot);
        emit CommitsAnchored(jobId, commitsRoot, transcript);
    }

    /// @inheritdoc IJobs
    function settle(
        uint256 jobId,
        Anchor calldata anchored,
        Outcome calldata outcome,
        Receipt[] calldata receipts,
        uint96 payTotal
    ) external {
        (Record storage record, JobHeader header) = _step(jobId, State.Anchored, State.Settled);
        _trustedKeys.requireTrusted(msg.sender, ITrustedKeys.Role.Scheduler);
        bytes32 transcript = record.transcript;
        _requireTranscript(jobId, transcript, outcome.previous);
        _requireTranscript(jobId, transcript, keccak256(abi.encode(anchored)));
        if (anchored.anchoredAt == block.number) revert CommitsTooFresh(jobId, block.number);
        address[] memory agreed = _agreed(jobId, header, anchored.commitsRoot, outcome, receipts);

        record.transcript = keccak256(abi.encode(outcome));
        _keepPay(jobId, record, payTotal);
        (uint256 price, uint256 usagePart) = _datasetParts(header);
        emit JobSettled(jobId, outcome, agreed, payTotal, price - usagePart, usagePart);

        _payDataset(header.subject(), price - usagePart);
    }

    /// @inheritdoc IJobs
    function refund(uint256 jobId) external {
        (Record storage record, JobHeader header) = _known(jobId);
        State state = header.state();
        if (state == State.Settled || state == State.Refunded) revert JobStateInvalid(jobId, state);
        Escrowed memory escrowed = record.escrowed;
        // Nobody has begun with an order that was not accepted.
        bool isCancelled = state == State.Open && msg.sender == escrowed.buyer;
        if (block.timestamp < header.deadline() && !isCancelled) revert JobNotExpired(jobId, header.deadline());
        uint256 total = escrowed.pay + _datasetFee(header);

        record.header = header.moved(State.Refunded);
        record.escrowed.pay = 0;
        emit JobRefunded(jobId, escrowed.buyer, total);
        _credit(jobId, escrowed.buyer, total);
    }

    /// @dev The scheduler's next step, in time and in order.
    function _step(uint256 jobId, State from, State to) private returns (Record storage record, JobHeader header) {
        (record, header) = _known(jobId);
        if (header.state() != from) revert JobStateInvalid(jobId, header.state());
        if (_trustedKeys.idOf(msg.sender) != header.schedulerId()) {
            revert NotTheScheduler(jobId, _schedulerOf(header), msg.sender);
        }
        if (block.timestamp >= header.deadline()) revert JobExpired(jobId, header.deadline());
        if (from != to) record.header = header.moved(to);
    }

    /// @dev The first draw counts for every measurement of the proposal: buying another one, or failing one on purpose, draws no other
    /// seeds.
    function _keepFirst(uint256 proposalId, bytes32 beacon) private {
        if (measurementBeacon[proposalId] == 0) measurementBeacon[proposalId] = beacon;
    }

    function _append(Record storage record, bytes32 link) private returns (bytes32 transcript) {
        transcript = keccak256(abi.encode(record.transcript, link, block.number));
        record.transcript = transcript;
    }

    /// @dev Keeps what the workers and the scheduler will claim; the buyer gets the rest.
    function _keepPay(uint256 jobId, Record storage record, uint96 payTotal) private {
        Escrowed memory escrowed = record.escrowed;
        if (payTotal > escrowed.pay) revert PayTooHigh(jobId, payTotal, escrowed.pay);
        if (payTotal == escrowed.pay) return;
        record.escrowed.pay = payTotal;
        _credit(jobId, escrowed.buyer, escrowed.pay - payTotal);
    }

    function _payDataset(uint256 datasetId, uint256 fee) private {
        if (fee == 0) return;
        address shares = _datasets.sharesOf(datasetId);
        _money.forceApprove(shares, fee);
        IShares(shares).deposit(fee);
    }

    /// @dev An evaluation pays no dataset, so it must measure a proposal that is really open there.
    function _requireSubject(Order calldata order) private view {
        if (order.kind == Kind.Training) {
            if (order.proposalId != 0) revert SubjectInvalid(order.kind, order.datasetId, order.proposalId);
            return;
        }
        IProposals.Proposal memory proposal = _proposals.proposal(order.proposalId);
        if (proposal.datasetId != order.datasetId || proposal.state != IProposals.State.Open) {
            revert SubjectInvalid(order.kind, order.datasetId, order.proposalId);
        }
    }

    function _requireTranscript(uint256 jobId, bytes32 expected, bytes32 actual) private pure {
        if (expected != actual) revert TranscriptMismatch(jobId, expected, actual);
    }

    // Results

    /// @dev Each receipt is a distinct worker's, signed by it, committed to in the anchored root.
    function _agreed(
        uint256 jobId,
        JobHeader header,
        bytes32 commitsRoot,
        Outcome calldata outcome,
        Receipt[] calldata receipts
    ) private view returns (address[] memory agreed) {
        uint256 redundancy = header.redundancy();
        if (receipts.length != redundancy) revert ReceiptCountInvalid(jobId, redundancy, receipts.length);
        agreed = new address[](redundancy);
        address last;
        for (uint256 i; i < redundancy; ++i) {
            Receipt calldata receipt = receipts[i];
            address worker = receipt.worker;
            if (worker <= last) revert ReceiptsUnordered(last, worker);
            if (header.hasConvicted() && isConvicted[jobId][worker]) revert WorkerAlreadyConvicted(jobId, worker);
            _requireReceipt(jobId, commitsRoot, outcome, receipt);
            agreed[i] = last = worker;
        }
        _workers.requireRegistered(agreed);
    }

    function _requireReceipt(uint256 jobId, bytes32 commitsRoot, Outcome calldata outcome, Receipt calldata receipt)
        private
        view
    {
        bytes32 digest = receiptDigest(jobId, outcome.resultHash, outcome.metric, receipt.salt);
        (address signer,,) = ECDSA.tryRecover(digest, receipt.signature);
        if (signer != receipt.worker) revert ReceiptSignatureInvalid(jobId, receipt.worker);
        bytes32 commitment =
            keccak256(abi.encode(jobId, receipt.worker, outcome.resultHash, outcome.metric, receipt.salt));
        if (!MerkleProof.verifyCalldata(receipt.proof, commitsRoot, keccak256(bytes.concat(commitment)))) {
            revert ReceiptNotAnchored(jobId, receipt.worker);
        }
    }

    /// @inheritdoc IJobs
    function convict(Verdict calldata verdict, bytes calldata signature) external {
        uint256 jobId = verdict.jobId;
        (Record storage record, JobHeader header) = _known(jobId);
        if (isConvicted[jobId][verdict.worker]) revert WorkerAlreadyConvicted(jobId, verdict.worker);
        address referee = ECDSA.recover(verdictDigest(verdict), signature);
        uint256 refereeId = _trustedKeys.requireTrusted(referee, ITrustedKeys.Role.Referee);
        if (refereeId != header.refereeId()) revert NotTheReferee(jobId, header.refereeId(), referee);

        isConvicted[jobId][verdict.worker] = true;
        record.header = header.convicted();
        // Measured: what the money keeps for itself on the way is nobody's credit.
        uint256 before = _money.balanceOf(address(this));
        _workers.slash(verdict.worker);
        uint256 slashed = _money.balanceOf(address(this)) - before;
        emit WorkerConvicted(jobId, verdict.worker, verdict.reporter, verdict.evidenceDigest, slashed);
        address buyer = record.escrowed.buyer;
        _credit(jobId, verdict.reporter == address(0) ? buyer : verdict.reporter, slashed / 2);
        _credit(jobId, buyer, slashed - slashed / 2);
    }

    // Money

    /// @inheritdoc IJobs
    /// @dev A worker convicted after settlement is not paid either: its pay goes back to the buyer.
    function claimPay(
        uint256 jobId,
        Outcome calldata outcome,
        address payee,
        uint96 amount,
        bytes32[] calldata proof
    ) external {
        (Record storage record,) = _requireOutcome(jobId, outcome);
        if (isPaid[jobId][payee]) revert PayAlreadyClaimed(jobId, payee);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(jobId, payee, amount))));
        if (!MerkleProof.verifyCalldata(proof, outcome.payRoot, leaf)) revert PayProofInvalid(jobId, payee, amount);
        Escrowed memory escrowed = record.escrowed;
        if (amount > escrowed.pay) revert PayTooHigh(jobId, amount, escrowed.pay);

        isPaid[jobId][payee] = true;
        record.escrowed.pay = escrowed.pay - amount;
        emit PayClaimed(jobId, payee, amount);
        _credit(jobId, isConvicted[jobId][payee] ? escrowed.buyer : payee, amount);
    }

    /// @inheritdoc IJobs
    function withdraw() external returns (uint256) {
        return withdrawFor(msg.sender);
    }

    /// @inheritdoc IJobs
    function withdrawFor(address account) public returns (uint256 amount) {
        amount = owed[account];
        if (amount == 0) revert ICredits.NothingOwed(account);

        owed[account] = 0;
        emit Withdrawn(account, amount);

        _money.safeTransfer(account, amount);
    }

    function _credit(uint256 jobId, address account, uint256 amount) private {
        if (amount == 0) return;
        owed[account] += amount;
        emit Credited(account, jobId, amount);
    }

    /// @inheritdoc IJobs
    function releaseUsage(uint256 jobId) external returns (uint256 amount) {
        if (msg.sender != usage) revert OnlyUsage(msg.sender);
        amount = usageOf(jobId);
        Record storage record = _records[jobId];

        record.header = record.header.released();
        emit UsageReleased(jobId, amount);

        _money.safeTransfer(usage, amount);
    }

    /// @dev What a job pays for the data, and the contributors' part of it.
    function _datasetParts(JobHeader header) private view returns (uint256 price, uint256 usagePart) {
        if (header.kind() != Kind.Training) return (0, 0);
        uint256 usageBps;
        (price, usageBps) = _datasets.trainingTerms(header.subject());
        usagePart = price * usageBps / BPS;
    }

    /// @dev Not stored: a dataset's price never changes.
    function _datasetFee(JobHeader header) private view returns (uint256) {
        return header.kind() == Kind.Training ? _datasets.trainingPrice(header.subject()) : 0;
    }

    // Reading

    /// @inheritdoc IJobs
    function requireResult(uint256 jobId, uint256 datasetId, Outcome calldata outcome)
        external
        view
        returns (address buyer)
    {
        (Record storage record, JobHeader header) = _requireOutcome(jobId, outcome);
        Kind kind = header.kind();
        if (kind != Kind.Training || header.subject() != datasetId) revert SubjectInvalid(kind, datasetId, 0);
        return record.escrowed.buyer;
    }

    /// @inheritdoc IJobs
    function measuredBy(uint256 jobId) external view returns (uint256 proposalId) {
        JobHeader header = _records[jobId].header;
        if (header.state() == State.Settled && header.kind() == Kind.Evaluation) proposalId = header.subject();
    }

    /// @inheritdoc IJobs
    function usageOf(uint256 jobId) public view returns (uint256 amount) {
        (, JobHeader header) = _known(jobId);
        if (header.state() == State.Settled && !header.hasReleased()) (, amount) = _datasetParts(header);
    }

    /// @inheritdoc IJobs
    function priceOf(Order calldata order) public view returns (uint256 total, uint256 datasetFee) {
        datasetFee = order.kind == Kind.Training ? _datasets.trainingPrice(order.datasetId) : 0;
        total = order.pay + datasetFee;
    }

    /// @inheritdoc IJobs
    function job(uint256 jobId) external view returns (Job memory) {
        (Record storage record, JobHeader header) = _known(jobId);
        Escrowed memory escrowed = record.escrowed;
        return Job({
            state: header.state(),
            kind: header.kind(),
            redundancy: header.redundancy(),
            convicted: header.hasConvicted(),
            buyer: escrowed.buyer,
            datasetId: _datasetOf(header),
            scheduler: _schedulerOf(header),
            refereeId: header.refereeId(),
            pay: escrowed.pay,
            deadline: header.deadline(),
            transcript: record.transcript
        });
    }

    /// @inheritdoc IJobs
    function receiptDigest(uint256 jobId, bytes32 resultHash, uint32 metric, bytes32 salt)
        public
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(keccak256(abi.encode(RECEIPT_TYPE, jobId, resultHash, metric, salt)));
    }

    /// @inheritdoc IJobs
    function verdictDigest(Verdict calldata verdict) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(VERDICT_TYPE, verdict)));
    }

    /// @inheritdoc IJobs
    function workers() external view returns (address) {
        return address(_workers);
    }

    /// @inheritdoc IJobs
    function money() external view returns (address) {
        return address(_money);
    }

    function _schedulerOf(JobHeader header) private view returns (address) {
        return _trustedKeys.keyAt(header.schedulerId()).key;
    }

    function _datasetOf(JobHeader header) private view returns (uint256) {
        uint256 subject = header.subject();
        return header.kind() == Kind.Training ? subject : _proposals.proposal(subject).datasetId;
    }

    function _requireOutcome(uint256 jobId, Outcome calldata outcome)
        private
        view
        returns (Record storage record, JobHeader header)
    {
        (record, header) = _known(jobId);
        if (header.state() != State.Settled) revert JobStateInvalid(jobId, header.state());
        _requireTranscript(jobId, record.transcript, keccak256(abi.encode(outcome)));
    }

    function _known(uint256 jobId) private view returns (Record storage record, JobHeader header) {
        record = _records[jobId];
        header = record.header;
        if (JobHeader.unwrap(header) == 0) revert JobUnknown(jobId);
    }
}
