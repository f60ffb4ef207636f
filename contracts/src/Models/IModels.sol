// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IJobs} from "../Jobs/IJobs.sol";

/// @title Models: checkpoints with their lineage
/// @notice Ids count from 1. A model's parents are models that existed before it, so lineage has no cycle. A metric is
/// attested if it is the outcome of a settled training job; only such a metric moves a dataset's best checkpoint.
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
    event BestCheckpointMoved(uint256 indexed datasetId, uint256 indexed modelId, uint32 metric);

    error ModelUnknown(uint256 modelId);
    error ParentsTooMany(uint256 count, uint256 limit);
    error ParentInvalid(uint256 parent);
    /// @dev The royalty asked for, or those the parents ask for together.
    error RoyaltiesTooHigh(uint256 royaltyBps, uint256 limit);
    error MetricInvalid(uint256 metric);
    error CheckpointMissing();
    error NotTheBuyer(uint256 jobId, address buyer, address caller);

    function register(Registration calldata registration) external returns (uint256 modelId);
    function modelCount() external view returns (uint256);
    function model(uint256 modelId) external view returns (Model memory);
    /// @notice keccak256(abi.encode(parents)); zero for a model without parents.
    function lineageOf(uint256 modelId) external view returns (bytes32);
    /// @notice The part of its children's earnings that becomes the model's.
    function royaltyBps(uint256 modelId) external view returns (uint256);
    /// @notice The best attested model of a dataset; zero if there is none yet.
    function bestOf(uint256 datasetId) external view returns (uint256 modelId, uint32 metric);
}
