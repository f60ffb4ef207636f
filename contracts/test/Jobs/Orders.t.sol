// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IDatasets} from "../../src/Datasets/IDatasets.sol";
import {IJobs} from "../../src/Jobs/IJobs.sol";
import {ITrustedKeys} from "../../src/Jobs/ITrustedKeys.sol";
import {IProposals} from "../../src/Proposals/IProposals.sol";
import {JobFlow} from "./JobFlow.sol";

contract OrdersTest is JobFlow {
    // Ordering

    function test_an_order_escrows_its_whole_price() public {
        IJobs.Order memory order = _order();
        (uint256 total, uint256 fee) = jobs.priceOf(order);
        vm.assertEq(total, 85 * DOLLAR);
        vm.assertEq(fee, PRICE);
        bytes32 transcript = keccak256(abi.encode(uint256(1), buyer.at, order, uint256(PRICE)));
        vm.expectEmit();
        emit IJobs.JobCreated(1, buyer.at, datasetId, order, PRICE, transcript);
        _create(order);
        IJobs.Job memory j = jobs.job(1);
        vm.assertTrue(j.state == IJobs.State.Open && j.kind == IJobs.Kind.Training && !j.convicted);
        vm.assertEq(j.redundancy, 3);
        vm.assertEq(j.buyer, buyer.at);
        vm.assertEq(j.datasetId, datasetId);
        vm.assertEq(j.scheduler, scheduler.at);
        vm.assertEq(j.refereeId, refereeId);
        vm.assertEq(j.pay, 35 * DOLLAR);
        vm.assertEq(j.deadline, order.deadline);
        vm.assertEq(j.transcript, transcript);
        vm.assertEq(jobs.jobCount(), 1);
        vm.assertEq(money.balanceOf(address(jobs)), 85 * DOLLAR);
        vm.assertEq(jobs.money(), address(money));
    }

    function test_bad_orders_are_refused() public {
        IJobs.Order memory order = _order();
        order.redundancy = 0;
        _expect(IJobs.RedundancyInvalid.selector, 0);
        _create(order);
        order.redundancy = 4;
        _expect(IJobs.RedundancyInvalid.selector, 4);
        _create(order);
        order = _order();
        order.deadline = uint40(vm.getBlockTimestamp());
        _expect(IJobs.DeadlineInvalid.selector, order.deadline);
        _create(order);
        order = _order();
        order.datasetId = 9;
        _expect(IDatasets.DatasetUnknown.selector, 9);
        _create(order);
        order = _order();
        order.scheduler = referee.at;
        _expect(ITrustedKeys.KeyNotTrusted.selector, _word(referee.at), uint256(ITrustedKeys.Role.Scheduler));
        _create(order);
        order = _order();
        order.referee = stranger.at;
        _expect(ITrustedKeys.KeyNotTrusted.selector, _word(stranger.at), uint256(ITrustedKeys.Role.Referee));
        _create(order);
        order = _order();
        order.proposalId = 1;
        _expect(IJobs.SubjectInvalid.selector, 0, datasetId, 1);
        _create(order);
    }

    function _evaluationOrder(uint256 proposal) private view returns (IJobs.Order memory order) {
        order = _order();
        order.kind = IJobs.Kind.Evaluation;
        order.proposalId = proposal;
    }

    function test_an_evaluation_measures_an_open_proposal_and_pays_no_dataset() public {
        uint256 proposal = _propose("shard", 1);
        IJobs.Order memory order = _evaluationOrder(proposal);
        (uint256 total, uint256 fee) = jobs.priceOf(order);
        vm.assertEq(total, 35 * DOLLAR);
        vm.assertEq(fee, 0);
        uint256 id = _create(order);
        vm.assertTrue(jobs.job(id).kind == IJobs.Kind.Evaluation);
        skip(1 days);
        jobs.refund(id);
        vm.assertEq(jobs.owed(buyer.at), 35 * DOLLAR);
    }

    function test_an_evaluation_of_nothing_open_is_refused() public {
        IJobs.Order memory order = _evaluationOrder(9);
        _expect(IProposals.ProposalUnknown.selector, 9);
        _create(order);
        uint256 proposal = _propose("shard", 1);
        order = _evaluationOrder(proposal);
        order.datasetId = 2;
        _expect(IJobs.SubjectInvalid.selector, 1, 2, proposal);
        _create(order);
        skip(3 days + 1);
        _finalise(proposal);
        order = _evaluationOrder(proposal);
        _expect(IJobs.SubjectInvalid.selector, 1, datasetId, proposal);
        _create(order);
    }

    // The transcript

    function test_the_transcript_binds_every_step() public {
        _opened();
        uint256 at = vm.getBlockNumber();
        bytes32 seedHash = keccak256(abi.encode(_root("seed")));
        bytes32 transcript = keccak256(abi.encode(ordered, seedHash, at));
        vm.expectEmit();
        emit IJobs.JobAccepted(job, seedHash, transcript);
        _accept(job);
        vm.assertEq(jobs.job(job).transcript, transcript);

        mine(1);
        bytes32 beacon = keccak256(abi.encode(_root("seed"), blockhash(at)));
        transcript = keccak256(abi.encode(transcript, beacon, _root("assignment")));
        vm.expectEmit();
        emit IJobs.JobAssigned(job, _root("seed"), beacon, _root("assignment"), transcript);
        _assign(job, ordered, at);
        vm.assertEq(jobs.job(job).transcript, transcript);

        mine(1);
        transcript = keccak256(abi.encode(transcript, _root("first"), at + 2));
        vm.expectEmit();
        emit IJobs.CommitsAnchored(job, _root("first"), transcript);
        _anchor(job, _root("first"));
        _anchor(job, _root("second"));
        transcript = keccak256(abi.encode(transcript, _root("second"), at + 2));
        vm.assertEq(jobs.job(job).transcript, transcript);
        vm.assertTrue(jobs.job(job).state == IJobs.State.Anchored);
    }

    function test_the_seed_must_be_the_sealed_one() public {
        _accepted();
        bytes32 expected = jobs.job(job).transcript;
        bytes32 actual = keccak256(abi.encode(ordered, keccak256(abi.encode(bytes32("other"))), acceptedAt));
        vm.expectRevert(abi.encodeWithSelector(IJobs.TranscriptMismatch.selector, job, expected, actual));
        vm.prank(scheduler.at);
        jobs.assign(job, ordered, "other", acceptedAt, 0);
        vm.expectRevert();
        _assign(job, ordered, acceptedAt - 1);
    }

    function test_no_beacon_before_its_block_is_over_nor_after_256_blocks() public {
        _opened();
        acceptedAt = vm.getBlockNumber();
        _accept(job);
        _expect(IJobs.BeaconUnavailable.selector, job, acceptedAt);
        _assign(job, ordered, acceptedAt);
        vm.roll(acceptedAt + 257);
        _expect(IJobs.BeaconUnavailable.selector, job, acceptedAt);
        _assign(job, ordered, acceptedAt);
    }

    // Every forbidden step

    function test_every_step_is_refused_in_every_other_state() public {
        _opened();
        _refuseAll(IJobs.State.Open);
        _accept(job);
        acceptedAt = vm.getBlockNumber();
        mine(1);
        _refuseAll(IJobs.State.Accepted);
        _assign(job, ordered, acceptedAt);
        _refuseAll(IJobs.State.Assigned);
    }

    function test_every_step_is_refused_after_anchoring_settlement_and_refund() public {
        _anchored();
        _refuseAll(IJobs.State.Anchored);
        _settle(_receipts(), 34 * DOLLAR);
        _refuseAll(IJobs.State.Settled);
        _expect(IJobs.JobStateInvalid.selector, job, uint256(IJobs.State.Settled));
        jobs.refund(job);
        _opened();
        skip(1 days);
        jobs.refund(job);
        _refuseAll(IJobs.State.Refunded);
        _expect(IJobs.JobStateInvalid.selector, job, uint256(IJobs.State.Refunded));
        jobs.refund(job);
    }

    /// @dev All steps that the given state does not allow.
    function _refuseAll(IJobs.State state) private {
        bytes4 refused = IJobs.JobStateInvalid.selector;
        if (state != IJobs.State.Open) {
            _expect(refused, job, uint256(state));
            _accept(job);
        }
        if (state != IJobs.State.Accepted) {
            _expect(refused, job, uint256(state));
            _assign(job, ordered, acceptedAt);
        }
        if (state != IJobs.State.Assigned && state != IJobs.State.Anchored) {
            _expect(refused, job, uint256(state));
            _anchor(job, "root");
        }
        if (state != IJobs.State.Anchored) {
            _expect(refused, job, uint256(state));
            _settle(new IJobs.Receipt[](0), 0);
        }
        if (state != IJobs.State.Settled) {
            _expect(refused, job, uint256(state));
            jobs.claimPay(job, outcome, crew[0].at, 1, new bytes32[](0));
            _expect(refused, job, uint256(state));
            jobs.requireResult(job, datasetId, outcome);
        }
        if (state < IJobs.State.Settled) {
            _expect(IJobs.JobNotExpired.selector, job, jobs.job(job).deadline);
            jobs.refund(job);
        }
    }

    function test_only_the_jobs_scheduler_takes_steps() public {
        _opened();
        vm.expectRevert(
            abi.encodeWithSelector(IJobs.NotTheScheduler.selector, job, scheduler.at, stranger.at)
        );
        vm.prank(stranger.at);
        jobs.accept(job, 0);
    }

    function test_no_step_is_taken_after_the_deadline() public {
        _anchored();
        uint256 deadline = jobs.job(job).deadline;
        vm.warp(deadline);
        IJobs.Receipt[] memory receipts = _receipts();
        _expect(IJobs.JobExpired.selector, job, deadline);
        _settle(receipts, 34 * DOLLAR);
        _expect(IJobs.JobExpired.selector, job, deadline);
        _anchor(job, "root");
    }

    function test_unknown_jobs_are_refused() public {
        bytes4 unknown = IJobs.JobUnknown.selector;
        _expect(unknown, 9);
        jobs.job(9);
        _expect(unknown, 9);
        _accept(9);
        _expect(unknown, 9);
        _anchor(9, 0);
        _expect(unknown, 9);
        jobs.refund(9);
        _expect(unknown, 9);
        jobs.claimPay(9, outcome, ada.at, 1, new bytes32[](0));
        _expect(unknown, 9);
        jobs.convict(IJobs.Verdict(9, ada.at, ben.at, 0), "");
    }

    // Refunds

    function test_a_job_that_was_not_settled_is_refunded_whole() public {
        _anchored();
        skip(1 days);
        vm.expectEmit();
        emit IJobs.JobRefunded(job, buyer.at, 85 * DOLLAR);
        vm.prank(stranger.at);
        jobs.refund(job);
        vm.assertEq(jobs.owed(buyer.at), 85 * DOLLAR);
        vm.assertEq(jobs.job(job).pay, 0);
        vm.assertEq(jobs.withdrawFor(buyer.at), 85 * DOLLAR);
        vm.assertEq(money.balanceOf(address(jobs)), 0);
    }

    function test_a_job_of_no_money_is_refunded_nothing() public {
        uint256 proposal = _propose("shard", 1);
        IJobs.Order memory order = _evaluationOrder(proposal);
        order.pay = 0;
        uint256 id = _create(order);
        skip(1 days);
        jobs.refund(id);
        vm.assertEq(jobs.owed(buyer.at), 0);
    }
}
