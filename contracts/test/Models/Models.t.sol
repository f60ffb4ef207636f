// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IDatasets} from "../../src/Datasets/IDatasets.sol";
import {IJobs} from "../../src/Jobs/IJobs.sol";
import {IModels} from "../../src/Models/IModels.sol";
import {JobFlow} from "../Jobs/JobFlow.sol";

contract ModelsTest is JobFlow {
    function _claimed() private view returns (IModels.Registration memory r) {
        r = _registration();
        r.checkpointHash = RESULT;
        r.cid = _cid(RESULT);
        r.metric = METRIC;
    }

    function _attested() private view returns (IModels.Registration memory r) {
        r = _claimed();
        r.jobId = uint64(job);
        r.transcript = outcome.previous;
        r.payRoot = outcome.payRoot;
    }

    function test_a_model_is_registered_with_its_facts() public {
        IModels.Registration memory r = _claimed();
        (r.royaltyBps, r.isPrivate) = (250, true);
        vm.expectEmit();
        emit IModels.ModelRegistered(
            1,
            datasetId,
            stranger.at,
            RESULT,
            _root("architecture"),
            r.parents,
            0,
            METRIC,
            7,
            250,
            _root("card"),
            _cid(RESULT),
            true
        );
        vm.assertEq(_register(stranger, r), 1);
        IModels.Model memory m = models.model(1);
        vm.assertEq(m.owner, stranger.at);
        vm.assertEq(m.price, 7);
        vm.assertEq(m.datasetId, datasetId);
        vm.assertEq(m.checkpointHash, RESULT);
        vm.assertEq(models.modelCount(), 1);
        vm.assertEq(models.royaltyBps(1), 250);
        vm.assertEq(models.lineageOf(1), 0);
    }

    function test_royalties_are_bounded_alone_and_together() public {
        IModels.Registration memory r = _claimed();
        r.royaltyBps = 4_001;
        _expect(IModels.RoyaltiesTooHigh.selector, 4_001, 4_000);
        _register(stranger, r);
        r.royaltyBps = 2_000;
        for (uint256 i; i < 3; ++i) {
            _register(stranger, r);
        }
        r.parents = new uint256[](2);
        (r.parents[0], r.parents[1]) = (1, 2);
        vm.assertEq(_register(stranger, r), 4);
        vm.assertEq(models.lineageOf(4), keccak256(abi.encode(r.parents)));
        r.parents = new uint256[](3);
        (r.parents[0], r.parents[1], r.parents[2]) = (1, 2, 3);
        _expect(IModels.RoyaltiesTooHigh.selector, 6_000, 4_000);
        _register(stranger, r);
    }

    function test_a_claimed_metric_moves_no_pointer() public {
        _register(stranger, _claimed());
        (uint256 best,) = models.bestOf(datasetId);
        vm.assertEq(best, 0);
    }

    /// @dev The job says what the model is worth, and not what it began from or what it saw.
    function test_a_job_s_metric_moves_no_pointer_either() public {
        _settled();
        _register(buyer, _attested());
        (uint256 best,) = models.bestOf(datasetId);
        vm.assertEq(best, 0);
    }

    function test_what_a_job_did_not_say_is_not_attested() public {
        _settled();
        IModels.Registration memory r = _attested();
        r.metric += 1;
        vm.expectRevert();
        _register(buyer, r);
        r = _attested();
        r.checkpointHash = _root("other");
        vm.expectRevert();
        _register(buyer, r);
        r = _attested();
        r.datasetId = 2;
        _expect(IJobs.SubjectInvalid.selector, 0, 2, 0);
        _register(buyer, r);
        r = _attested();
        vm.expectRevert(abi.encodeWithSelector(IModels.NotTheBuyer.selector, job, buyer.at, stranger.at));
        _register(stranger, r);
    }

    function test_a_job_that_is_not_settled_attests_nothing() public {
        _anchored();
        IModels.Registration memory r = _attested();
        _expect(IJobs.JobStateInvalid.selector, job, uint256(IJobs.State.Anchored));
        _register(buyer, r);
        r.jobId = 9;
        _expect(IJobs.JobUnknown.selector, 9);
        _register(buyer, r);
    }

    /// @dev An evaluation pays the dataset nothing, so nothing it trains can be sold.
    function test_the_result_of_an_evaluation_is_never_a_model() public {
        uint256 proposal = _propose("shard", 1);
        IJobs.Order memory order = _order();
        order.kind = IJobs.Kind.Evaluation;
        order.proposalId = proposal;
        order.redundancy = 1;
        job = _create(order);
        ordered = jobs.job(job).transcript;
        acceptedAt = vm.getBlockNumber();
        _accept(job);
        mine(1);
        _assign(job, ordered, acceptedAt);
        bytes32 root = _commitment(job, crew[0].at, RESULT, METRIC);
        anchored = IJobs.Anchor(jobs.job(job).transcript, root, vm.getBlockNumber());
        _anchor(job, root);
        mine(1);
        outcome = IJobs.Outcome(jobs.job(job).transcript, RESULT, METRIC, 0);
        IJobs.Receipt[] memory receipts = new IJobs.Receipt[](1);
        receipts[0] = _receipt(job, crew[0], RESULT, METRIC, new bytes32[](0));
        _settle(receipts, 0);
        IModels.Registration memory r = _attested();
        _expect(IJobs.SubjectInvalid.selector, 1, datasetId, 0);
        _register(buyer, r);
    }

    function test_parents_are_models_that_exist() public {
        for (uint256 i; i < 17; ++i) {
            _register(stranger, _claimed());
        }
        IModels.Registration memory r = _claimed();
        r.parents = new uint256[](2);
        (r.parents[0], r.parents[1]) = (2, 17);
        vm.assertEq(_register(stranger, r), 18);
        (r.parents[0], r.parents[1]) = (2, 2);
        _expect(IModels.ParentInvalid.selector, 2);
        _register(stranger, r);
        (r.parents[0], r.parents[1]) = (0, 2);
        _expect(IModels.ParentInvalid.selector, 0);
        _register(stranger, r);
        (r.parents[0], r.parents[1]) = (1, 19);
        _expect(IModels.ParentInvalid.selector, 19);
        _register(stranger, r);
        r.parents = new uint256[](17);
        _expect(IModels.ParentsTooMany.selector, 17, 16);
        _register(stranger, r);
    }

    function test_bad_registrations_are_refused() public {
        IModels.Registration memory r = _claimed();
        r.checkpointHash = 0;
        _expect(IModels.CheckpointMissing.selector);
        _register(stranger, r);
        r = _claimed();
        r.metric = 1_000_001;
        _expect(IModels.MetricInvalid.selector, 1_000_001);
        _register(stranger, r);
        r = _claimed();
        r.datasetId = 9;
        _expect(IDatasets.DatasetUnknown.selector, 9);
        _register(stranger, r);
        _expect(IModels.ModelUnknown.selector, 1);
        models.model(1);
    }
}
