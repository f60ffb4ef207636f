// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Jobs: training and evaluation bought on the market
/// @notice `Open → Accepted → Assigned → Anchored → Settled`, or `Refunded` after the deadline, or by the buyer while open. Ids count
/// from 1. The chain keeps the money and one hash per job, its transcript, which binds in order: the order, the scheduler's sealed
/// seed, the beacon and assignment, every anchored root of commitments, and the outcome. Cost does not grow with tasks, points or
/// parameters.
interface IJobs {
    enum State {
        None,
        Open,
        Accepted,
        Assigned,
        Anchored,
        Settled,
        Refunded
    }

    enum Kind {
        Training,
        Evaluation
    }

    /// @notice What a buyer asks for.
    struct Order {
        Kind kind;
        uint32 datasetId;
        /// @dev The open proposal that an evaluation measures; zero for training.
        uint256 proposalId;
        /// @dev Digest of the job plan: architecture, seed, protection and all else.
        bytes32 planDigest;
        /// @dev Live keys of the registry of trusted keys.
        address scheduler;
        address referee;
        /// @dev Equal results needed: 1, 2 or 3.
        uint8 redundancy;
        /// @dev The most that all workers and the scheduler together are paid.
        uint96 pay;
        /// @dev The second from which an unsettled job is refunded, within `TERM_MAX`.
        uint40 deadline;
    }

    struct Job {
        State state;
        Kind kind;
        uint8 redundancy;
        /// @dev At least one worker was convicted in it.
        bool convicted;
        address buyer;
        uint256 datasetId;
        address scheduler;
        /// @dev Id in the registry of trusted keys.
        uint16 refereeId;
        /// @dev Escrowed for workers and scheduler; after settlement what they have not claimed yet.
        uint256 pay;
        uint256 deadline;
        bytes32 transcript;
    }

    /// @notice How a job ended. The transcript of a settled job is
    /// keccak256(abi.encode(previous, resultHash, metric, payRoot)).
    struct Outcome {
        /// @dev The transcript before settlement.
        bytes32 previous;
        /// @dev Checkpoint hash of a training job, digest of the measurements of an evaluation.
        bytes32 resultHash;
        /// @dev Accuracy on the held-out set in parts per million.
        uint32 metric;
        /// @dev Merkle root over keccak256(bytes.concat(keccak256(abi.encode(jobId, payee, amount)))), sorted pairs.
        bytes32 payRoot;
    }

    /// @notice What the last `anchor` appended to the transcript, handed in again to be checked.
    struct Anchor {
        /// @dev The transcript before it.
        bytes32 previous;
        bytes32 commitsRoot;
        uint256 anchoredAt;
    }

    /// @notice One worker's revealed result. Its commitment is keccak256(abi.encode(jobId, worker, resultHash, metric,
    /// salt)) and the leaf of the commitment keccak256(bytes.concat(commitment)), in a tree of sorted pairs.
    struct Receipt {
        address worker;
        bytes32 salt;
        /// @dev EIP-712 `Receipt(uint256 jobId,bytes32 resultHash,uint32 metric,bytes32 salt)`, 65 bytes.
        bytes signature;
        bytes32[] proof;
    }

    /// @notice A proved lie, signed by the job's referee, EIP-712
    /// `Verdict(uint256 jobId,address worker,address reporter,bytes32 evidenceDigest)`.
    /// @dev The reporter is named in it, so that nobody can take its reward by sending it first.
    struct Verdict {
        uint256 jobId;
        address worker;
        address reporter;
        bytes32 evidenceDigest;
    }

    /// @param transcript keccak256(abi.encode(jobId, buyer, order, datasetFee)).
    event JobCreated(
        uint256 indexed jobId,
        address indexed buyer,
        uint256 indexed datasetId,
        Order order,
        uint256 datasetFee,
        bytes32 transcript
    );
    /// @param transcript keccak256(abi.encode(previous, seedHash, block number)).
    event JobAccepted(uint256 indexed jobId, bytes32 seedHash, bytes32 transcript);
    /// @notice The scheduler was away until the chain had forgotten the hash of `acceptedAt`; a new `JobAccepted` follows.
    /// @param count How often that has happened to this job: whoever chooses a scheduler may look at it.
    event BeaconMissed(uint256 indexed jobId, uint256 acceptedAt, uint256 count);
    /// @param beacon keccak256(abi.encode(seed, blockhash of the block that holds the acceptance)).
    /// @param transcript keccak256(abi.encode(previous, beacon, assignmentRoot)).
    event JobAssigned(
        uint256 indexed jobId, bytes32 seed, bytes32 beacon, bytes32 assignmentRoot, bytes32 transcript
    );
    /// @param transcript keccak256(abi.encode(previous, commitsRoot, block number)).
    event CommitsAnchored(uint256 indexed jobId, bytes32 commitsRoot, bytes32 transcript);
    event WorkerConvicted(
        uint256 indexed jobId, address indexed worker, address indexed reporter, bytes32 evidenceDigest, uint256 slashed
    );
    /// @param datasetFee Paid to the dataset's shareholders.
    /// @param usage Kept for the contributors, see Usage.
    event JobSettled(
        uint256 indexed jobId,
        Outcome outcome,
        address[] workers,
        uint256 payTotal,
        uint256 datasetFee,
        uint256 usage
    );
    event UsageReleased(uint256 indexed jobId, uint256 amount);
    event PayClaimed(uint256 indexed jobId, address indexed payee, uint256 amount);
    event JobRefunded(uint256 indexed jobId, address indexed buyer, uint256 amount);
    event Credited(address indexed account, uint256 indexed jobId, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);

    error JobUnknown(uint256 jobId);
    error NotTheScheduler(uint256 jobId, address scheduler, address caller);
    error NotTheReferee(uint256 jobId, uint256 refereeId, address signer);
    error JobStateInvalid(uint256 jobId, State state);
    error JobExpired(uint256 jobId, uint256 deadline);
    error JobNotExpired(uint256 jobId, uint256 deadline);
    error RedundancyInvalid(uint256 redundancy);
    /// @dev Past, or after `latest`.
    error DeadlineInvalid(uint256 deadline, uint256 latest);
    error SubjectInvalid(Kind kind, uint256 datasetId, uint256 proposalId);
    error TranscriptMismatch(uint256 jobId, bytes32 expected, bytes32 actual);
    /// @dev The hash of the acceptance's block is not known yet, or not any more.
    error BeaconUnavailable(uint256 jobId, uint256 acceptedAt);
    /// @dev It is still known, or not known yet.
    error BeaconNotMissed(uint256 jobId, uint256 acceptedAt);
    error BeaconsMissed(uint256 jobId, uint256 limit);
    /// @dev The proposals contract was set up for other jobs.
    error JobsUnexpected(address expected, address actual);
    error CommitsTooFresh(uint256 jobId, uint256 anchoredAt);
    error ReceiptCountInvalid(uint256 jobId, uint256 expected, uint256 actual);
    error ReceiptsUnordered(address previous, address worker);
    error ReceiptSignatureInvalid(uint256 jobId, address worker);
    error ReceiptNotAnchored(uint256 jobId, address worker);
    error WorkerAlreadyConvicted(uint256 jobId, address worker);
    error PayTooHigh(uint256 jobId, uint256 pay, uint256 limit);
    error PayAlreadyClaimed(uint256 jobId, address payee);
    error PayProofInvalid(uint256 jobId, address payee, uint256 amount);
    error OnlyUsage(address caller);

    /// @notice Buys a job; escrows the pay and (for training) the dataset's price.
    /// @dev The caller must have approved the sum, see `priceOf`.
    function create(Order calldata order) external returns (uint256 jobId);

    /// @notice The job's scheduler takes it and seals the seed of its randomness.
    /// @param seedHash keccak256(abi.encode(seed)).
    function accept(uint256 jobId, bytes32 seedHash) external;

    /// @notice For a scheduler that was away until the hash it was to draw with was forgotten: the seed that it sealed is mixed
    /// with the hash of this call's block instead. At most three times a job, each of which leaves an event.
    /// @dev It chooses as little as it can. The seed stays, since a new one could be chosen by what became of others. Neither
    /// can a hash be left for the next while it is known, and where the chain has the contract of EIP-2935 that is for 8,191
    /// blocks. What is left is to be away on purpose, for all that time and out of the job's own, for one of four draws.
    /// @param previous The transcript before the last acceptance.
    /// @param acceptedAt The block of the last acceptance.
    function acceptAgain(uint256 jobId, bytes32 previous, bytes32 seedHash, uint256 acceptedAt) external;

    /// @notice The scheduler opens its seed, which is mixed with the hash of the acceptance's block, and anchors who
    /// was drawn. Not in the block of the acceptance.
    /// @param previous The transcript before the last acceptance, which is the order's if there was one only.
    /// @param acceptedAt The block of the last acceptance; its hash is known to the chain for 256 blocks, or, where the contract
    /// of EIP-2935 is, for 8,191.
    function assign(uint256 jobId, bytes32 previous, bytes32 seed, uint256 acceptedAt, bytes32 assignmentRoot) external;

    /// @notice The scheduler anchors the root of the workers' commitments before it accepts any reveal; any number of times.
    function anchor(uint256 jobId, bytes32 commitsRoot) external;

    /// @notice Slashes a worker on the referee's verdict; half to the buyer, half to the reporter (if
    /// one is named). Once per job and worker.
    /// @dev Also after the job has ended, as long as the worker has a stake.
    function convict(Verdict calldata verdict, bytes calldata signature) external;

    /// @notice Ends a job: checks that as many distinct workers as ordered committed to this very outcome in the last
    /// anchor and in an earlier block, pays the dataset, credits the buyer what was not spent, opens the claims.
    /// @param receipts In ascending order of worker.
    /// @param payTotal What the leaves under `outcome.payRoot` sum up to; the rest goes back to the buyer.
    function settle(
        uint256 jobId,
        Anchor calldata anchored,
        Outcome calldata outcome,
        Receipt[] calldata receipts,
        uint96 payTotal
    ) external;

    /// @notice Credits a worker's or the scheduler's pay. Anyone may send it for the payee.
    function claimPay(
        uint256 jobId,
        Outcome calldata outcome,
        address payee,
        uint96 amount,
        bytes32[] calldata proof
    ) external;

    /// @notice Credits the whole price back to the buyer of a job that was not settled by its deadline. Anyone may send it; the buyer
    /// also at any time before the job is accepted.
    function refund(uint256 jobId) external;

    /// @notice Pays the caller everything it is owed.
    function withdraw() external returns (uint256 amount);
    /// @notice Pays `account` everything it is owed; anyone may send it.
    function withdrawFor(address account) external returns (uint256 amount);

    /// @notice Returns the buyer of a settled training job with this outcome, else reverts.
    function requireResult(uint256 jobId, uint256 datasetId, Outcome calldata outcome)
        external
        view
        returns (address buyer);

    /// @notice Hands the contributors' part of a settled job over to the usage contract, which alone may ask, once.
    function releaseUsage(uint256 jobId) external returns (uint256 amount);

    /// @notice The proposal that a settled evaluation job measured; zero for any other job, and for one that does not exist.
    function measuredBy(uint256 jobId) external view returns (uint256 proposalId);

    /// @notice What the seeds of every measurement of a proposal follow from: the beacon of the first evaluation of it that was drawn.
    /// Zero before.
    function measurementBeacon(uint256 proposalId) external view returns (bytes32 beacon);

    /// @notice The contributors' part of a job that is held here; zero unless it is settled and not released.
    function usageOf(uint256 jobId) external view returns (uint256 amount);

    function usage() external view returns (address);
    function jobCount() external view returns (uint256);
    function job(uint256 jobId) external view returns (Job memory);
    function owed(address account) external view returns (uint256);
    function isConvicted(uint256 jobId, address worker) external view returns (bool);
    function isPaid(uint256 jobId, address payee) external view returns (bool);
    /// @notice What `create` escrows for an order now.
    function priceOf(Order calldata order) external view returns (uint256 total, uint256 datasetFee);
    function receiptDigest(uint256 jobId, bytes32 resultHash, uint32 metric, bytes32 salt) external view returns (bytes32);
    function verdictDigest(Verdict calldata verdict) external view returns (bytes32);
    /// @notice The longest time from an order to its deadline, in seconds.
    function TERM_MAX() external view returns (uint40);
    function workers() external view returns (address);
    function money() external view returns (address);
}
