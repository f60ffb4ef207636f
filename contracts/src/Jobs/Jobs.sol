// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IDatasets} from "../Datasets/IDatasets.sol";
import {Escrow} from "../Money/Escrow.sol";
import {IProposals} from "../Proposals/IProposals.sol";
import {IShares} from "../Shares/IShares.sol";
import {IWorkers} from "../Workers/IWorkers.sol";
import {Workers} from "../Workers/Workers.sol";
import {IJobs} from "./IJobs.sol";
import {ITrustedKeys} from "./ITrustedKeys.sol";

/// @title Jobs
/// @dev A job is three slots: two of facts and money, one transcript. What a later step needs of an earlier one is
/// handed in again and checked against the transcript, because a word of calldata costs a fortieth of a new slot.
contract Jobs is IJobs, EIP712 {
    using Escrow for IERC20;
    using SafeERC20 for IERC20;

    uint256 private constant REDUNDANCY_MAX = 3;

    bytes32 private constant RECEIPT_TYPE =
        keccak256("Receipt(uint256 jobId,bytes32 resultHash,uint32 metric,bytes32 salt)");
    bytes32 private constant VERDICT_TYPE =
        keccak256("Verdict(uint256 jobId,address worker,address reporter,bytes32 evidenceDigest)");

    /// @dev Low two bits of `flags`: redundancy.
    uint8 private constant REDUNDANCY = 3;
    uint8 private constant EVALUATION = 4;
    uint8 private constant CONVICTED = 8;

    struct Record {
        address buyer;
        uint96 workersPay;
        uint96 schedulerFee;
        uint32 datasetId;
        uint40 deadline;
        uint40 since;
        uint16 schedulerId;
        uint16 refereeId;
        State state;
        uint8 flags;
        bytes32 transcript;
    }

    IERC20 private immutable _money;
    ITrustedKeys private immutable _trustedKeys;
    IDatasets private immutable _datasets;
    IProposals private immutable _proposals;
    IWorkers private immutable _workers;

    uint256 public jobCount;
    mapping(uint256 jobId => Record) private _records;
    mapping(uint256 jobId => mapping(address worker => bool)) public isConvicted;
    mapping(uint256 jobId => mapping(address worker => bool)) public isPaid;
    mapping(address account => uint256) public owed;

    constructor(
        IERC20 money_,
        ITrustedKeys trustedKeys,
        IDatasets datasets,
        uint96 minimumStake,
        uint40 coolDown
    ) EIP712("DataBright Jobs", "1") {
        _money = money_;
        _trustedKeys = trustedKeys;
        _datasets = datasets;
        _proposals = IProposals(datasets.proposals());
        _workers = new Workers(money_, minimumStake, coolDown);
    }

    // The way of a job

    /// @inheritdoc IJobs
    function create(Order calldata order) external returns (uint256 jobId) {
        if (order.redundancy == 0 || order.redundancy > REDUNDANCY_MAX) revert RedundancyInvalid(order.redundancy);
        if (order.deadline <= block.timestamp) revert DeadlineInvalid(order.deadline);
        _requireSubject(order);
        _trustedKeys.requireLive(order.schedulerId, ITrustedKeys.Role.Scheduler);
        _trustedKeys.requireLive(order.refereeId, ITrustedKeys.Role.Referee);
        (uint256 total, uint256 datasetFee) = priceOf(order);

        jobId = ++jobCount;
        bytes32 transcript = keccak256(abi.encode(jobId, msg.sender, order, datasetFee));
        _records[jobId] = Record({
            buyer: msg.sender,
            workersPay: order.workersPay,
            schedulerFee: order.schedulerFee,
            datasetId: order.datasetId,
            deadline: order.deadline,
            since: uint40(block.number),
            schedulerId: order.schedulerId,
            refereeId: order.refereeId,
            state: State.Open,
            flags: order.redundancy | (order.kind == Kind.Evaluation ? EVALUATION : 0),
            transcript: transcript
        });
        emit JobCreated(jobId, msg.sender, order.datasetId, order, datasetFee, transcript);

        _money.take(msg.sender, total);
    }

    /// @inheritdoc IJobs
    function accept(uint256 jobId, bytes32 seedHash) external {
        Record storage record = _step(jobId, State.Open, State.Accepted);
        bytes32 transcript = keccak256(abi.encode(record.transcript, seedHash));
        record.transcript = transcript;
        emit JobAccepted(jobId, seedHash, transcript);
    }

    /// @inheritdoc IJobs
    function assign(uint256 jobId, bytes32 previous, bytes32 seed, bytes32 assignmentRoot) external {
        uint256 accepted = _records[jobId].since;
        Record storage record = _step(jobId, State.Accepted, State.Assigned);
        bytes32 transcript = keccak256(abi.encode(previous, keccak256(abi.encode(seed))));
        _requireTranscript(jobId, record, transcript);
        // Zero for the block itself and for one that is more than 256 blocks past.
        bytes32 mixedIn = blockhash(accepted);
        if (mixedIn == 0) revert BeaconUnavailable(jobId, accepted);

        bytes32 beacon = keccak256(abi.encode(seed, mixedIn));
        transcript = keccak256(abi.encode(transcript, beacon, assignmentRoot));
        record.transcript = transcript;
        emit JobAssigned(jobId, seed, beacon, assignmentRoot, transcript);
    }

    /// @inheritdoc IJobs
    function anchor(uint256 jobId, bytes32 commitsRoot) external {
        State from = _records[jobId].state;
        Record storage record = _step(jobId, from == State.Anchored ? from : State.Assigned, State.Anchored);
        bytes32 transcript = keccak256(abi.encode(record.transcript, commitsRoot));
        record.transcript = transcript;
        emit CommitsAnchored(jobId, commitsRoot, transcript);
    }

    /// @inheritdoc IJobs
    function settle(
        uint256 jobId,
        bytes32 previous,
        bytes32 commitsRoot,
        Outcome calldata outcome,
        Receipt[] calldata receipts,
        uint96 payTotal
    ) external {
        uint256 anchored = _records[jobId].since;
        Record storage record = _step(jobId, State.Anchored, State.Settled);
        _requireTranscript(jobId, record, outcome.previous);
        _requireTranscript(jobId, record, keccak256(abi.encode(previous, commitsRoot)));
        if (block.number <= anchored) revert CommitsTooFresh(jobId, anchored);
        uint256 workersPay = record.workersPay;
        if (payTotal > workersPay) revert PayTooHigh(jobId, payTotal, workersPay);
        address[] memory agreed = _agreed(jobId, record.flags, commitsRoot, outcome, receipts);

        record.transcript = _close(outcome);
        record.workersPay = payTotal;
        _credit(jobId, record.buyer, workersPay - payTotal);
        uint256 datasetFee = _datasetFee(record);
        emit JobSettled(jobId, outcome, agreed, payTotal, datasetFee);

        if (datasetFee != 0) {
            address shares = _datasets.sharesOf(record.datasetId);
            _money.forceApprove(shares, datasetFee);
            IShares(shares).deposit(datasetFee);
        }
    }

    /// @inheritdoc IJobs
    function refund(uint256 jobId) external {
        Record storage record = _known(jobId);
        if (record.state == State.Settled || record.state == State.Refunded) {
            revert JobStateInvalid(jobId, record.state);
        }
        if (block.timestamp < record.deadline) revert JobNotExpired(jobId, record.deadline);
        uint256 total = uint256(record.workersPay) + record.schedulerFee + _datasetFee(record);

        record.state = State.Refunded;
        emit JobRefunded(jobId, record.buyer, total);
        _credit(jobId, record.buyer, total);
    }

    /// @dev The scheduler's next step, in time and in order.
    function _step(uint256 jobId, State from, State to) private returns (Record storage record) {
        record = _known(jobId);
        if (record.state != from) revert JobStateInvalid(jobId, record.state);
        if (block.timestamp >= record.deadline) revert JobExpired(jobId, record.deadline);
        _trustedKeys.requireKey(record.schedulerId, ITrustedKeys.Role.Scheduler, msg.sender);
        record.state = to;
        record.since = uint40(block.number);
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

    function _requireTranscript(uint256 jobId, Record storage record, bytes32 actual) private view {
        if (record.transcript != actual) revert TranscriptMismatch(jobId, record.transcript, actual);
    }

    // Results

    /// @dev Each receipt is a distinct worker's, signed by it, committed to in the anchored root.
    function _agreed(
        uint256 jobId,
        uint8 flags,
        bytes32 commitsRoot,
        Outcome calldata outcome,
        Receipt[] calldata receipts
    ) private view returns (address[] memory agreed) {
        uint256 redundancy = flags & REDUNDANCY;
        if (receipts.length != redundancy) revert ReceiptCountInvalid(jobId, redundancy, receipts.length);
        agreed = new address[](redundancy);
        address last;
        for (uint256 i; i < redundancy; ++i) {
            Receipt calldata receipt = receipts[i];
            address worker = receipt.worker;
            if (worker <= last) revert ReceiptsUnordered(last, worker);
            if (!_workers.isRegistered(worker)) revert WorkerNotRegistered(worker);
            if (flags & CONVICTED != 0 && isConvicted[jobId][worker]) revert WorkerAlreadyConvicted(jobId, worker);
            _requireReceipt(jobId, commitsRoot, outcome, receipt);
            agreed[i] = last = worker;
        }
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
        Record storage record = _known(jobId);
        if (isConvicted[jobId][verdict.worker]) revert WorkerAlreadyConvicted(jobId, verdict.worker);
        address referee = ECDSA.recover(verdictDigest(verdict), signature);
        _trustedKeys.requireKey(record.refereeId, ITrustedKeys.Role.Referee, referee);

        isConvicted[jobId][verdict.worker] = true;
        record.flags |= CONVICTED;
        // Measured: what the money keeps for itself on the way is nobody's credit.
        uint256 before = _money.balanceOf(address(this));
        _workers.slash(verdict.worker);
        uint256 slashed = _money.balanceOf(address(this)) - before;
        emit WorkerConvicted(jobId, verdict.worker, verdict.reporter, verdict.evidenceDigest, slashed);
        _credit(jobId, verdict.reporter, slashed / 2);
        _credit(jobId, record.buyer, slashed - slashed / 2);
    }

    // Money

    /// @inheritdoc IJobs
    /// @dev A worker convicted after settlement is not paid either: its pay goes back to the buyer.
    function claimPay(
        uint256 jobId,
        Outcome calldata outcome,
        address worker,
        uint96 amount,
        bytes32[] calldata proof
    ) external {
        Record storage record = _known(jobId);
        if (record.state != State.Settled) revert JobStateInvalid(jobId, record.state);
        _requireTranscript(jobId, record, _close(outcome));
        if (isPaid[jobId][worker]) revert PayAlreadyClaimed(jobId, worker);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(jobId, worker, amount))));
        if (!MerkleProof.verifyCalldata(proof, outcome.payRoot, leaf)) revert PayProofInvalid(jobId, worker, amount);
        if (amount > record.workersPay) revert PayTooHigh(jobId, amount, record.workersPay);

        isPaid[jobId][worker] = true;
        record.workersPay -= amount;
        emit PayClaimed(jobId, worker, amount);
        _credit(jobId, isConvicted[jobId][worker] ? record.buyer : worker, amount);
    }

    /// @inheritdoc IJobs
    function claimFee(uint256 jobId) external returns (uint256 amount) {
        Record storage record = _known(jobId);
        if (record.state != State.Settled) revert JobStateInvalid(jobId, record.state);
        amount = record.schedulerFee;
        if (amount == 0) revert FeeAlreadyClaimed(jobId);
        address account = _trustedKeys.keyAt(record.schedulerId).key;

        record.schedulerFee = 0;
        emit FeeClaimed(jobId, account, amount);
        _credit(jobId, account, amount);
    }

    /// @inheritdoc IJobs
    function withdraw() external returns (uint256) {
        return withdrawFor(msg.sender);
    }

    /// @inheritdoc IJobs
    function withdrawFor(address account) public returns (uint256 amount) {
        amount = owed[account];
        if (amount == 0) revert NothingOwed(account);

        owed[account] = 0;
        emit Withdrawn(account, amount);

        _money.safeTransfer(account, amount);
    }

    function _credit(uint256 jobId, address account, uint256 amount) private {
        if (amount == 0) return;
        owed[account] += amount;
        emit Credited(account, jobId, amount);
    }

    /// @dev Not stored: a dataset's price never changes.
    function _datasetFee(Record storage record) private view returns (uint256) {
        return record.flags & EVALUATION != 0 ? 0 : _datasets.trainingPrice(record.datasetId);
    }

    // Reading

    /// @inheritdoc IJobs
    function requireResult(uint256 jobId, uint256 datasetId, Outcome calldata outcome)
        external
        view
        returns (address buyer)
    {
        Record storage record = _known(jobId);
        if (record.state != State.Settled) revert JobStateInvalid(jobId, record.state);
        if (record.flags & EVALUATION != 0 || record.datasetId != datasetId) {
            revert SubjectInvalid(record.flags & EVALUATION != 0 ? Kind.Evaluation : Kind.Training, datasetId, 0);
        }
        _requireTranscript(jobId, record, _close(outcome));
        return record.buyer;
    }

    /// @inheritdoc IJobs
    function priceOf(Order calldata order) public view returns (uint256 total, uint256 datasetFee) {
        datasetFee = order.kind == Kind.Training ? _datasets.trainingPrice(order.datasetId) : 0;
        total = uint256(order.workersPay) + order.schedulerFee + datasetFee;
    }

    /// @inheritdoc IJobs
    function job(uint256 jobId) external view returns (Job memory) {
        Record storage record = _known(jobId);
        return Job({
            state: record.state,
            kind: record.flags & EVALUATION == 0 ? Kind.Training : Kind.Evaluation,
            redundancy: record.flags & REDUNDANCY,
            convicted: record.flags & CONVICTED != 0,
            buyer: record.buyer,
            datasetId: record.datasetId,
            schedulerId: record.schedulerId,
            refereeId: record.refereeId,
            workersPay: record.workersPay,
            schedulerFee: record.schedulerFee,
            deadline: record.deadline,
            since: record.since,
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

    function _close(Outcome calldata outcome) private pure returns (bytes32) {
        return keccak256(abi.encode(outcome));
    }

    function _known(uint256 jobId) private view returns (Record storage record) {
        record = _records[jobId];
        if (record.state == State.None) revert JobUnknown(jobId);
    }
}
