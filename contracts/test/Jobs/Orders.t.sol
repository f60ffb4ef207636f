// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IDatasets} from "../../src/Datasets/IDatasets.sol";
import {IJobs} from "../../src/Jobs/IJobs.sol";
import {IProposals} from "../../src/Proposals/IProposals.sol";
import {ITrustedKeys} from "../../src/Trust/ITrustedKeys.sol";
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
        uint256 latest = vm.getBlockTimestamp() + 365 days;
        _expect(IJobs.DeadlineInvalid.selector, order.deadline, latest);
        _create(order);
        order.deadline = uint40(latest + 1);
        _expect(IJobs.DeadlineInvalid.selector, order.deadline, latest);
        _create(order);
        order.deadline = type(uint40).max;
        _expect(IJobs.DeadlineInvalid.selector, order.deadline, latest);
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

    function _paidEvaluation(uint256 proposal) private view returns (IJobs.Order memory order) {
        order = _order();
        order.kind = IJobs.Kind.Evaluation;
        order.proposalId = proposal;
    }

    function test_an_evaluation_measures_an_open_proposal_and_pays_no_dataset() public {
        uint256 proposal = _propose("shard", 1);
        IJobs.Order memory order = _paidEvaluation(proposal);
        (uint256 total, uint256 fee) = jobs.priceOf(order);
        vm.assertEq(total, 35 * DOLLAR);
        vm.assertEq(fee, 0);
        uint256 id = _create(order);
        vm.assertTrue(jobs.job(id).kind == IJobs.Kind.Evaluation);
        vm.assertEq(jobs.job(id).datasetId, datasetId);
        vm.assertEq(jobs.measuredBy(id), 0, "nothing yet");
        skip(1 days);
        jobs.refund(id);
        vm.assertEq(jobs.owed(buyer.at), 35 * DOLLAR);
    }

    /// @dev Whoever gains could else buy measurements, or fail them, until the seeds suit the points.
    function test_the_first_draw_counts_for_every_measurement_of_a_proposal() public {
        uint256 proposal = _propose("shard", 1);
        uint256 other = _propose("other", 1);
        vm.assertEq(jobs.measurementBeacon(proposal), 0);
        bytes32 first = _drawn(_create(_paidEvaluation(proposal)));
        vm.assertEq(jobs.measurementBeacon(proposal), first);
        bytes32 second = _drawn(_create(_paidEvaluation(proposal)));
        vm.assertTrue(second != first, "who does it is drawn anew");
        vm.assertEq(jobs.measurementBeacon(proposal), first);
        vm.assertEq(jobs.measurementBeacon(other), 0);
        bytes32 third = _drawn(_create(_paidEvaluation(other)));
        vm.assertEq(jobs.measurementBeacon(other), third);
    }

    function test_the_draw_of_a_training_job_counts_for_no_measurement() public {
        vm.assertTrue(_drawn(_create(_order())) != 0);
        for (uint256 id; id < 4; ++id) vm.assertEq(jobs.measurementBeacon(id), 0);
    }

    function _drawn(uint256 id) private returns (bytes32) {
        bytes32 previous = jobs.job(id).transcript;
        uint256 at = vm.getBlockNumber();
        _accept(id);
        mine(1);
        _assign(id, previous, at);
        mine(1);
        return keccak256(abi.encode(_root("seed"), blockhash(at)));
    }

    /// @dev The longest there are: what follows from the deadline is far from the end of what holds it.
    function test_an_order_of_a_year_ends() public {
        vm.assertEq(jobs.TERM_MAX(), 365 days);
        IJobs.Order memory order = _order();
        order.deadline = uint40(vm.getBlockTimestamp() + 365 days);
        uint256 id = _create(order);
        vm.assertEq(jobs.job(id).deadline, order.deadline);
        vm.warp(order.deadline);
        jobs.refund(id);
        vm.assertEq(jobs.owed(buyer.at), 85 * DOLLAR);
    }

    function test_a_buyer_cancels_what_nobody_has_accepted() public {
        _opened();
        _expect(IJobs.JobNotExpired.selector, job, jobs.job(job).deadline);
        vm.prank(scheduler.at);
        jobs.refund(job);
        vm.expectEmit();
        emit IJobs.JobRefunded(job, buyer.at, 85 * DOLLAR);
        vm.prank(buyer.at);
        jobs.refund(job);
        vm.assertEq(jobs.owed(buyer.at), 85 * DOLLAR);
        _expect(IJobs.JobStateInvalid.selector, job, uint256(IJobs.State.Refunded));
        vm.prank(buyer.at);
        jobs.refund(job);
        _expect(IJobs.JobStateInvalid.selector, job, uint256(IJobs.State.Refunded));
        _accept(job);
    }

    function test_a_buyer_cancels_nothing_that_was_accepted() public {
        _accepted();
        uint256 deadline = jobs.job(job).deadline;
        _expect(IJobs.JobNotExpired.selector, job, deadline);
        vm.prank(buyer.at);
        jobs.refund(job);
        vm.warp(deadline - 1);
        _expect(IJobs.JobNotExpired.selector, job, deadline);
        vm.prank(buyer.at);
        jobs.refund(job);
        vm.warp(deadline);
        jobs.refund(job);
    }

    function test_an_evaluation_of_nothing_open_is_refused() public {
        IJobs.Order memory order = _paidEvaluation(9);
        _expect(IProposals.ProposalUnknown.selector, 9);
        _create(order);
        uint256 proposal = _propose("shard", 1);
        order = _paidEvaluation(proposal);
        order.datasetId = 2;
        _expect(IJobs.SubjectInvalid.selector, 1, 2, proposal);
        _create(order);
        skip(3 days + 1);
        _finalise(proposal);
        order = _paidEvaluation(proposal);
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

    // A beacon that was missed

    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

    function _acceptAgain() private {
        vm.prank(scheduler.at);
        jobs.acceptAgain(job, ordered, keccak256(abi.encode(_root("seed"))), acceptedAt);
    }

    function test_a_scheduler_that_was_away_for_256_blocks_draws_with_a_later_one() public {
        _accepted();
        bytes32 first = jobs.job(job).transcript;
        vm.roll(acceptedAt + 256);
        _expect(IJobs.BeaconNotMissed.selector, job, acceptedAt);
        _acceptAgain();
        vm.roll(acceptedAt + 257);
        bytes32 seedHash = keccak256(abi.encode(_root("seed")));
        bytes32 second = keccak256(abi.encode(first, seedHash, acceptedAt + 257));
        vm.expectEmit();
        emit IJobs.BeaconMissed(job, acceptedAt, 1);
        vm.expectEmit();
        emit IJobs.JobAccepted(job, seedHash, second);
        _acceptAgain();
        vm.assertEq(jobs.job(job).transcript, second);

        acceptedAt += 257;
        _expect(IJobs.BeaconUnavailable.selector, job, acceptedAt);
        _assign(job, first, acceptedAt);
        mine(1);
        vm.expectRevert();
        _assign(job, ordered, acceptedAt);
        bytes32 beacon = keccak256(abi.encode(_root("seed"), blockhash(acceptedAt)));
        vm.expectEmit();
        emit IJobs.JobAssigned(
            job, _root("seed"), beacon, _root("assignment"), keccak256(abi.encode(second, beacon, _root("assignment")))
        );
        _assign(job, first, acceptedAt);
    }

    /// @dev Each would be one more draw to choose from.
    function test_a_seed_is_neither_changed_nor_drawn_with_while_its_hash_is_known() public {
        _accepted();
        _expect(IJobs.BeaconNotMissed.selector, job, acceptedAt);
        _acceptAgain();
        vm.roll(acceptedAt + 300);
        vm.expectRevert();
        vm.prank(scheduler.at);
        jobs.acceptAgain(job, ordered, keccak256("another seed"), acceptedAt);
        vm.expectRevert();
        vm.prank(scheduler.at);
        jobs.acceptAgain(job, ordered, keccak256(abi.encode(_root("seed"))), acceptedAt - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IJobs.NotTheScheduler.selector, job, scheduler.at, stranger.at)
        );
        vm.prank(stranger.at);
        jobs.acceptAgain(job, ordered, keccak256(abi.encode(_root("seed"))), acceptedAt);
        uint256 deadline = jobs.job(job).deadline;
        vm.warp(deadline);
        _expect(IJobs.JobExpired.selector, job, deadline);
        _acceptAgain();
        vm.warp(deadline - 1);
        _acceptAgain();
    }

    function test_a_job_misses_three_beacons_at_most() public {
        _accepted();
        uint256 deadline = jobs.job(job).deadline;
        for (uint256 i; i < 4; ++i) {
            vm.roll(acceptedAt + 257);
            bytes32 before = jobs.job(job).transcript;
            if (i == 3) _expect(IJobs.BeaconsMissed.selector, job, 3);
            _acceptAgain();
            (ordered, acceptedAt) = (before, acceptedAt + 257);
        }
        IJobs.Job memory j = jobs.job(job);
        vm.assertEq(j.deadline, deadline, "the count spoils nothing beside it");
        vm.assertEq(j.refereeId, refereeId);
        vm.assertTrue(j.state == IJobs.State.Accepted);
        vm.assertEq(j.datasetId, datasetId);
    }

    /// @dev Where the chain remembers more, the draw is the one that it always was.
    function test_where_8191_hashes_are_kept_the_first_one_counts_for_as_long() public {
        // The code that EIP-2935 gives.
        vm.etch(
            HISTORY,
            hex"3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257"
            hex"611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500"
        );
        _accepted();
        bytes32 kept = keccak256("kept");
        vm.store(HISTORY, bytes32(acceptedAt % 8191), kept);
        vm.roll(acceptedAt + 8191);
        _expect(IJobs.BeaconNotMissed.selector, job, acceptedAt);
        _acceptAgain();
        bytes32 beacon = keccak256(abi.encode(_root("seed"), kept));
        bytes32 transcript = keccak256(abi.encode(jobs.job(job).transcript, beacon, _root("assignment")));
        vm.expectEmit();
        emit IJobs.JobAssigned(job, _root("seed"), beacon, _root("assignment"), transcript);
        _assign(job, ordered, acceptedAt);

        _accepted();
        vm.roll(acceptedAt + 8192);
        _expect(IJobs.BeaconUnavailable.selector, job, acceptedAt);
        _assign(job, ordered, acceptedAt);
        _acceptAgain();
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
            _expect(refused, job, uint256(state));
            _acceptAgain();
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

    /// @dev Jobs name their scheduler by its id in the registry: another key of it is as strange as none.
    function test_no_other_key_of_the_registry_takes_a_step() public {
        Person memory other = _person(30);
        keys.register(other.at, ITrustedKeys.Role.Scheduler, ITrustedKeys.Attestation.None, bytes32(0));
        _opened();
        _refuse(other.at);
        jobs.accept(job, 0);
        _refuse(referee.at);
        jobs.accept(job, 0);
        acceptedAt = vm.getBlockNumber();
        _accept(job);
        mine(1);
        _refuse(other.at);
        jobs.assign(job, ordered, _root("seed"), acceptedAt, "root");
        _anchored();
        _refuse(other.at);
        jobs.anchor(job, "root");
        IJobs.Receipt[] memory receipts = _receipts();
        _refuse(other.at);
        jobs.settle(job, anchored, outcome, receipts, 34 * DOLLAR);
    }

    function _refuse(address caller) private {
        vm.expectRevert(abi.encodeWithSelector(IJobs.NotTheScheduler.selector, job, scheduler.at, caller));
        vm.prank(caller);
    }

    /// @dev Only new orders and settlements ask for a live key.
    function test_a_revoked_scheduler_still_takes_the_steps_that_pay_nobody() public {
        _opened();
        keys.revoke(schedulerId);
        acceptedAt = vm.getBlockNumber();
        _accept(job);
        mine(1);
        _assign(job, ordered, acceptedAt);
        _anchor(job, "root");
        vm.assertTrue(jobs.job(job).state == IJobs.State.Anchored);
        vm.assertEq(jobs.job(job).scheduler, scheduler.at);
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
        _assign(9, ordered, 0);
        _expect(unknown, 9);
        _anchor(9, 0);
        job = 9;
        _expect(unknown, 9);
        _settle(new IJobs.Receipt[](0), 0);
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
        IJobs.Order memory order = _paidEvaluation(proposal);
        order.pay = 0;
        uint256 id = _create(order);
        skip(1 days);
        jobs.refund(id);
        vm.assertEq(jobs.owed(buyer.at), 0);
    }
}
