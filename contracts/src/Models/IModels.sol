// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IJobs} from "../Jobs/IJobs.sol";

/// @title Models: checkpoints with their lineage
/// @notice Ids count from 1. A model's parents are models that existed before it, so lineage has no cycle. A metric is
/// attested if it is the outcome of a settled training job. A dataset's best checkpoint is what its proposals are measured from:
/// only a model whose training a referee has looked at becomes one, and the shareholders can replace it.
interface IModels {
    struct Registration {
        bytes32 checkpointHash;
        bytes32 architectureHash;
        /// @dev Of the model card: name, version, licence, what it is for and how it was measured.
        bytes32 cardDigest;
        /// @dev Binary CID of the checkpoint's bytes; of the envelope they are encrypted in if the weights are private.
        bytes cid;
        bool isPrivate;
        /// @dev At most 16, ascending.
        uint256[] parents;
        uint32 datasetId;
        /// @dev Zero: trained elsewhere, its metric is a claim.
        uint64 jobId;
        /// @dev Accuracy on the dataset's held-out set, parts per million.
        uint32 metric;
        /// @dev Price of one prediction, in the smallest unit of the money.
        uint64 price;
        /// @dev Part of the earnings of models made from this one that becomes this one's, 0 to 4,000.
        uint16 royaltyBps;
        /// @dev Of the job's outcome, which they complete; zero without a job.
        bytes32 transcript;
        bytes32 payRoot;
    }

    /// @dev What contracts need to know of a model; everything else is in the event of its registration.
    struct Model {
        address owner;
        uint64 price;
        uint32 datasetId;
        bytes32 checkpointHash;
    }

    /// @notice That a model may be its dataset's best, signed by a registered referee, EIP-712:
    /// `BestCheckpoint(uint256 datasetId,uint256 modelId,bytes32 checkpointHash,uint32 metric,uint256 deadline)`.
    /// @dev Its training began with fresh parameters or a former best, on the dataset's shards alone, done by three workers or by two
    /// with checked steps. There is no nonce: sent again, it moves the best only if a vote has lowered the bar meanwhile, and
    /// never to a barred model.
    struct BestCheckpoint {
        uint256 datasetId;
        uint256 modelId;
        bytes32 checkpointHash;
        /// @dev Accuracy in parts per million, without what the training saw of the held-out set.
        uint32 metric;
        uint256 deadline;
    }

    event ModelRegistered(
        uint256 indexed modelId,
        uint256 indexed datasetId,
        address indexed owner,
        bytes32 checkpointHash,
        bytes32 architectureHash,
        uint256[] parents,
        uint256 jobId,
        uint32 metric,
        uint256 price,
        uint256 royaltyBps,
        bytes32 cardDigest,
        bytes cid,
        bool isPrivate
    );
    /// @param modelId Zero after a vote that there is none.
    event BestCheckpointMoved(uint256 indexed datasetId, uint256 indexed modelId, uint32 metric);
    /// @notice A vote was carried out. `BestCheckpointMoved` follows if what it replaces was still the best.
    /// @param barred The checkpoint that is no best one until a vote names it; zero if there is none.
    event BestCheckpointReplaced(uint256 indexed datasetId, uint256 indexed proposalId, bytes32 barred);

    error ModelUnknown(uint256 modelId);
    error ParentsTooMany(uint256 count, uint256 limit);
    error ParentInvalid(uint256 parent);
    /// @dev The royalty asked for, or those the parents ask for together.
    error RoyaltiesTooHigh(uint256 royaltyBps, uint256 limit);
    error MetricInvalid(uint256 metric);
    error CheckpointMissing();
    error NotTheBuyer(uint256 jobId, address buyer, address caller);
    error StatementExpired(uint256 deadline);
    /// @dev The model is another dataset's, or has other parameters.
    error BestCheckpointMismatch(uint256 datasetId, uint256 modelId, bytes32 checkpointHash);
    error NotBetter(uint256 datasetId, uint256 metric, uint256 best);
    /// @dev The checkpoint is, under whatever number it is registered.
    error ModelBarred(uint256 modelId);
    /// @dev It is about something else, or was not accepted.
    error NoReplacement(uint256 proposalId);
    /// @dev A later vote was carried out already.
    error ReplacementOutdated(uint256 proposalId, uint256 later);

    function register(Registration calldata registration) external returns (uint256 modelId);
    /// @notice Makes a model its dataset's best, if it is better than the one that is. Anyone may send it.
    /// @param signature 65 bytes, by a live referee key of the registry.
    function moveBest(BestCheckpoint calldata statement, bytes calldata signature) external;
    /// @notice Carries out an accepted replacement: bars the checkpoint that it replaces, and puts the other in its place if it is
    /// still there. Anyone may send it.
    function replaceBest(uint256 proposalId) external;

    function modelCount() external view returns (uint256);
    function model(uint256 modelId) external view returns (Model memory);
    /// @notice keccak256(abi.encode(parents)); zero for a model without parents.
    function lineageOf(uint256 modelId) external view returns (bytes32);
    /// @notice The part of its children's earnings that becomes the model's.
    function royaltyBps(uint256 modelId) external view returns (uint256);
    /// @notice What a dataset's proposals are measured from; zero if there is none.
    function bestOf(uint256 datasetId) external view returns (uint256 modelId, uint32 metric);
    /// @notice Whether a vote has taken a checkpoint from its place.
    function isBarred(uint256 datasetId, bytes32 checkpointHash) external view returns (bool);
    /// @notice The last vote on the best checkpoint that was carried out; zero if there is none.
    function replacedBy(uint256 datasetId) external view returns (uint256 proposalId);
    function bestDigest(BestCheckpoint calldata statement) external view returns (bytes32);
}
