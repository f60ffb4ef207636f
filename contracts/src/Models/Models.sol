// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IDatasets} from "../Datasets/IDatasets.sol";
import {IJobs} from "../Jobs/IJobs.sol";
import {IModels} from "./IModels.sol";

/// @title Models
/// @dev Two slots per model: lineage and measurements are bound by the event and, if attested, by the job's transcript.
contract Models is IModels {
    uint256 private constant PARENTS_MAX = 16;
    uint256 private constant PPM = 1_000_000;
    uint256 private constant ROYALTIES_MAX = 4_000;

    struct Best {
        uint64 modelId;
        uint32 metric;
    }

    IDatasets private immutable _datasets;
    IJobs private immutable _jobs;

    uint256 public modelCount;
    mapping(uint256 modelId => Model) private _models;
    mapping(uint256 datasetId => Best) private _best;
    /// @dev Written for the models that have some, so that the others pay nothing for them.
    mapping(uint256 modelId => bytes32) public lineageOf;
    mapping(uint256 modelId => uint256) public royaltyBps;

    constructor(IDatasets datasets, IJobs jobs) {
        _datasets = datasets;
        _jobs = jobs;
    }

    /// @inheritdoc IModels
    function register(Registration calldata r) external returns (uint256 modelId) {
        if (r.checkpointHash == 0) revert CheckpointMissing();
        if (r.metric > PPM) revert MetricInvalid(r.metric);
        if (r.royaltyBps > ROYALTIES_MAX) revert RoyaltiesTooHigh(r.royaltyBps, ROYALTIES_MAX);
        modelId = modelCount + 1;
        _requireParents(r.parents, modelId);
        _requireSource(r);

        modelCount = modelId;
        _models[modelId] = Model(msg.sender, r.price, r.datasetId, r.checkpointHash);
        if (r.parents.length != 0) lineageOf[modelId] = keccak256(abi.encode(r.parents));
        if (r.royaltyBps != 0) royaltyBps[modelId] = r.royaltyBps;
        emit ModelRegistered(
            modelId,
            r.datasetId,
            msg.sender,
            r.checkpointHash,
            r.architectureHash,
            r.parents,
            r.jobId,
            r.metric,
            r.price,
            r.royaltyBps,
            r.cardDigest,
            r.cid,
            r.isPrivate
        );
        if (r.jobId != 0) _moveBest(r.datasetId, modelId, r.metric);
    }

    /// @inheritdoc IModels
    function model(uint256 modelId) external view returns (Model memory found) {
        found = _models[modelId];
        if (found.owner == address(0)) revert ModelUnknown(modelId);
    }

    /// @inheritdoc IModels
    function bestOf(uint256 datasetId) external view returns (uint256 modelId, uint32 metric) {
        Best memory best = _best[datasetId];
        return (best.modelId, best.metric);
    }

    /// @dev Only models that exist can be named, so no model descends from itself.
    function _requireParents(uint256[] calldata parents, uint256 modelId) private view {
        if (parents.length > PARENTS_MAX) revert ParentsTooMany(parents.length, PARENTS_MAX);
        uint256 last;
        uint256 royalties;
        for (uint256 i; i < parents.length; ++i) {
            if (parents[i] <= last || parents[i] >= modelId) revert ParentInvalid(parents[i]);
            last = parents[i];
            royalties += royaltyBps[last];
        }
        if (royalties > ROYALTIES_MAX) revert RoyaltiesTooHigh(royalties, ROYALTIES_MAX);
    }

    /// @dev A model of a job is what the job's outcome says; any other names a dataset that exists.
    function _requireSource(Registration calldata r) private view {
        if (r.jobId == 0) {
            _datasets.trainingPrice(r.datasetId);
            return;
        }
        address buyer = _jobs.requireResult(
            r.jobId, r.datasetId, IJobs.Outcome(r.transcript, r.checkpointHash, r.metric, r.payRoot)
        );
        if (buyer != msg.sender) revert NotTheBuyer(r.jobId, buyer, msg.sender);
    }

    function _moveBest(uint256 datasetId, uint256 modelId, uint32 metric) private {
        Best storage best = _best[datasetId];
        if (best.modelId != 0 && metric <= best.metric) return;
        _best[datasetId] = Best(uint64(modelId), metric);
        emit BestCheckpointMoved(datasetId, modelId, metric);
    }
}
