// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IDatasets} from "../Datasets/IDatasets.sol";
import {IJobs} from "../Jobs/IJobs.sol";
import {IProposals} from "../Proposals/IProposals.sol";
import {NoHolder} from "../Shares/Holders.sol";
import {ITrustedKeys} from "../Trust/ITrustedKeys.sol";
import {IModels} from "./IModels.sol";

/// @title Models
/// @dev Two slots per model: lineage and measurements are bound by the event and, if attested, by the job's transcript.
contract Models is IModels, EIP712, NoHolder {
    uint256 private constant PARENTS_MAX = 16;
    uint256 private constant PPM = 1_000_000;
    uint256 private constant ROYALTIES_MAX = 4_000;
    bytes32 private constant BEST_TYPE = keccak256(
        "BestCheckpoint(uint256 datasetId,uint256 modelId,bytes32 checkpointHash,uint32 metric,uint256 deadline)"
    );

    struct Best {
        uint64 modelId;
        uint32 metric;
    }

    IDatasets private immutable _datasets;
    IJobs private immutable _jobs;
    ITrustedKeys private immutable _trustedKeys;
    IProposals private immutable _proposals;

    uint256 public modelCount;
    mapping(uint256 modelId => Model) private _models;
    mapping(uint256 datasetId => Best) private _best;
    /// @dev Written for the models that have some, so that the others pay nothing for them.
    mapping(uint256 modelId => bytes32) public lineageOf;
    mapping(uint256 modelId => uint256) public royaltyBps;
    mapping(uint256 datasetId => mapping(bytes32 checkpointHash => bool)) public isBarred;
    mapping(uint256 datasetId => uint256) public replacedBy;

    constructor(IDatasets datasets, IJobs jobs, ITrustedKeys trustedKeys) EIP712("DataBright Models", "1") {
        _datasets = datasets;
        _jobs = jobs;
        _trustedKeys = trustedKeys;
        _proposals = IProposals(datasets.proposals());
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
    }

    /// @inheritdoc IModels
    function moveBest(BestCheckpoint calldata s, bytes calldata signature) external {
        if (block.timestamp > s.deadline) revert StatementExpired(s.deadline);
        Model memory m = model(s.modelId);
        if (m.datasetId != s.datasetId || m.checkpointHash != s.checkpointHash) {
            revert BestCheckpointMismatch(s.datasetId, s.modelId, s.checkpointHash);
        }
        if (isBarred[s.datasetId][s.checkpointHash]) revert ModelBarred(s.modelId);
        if (s.metric > PPM) revert MetricInvalid(s.metric);
        Best memory best = _best[s.datasetId];
        if (best.modelId != 0 && s.metric <= best.metric) revert NotBetter(s.datasetId, s.metric, best.metric);
        _trustedKeys.requireTrusted(ECDSA.recover(bestDigest(s), signature), ITrustedKeys.Role.Referee);

        _moveBest(s.datasetId, s.modelId, s.metric);
    }

    /// @inheritdoc IModels
    function replaceBest(uint256 proposalId) external {
        IProposals.Proposal memory p = _proposals.proposal(proposalId);
        if (p.kind != IProposals.Kind.Replacement || p.state != IProposals.State.Accepted) {
            revert NoReplacement(proposalId);
        }
        uint256 later = replacedBy[p.datasetId];
        if (proposalId <= later) revert ReplacementOutdated(proposalId, later);
        uint256 replacedId = uint64(uint256(p.shardRoot) >> 96);
        uint256 modelId = uint64(uint256(p.shardRoot) >> 32);
        bytes32 named = _checkpointOf(modelId, p.datasetId);
        bytes32 barred = _checkpointOf(replacedId, p.datasetId);
        if (barred == named) barred = 0;

        replacedBy[p.datasetId] = proposalId;
        if (barred != 0) isBarred[p.datasetId][barred] = true;
        if (isBarred[p.datasetId][named]) delete isBarred[p.datasetId][named];
        emit BestCheckpointReplaced(p.datasetId, proposalId, barred);
        // Where another one has become the best meanwhile, voters did not speak of it.
        uint256 best = _best[p.datasetId].modelId;
        if (best == replacedId || (best != 0 && _models[best].checkpointHash == barred)) {
            _moveBest(p.datasetId, modelId, uint32(uint256(p.shardRoot)));
        }
    }

    /// @dev Zero for no model.
    function _checkpointOf(uint256 modelId, uint256 datasetId) private view returns (bytes32) {
        if (modelId == 0) return 0;
        Model memory m = model(modelId);
        if (m.datasetId != datasetId) revert BestCheckpointMismatch(datasetId, modelId, m.checkpointHash);
        return m.checkpointHash;
    }

    /// @inheritdoc IModels
    function model(uint256 modelId) public view returns (Model memory found) {
        found = _models[modelId];
        if (found.owner == address(0)) revert ModelUnknown(modelId);
    }

    /// @inheritdoc IModels
    function bestOf(uint256 datasetId) external view returns (uint256 modelId, uint32 metric) {
        Best memory best = _best[datasetId];
        return (best.modelId, best.metric);
    }

    /// @inheritdoc IModels
    function bestDigest(BestCheckpoint calldata statement) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(BEST_TYPE, statement)));
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
        _best[datasetId] = Best(uint64(modelId), metric);
        emit BestCheckpointMoved(datasetId, modelId, metric);
    }
}
