// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IJobs} from "../../src/Jobs/IJobs.sol";
import {ITrustedKeys} from "../../src/Trust/ITrustedKeys.sol";
import {IWorkers} from "../../src/Workers/IWorkers.sol";
import {JobFlow} from "./JobFlow.sol";

contract ConvictionsTest is JobFlow {
    // Convictions

    function test_a_proved_lie_costs_half_the_stake() public {
        _assigned();
        vm.expectEmit();
        emit IJobs.WorkerConvicted(job, crew[0].at, stranger.at, "evidence", STAKE / 2);
        _convict(crew[0].at, stranger.at);
        vm.assertTrue(jobs.isConvicted(job, crew[0].at));
        vm.assertTrue(jobs.job(job).convicted);
        vm.assertEq(jobs.owed(stranger.at), STAKE / 4);
        vm.assertEq(jobs.owed(buyer.at), STAKE / 4);
        vm.assertEq(workers.workerOf(crew[0].at).stake, STAKE / 2);
    }

    function test_without_a_reporter_the_buyer_gets_all_of_it() public {
        _assigned();
        _convict(crew[0].at, address(0));
        vm.assertEq(jobs.owed(buyer.at), STAKE / 2);
    }

    function test_a_worker_is_convicted_once_for_a_job() public {
        _assigned();
        _convict(crew[0].at, stranger.at);
        IJobs.Verdict memory verdict = IJobs.Verdict(job, crew[0].at, ben.at, "more evidence");
        bytes memory signature = _sign(referee.key, jobs.verdictDigest(verdict));
        _expect(IJobs.WorkerAlreadyConvicted.selector, job, _word(crew[0].at));
        jobs.convict(verdict, signature);
    }

    function test_only_the_jobs_referee_convicts() public {
        _assigned();
        IJobs.Verdict memory verdict = IJobs.Verdict(job, crew[0].at, stranger.at, "evidence");
        bytes memory signature = _sign(scheduler.key, jobs.verdictDigest(verdict));
        _expect(ITrustedKeys.KeyNotTrusted.selector, _word(scheduler.at), uint256(ITrustedKeys.Role.Referee));
        jobs.convict(verdict, signature);
        Person memory other = _person(99);
        keys.register(other.at, ITrustedKeys.Role.Referee, ITrustedKeys.Attestation.None, 0);
        signature = _sign(other.key, jobs.verdictDigest(verdict));
        _expect(IJobs.NotTheReferee.selector, job, refereeId, _word(other.at));
        jobs.convict(verdict, signature);
        keys.revoke(refereeId);
        signature = _sign(referee.key, jobs.verdictDigest(verdict));
        _expect(ITrustedKeys.KeyNotTrusted.selector, _word(referee.at), uint256(ITrustedKeys.Role.Referee));
        jobs.convict(verdict, signature);
    }

    function test_a_verdict_is_worth_nothing_for_another_job_worker_reporter_or_chain() public {
        _assigned();
        uint256 other = job;
        _assigned();
        IJobs.Verdict memory verdict = IJobs.Verdict(job, crew[0].at, stranger.at, "evidence");
        bytes memory signature = _sign(referee.key, jobs.verdictDigest(verdict));
        verdict.jobId = other;
        vm.expectRevert();
        jobs.convict(verdict, signature);
        verdict.jobId = job;
        verdict.worker = crew[1].at;
        vm.expectRevert();
        jobs.convict(verdict, signature);
        verdict.worker = crew[0].at;
        verdict.reporter = ben.at;
        vm.expectRevert();
        jobs.convict(verdict, signature);
        verdict.reporter = stranger.at;
        vm.chainId(999);
        vm.expectRevert();
        jobs.convict(verdict, signature);
        vm.chainId(31337);
        jobs.convict(verdict, signature);
    }

    function test_a_stranger_cannot_be_convicted() public {
        _assigned();
        IJobs.Verdict memory verdict = IJobs.Verdict(job, stranger.at, ben.at, "evidence");
        bytes memory signature = _sign(referee.key, jobs.verdictDigest(verdict));
        _expect(IWorkers.WorkerUnknown.selector, _word(stranger.at));
        jobs.convict(verdict, signature);
    }

    function test_a_convicted_worker_settles_nothing() public {
        _anchored();
        _convict(crew[1].at, stranger.at);
        IJobs.Receipt[] memory receipts = _receipts();
        _expect(IJobs.WorkerAlreadyConvicted.selector, job, _word(crew[1].at));
        _settle(receipts, 34 * DOLLAR);
    }

    function test_the_pay_of_a_worker_convicted_after_settlement_goes_to_the_buyer() public {
        _settled();
        _convict(crew[1].at, stranger.at);
        uint256 before = jobs.owed(buyer.at);
        jobs.claimPay(job, outcome, crew[1].at, 10 * DOLLAR, payProofs[1]);
        vm.assertEq(jobs.owed(crew[1].at), 0);
        vm.assertEq(jobs.owed(buyer.at), before + 10 * DOLLAR);
    }

    function test_a_conviction_does_not_stop_the_others() public {
        _anchored();
        _enrolSpare();
        _convict(_person(20).at, stranger.at);
        _settle(_receipts(), 34 * DOLLAR);
        vm.assertTrue(jobs.job(job).convicted);
    }

    function _enrolSpare() private {
        Person memory spare = _person(20);
        _fund(spare.at);
        bytes memory key = abi.encodePacked(hex"02", _root("key"));
        vm.prank(spare.at);
        workers.register(STAKE, 0, key, 0);
    }

    // Results for others

    function test_a_result_stands_for_its_dataset_and_its_outcome_only() public {
        _settled();
        _expect(IJobs.SubjectInvalid.selector, 0, 2, 0);
        jobs.requireResult(job, 2, outcome);
        outcome.metric += 1;
        vm.expectRevert();
        jobs.requireResult(job, datasetId, outcome);
    }

    // Standards

    function test_the_digests_are_the_ones_of_the_standard() public view {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("DataBright Jobs"),
                keccak256("1"),
                block.chainid,
                address(jobs)
            )
        );
        bytes32 inner = keccak256(
            abi.encode(
                keccak256("Receipt(uint256 jobId,bytes32 resultHash,uint32 metric,bytes32 salt)"),
                uint256(1),
                RESULT,
                METRIC,
                bytes32("salt")
            )
        );
        vm.assertEq(
            jobs.receiptDigest(1, RESULT, METRIC, "salt"), keccak256(abi.encodePacked(hex"1901", domain, inner))
        );
        inner = keccak256(
            abi.encode(
                keccak256("Verdict(uint256 jobId,address worker,address reporter,bytes32 evidenceDigest)"),
                uint256(1),
                ada.at,
                ben.at,
                bytes32("evidence")
            )
        );
        vm.assertEq(
            jobs.verdictDigest(IJobs.Verdict(1, ada.at, ben.at, "evidence")),
            keccak256(abi.encodePacked(hex"1901", domain, inner))
        );
    }
}
