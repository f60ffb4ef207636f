// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IDatasets} from "../../src/Datasets/IDatasets.sol";
import {IJobs} from "../../src/Jobs/IJobs.sol";
import {ICredits} from "../../src/Money/ICredits.sol";
import {ITrustedKeys} from "../../src/Trust/ITrustedKeys.sol";
import {IWorkers} from "../../src/Workers/IWorkers.sol";
import {JobFlow} from "./JobFlow.sol";

contract SettlementTest is JobFlow {
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    // Settling

    function test_a_settled_job_pays_the_dataset_and_returns_what_was_not_spent() public {
        _anchored();
        address[] memory agreed = new address[](3);
        (agreed[0], agreed[1], agreed[2]) = (crew[0].at, crew[1].at, crew[2].at);
        IJobs.Receipt[] memory receipts = _receipts();
        vm.expectEmit();
        emit IJobs.Credited(buyer.at, job, DOLLAR);
        vm.expectEmit();
        emit IJobs.JobSettled(job, outcome, agreed, 34 * DOLLAR, PRICE, 0);
        _settle(receipts, 34 * DOLLAR);
        IJobs.Job memory j = jobs.job(job);
        vm.assertTrue(j.state == IJobs.State.Settled);
        vm.assertEq(j.pay, 34 * DOLLAR);
        vm.assertEq(j.transcript, keccak256(abi.encode(outcome)));
        vm.assertEq(jobs.owed(buyer.at), DOLLAR);
        vm.assertEq(shares.claimable(ada.at), PRICE / 2);
        vm.assertEq(money.balanceOf(address(jobs)), 35 * DOLLAR);
        vm.assertEq(jobs.requireResult(job, datasetId, outcome), buyer.at);
    }

    function test_a_settled_evaluation_pays_no_dataset() public {
        uint256 proposal = _propose("shard", 10);
        uint64 id = _measured(proposal);
        vm.assertEq(jobs.measuredBy(id), proposal);
        vm.assertEq(shares.totalDeposited(), 0);
        vm.assertEq(jobs.usageOf(id), 0);
    }

    function test_a_dataset_without_price_is_paid_nothing() public {
        IDatasets.Charter memory charter = _charter();
        charter.policy.trainingPrice = 0;
        datasetId = datasets.create(charter);
        mine(1);
        _settled();
        vm.assertEq(money.balanceOf(datasets.sharesOf(datasetId)), 0);
    }

    function test_a_reveal_in_the_block_of_its_anchor_is_refused() public {
        _assigned();
        (bytes32 root,) = _tree([bytes32("a"), "b", "c"], "d");
        anchored = IJobs.Anchor(jobs.job(job).transcript, root, vm.getBlockNumber());
        _anchor(job, root);
        outcome = IJobs.Outcome(jobs.job(job).transcript, RESULT, METRIC, 0);
        _expect(IJobs.CommitsTooFresh.selector, job, anchored.anchoredAt);
        _settle(new IJobs.Receipt[](0), 0);
    }

    function test_only_the_last_anchor_counts() public {
        _anchored();
        _anchor(job, _root("later"));
        mine(1);
        bytes32 expected = jobs.job(job).transcript;
        outcome.previous = expected;
        IJobs.Receipt[] memory receipts = _receipts();
        vm.expectRevert(
            abi.encodeWithSelector(
                IJobs.TranscriptMismatch.selector, job, expected, keccak256(abi.encode(anchored))
            )
        );
        _settle(receipts, 34 * DOLLAR);
    }

    function test_the_outcome_continues_the_transcript() public {
        _anchored();
        IJobs.Receipt[] memory receipts = _receipts();
        bytes32 actual = outcome.previous;
        outcome.previous = "other";
        vm.expectRevert(
            abi.encodeWithSelector(IJobs.TranscriptMismatch.selector, job, actual, bytes32("other"))
        );
        _settle(receipts, 34 * DOLLAR);
    }

    function test_as_many_receipts_as_ordered() public {
        _anchored();
        IJobs.Receipt[] memory two = new IJobs.Receipt[](2);
        (two[0], two[1]) = (_receipts()[0], _receipts()[1]);
        _expect(IJobs.ReceiptCountInvalid.selector, job, 3, 2);
        _settle(two, 34 * DOLLAR);
    }

    function test_one_worker_does_not_count_twice() public {
        _anchored();
        IJobs.Receipt[] memory receipts = _receipts();
        receipts[1] = receipts[0];
        _expect(IJobs.ReceiptsUnordered.selector, _word(crew[0].at), _word(crew[0].at));
        _settle(receipts, 34 * DOLLAR);
        receipts = _receipts();
        (receipts[0], receipts[1]) = (receipts[1], receipts[0]);
        _expect(IJobs.ReceiptsUnordered.selector, _word(crew[1].at), _word(crew[0].at));
        _settle(receipts, 34 * DOLLAR);
    }

    function test_a_receipt_needs_its_workers_own_signature() public {
        _anchored();
        IJobs.Receipt[] memory receipts = _receipts();
        receipts[2].signature = receipts[1].signature;
        _expect(IJobs.ReceiptSignatureInvalid.selector, job, _word(crew[2].at));
        _settle(receipts, 34 * DOLLAR);
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(crew[2].key, jobs.receiptDigest(job, RESULT, METRIC, _salt(crew[2].at)));
        receipts[2].signature = abi.encodePacked(r, bytes32(CURVE_ORDER - uint256(s)), v == 27 ? 28 : 27);
        _expect(IJobs.ReceiptSignatureInvalid.selector, job, _word(crew[2].at));
        _settle(receipts, 34 * DOLLAR);
        receipts[2].signature = "";
        _expect(IJobs.ReceiptSignatureInvalid.selector, job, _word(crew[2].at));
        _settle(receipts, 34 * DOLLAR);
    }

    function test_a_result_that_was_not_committed_to_is_refused() public {
        _anchored();
        outcome.resultHash = _root("copied later");
        IJobs.Receipt[] memory receipts = _receipts();
        for (uint256 i; i < 3; ++i) {
            receipts[i] = _receipt(job, crew[i], outcome.resultHash, METRIC, proofs[i]);
        }
        _expect(IJobs.ReceiptNotAnchored.selector, job, _word(crew[0].at));
        _settle(receipts, 34 * DOLLAR);
    }

    function test_a_wrong_or_missing_proof_is_refused() public {
        _anchored();
        IJobs.Receipt[] memory receipts = _receipts();
        receipts[1].proof = proofs[0];
        _expect(IJobs.ReceiptNotAnchored.selector, job, _word(crew[1].at));
        _settle(receipts, 34 * DOLLAR);
        receipts[1].proof = new bytes32[](0);
        _expect(IJobs.ReceiptNotAnchored.selector, job, _word(crew[1].at));
        _settle(receipts, 34 * DOLLAR);
    }

    function test_receipts_of_another_job_or_chain_are_worth_nothing() public {
        _anchored();
        IJobs.Receipt[] memory receipts = _receipts();
        vm.chainId(999);
        _expect(IJobs.ReceiptSignatureInvalid.selector, job, _word(crew[0].at));
        _settle(receipts, 34 * DOLLAR);
        vm.chainId(31337);
        _anchored();
        _expect(IJobs.ReceiptSignatureInvalid.selector, job, _word(crew[0].at));
        _settle(receipts, 34 * DOLLAR);
    }

    function test_a_worker_that_left_is_no_worker() public {
        vm.prank(crew[1].at);
        workers.beginExit();
        skip(COOL_DOWN);
        _anchored();
        IJobs.Receipt[] memory receipts = _receipts();
        vm.prank(crew[1].at);
        workers.withdrawStake();
        _expect(IWorkers.WorkerUnknown.selector, _word(crew[1].at));
        _settle(receipts, 34 * DOLLAR);
    }

    function test_a_revoked_scheduler_settles_nothing() public {
        _anchored();
        keys.revoke(schedulerId);
        IJobs.Receipt[] memory receipts = _receipts();
        _expect(ITrustedKeys.KeyNotTrusted.selector, _word(scheduler.at), uint256(ITrustedKeys.Role.Scheduler));
        _settle(receipts, 34 * DOLLAR);
    }

    function test_no_more_is_paid_than_was_escrowed() public {
        _anchored();
        IJobs.Receipt[] memory receipts = _receipts();
        _expect(IJobs.PayTooHigh.selector, job, 35 * DOLLAR + 1, 35 * DOLLAR);
        _settle(receipts, 35 * DOLLAR + 1);
        _settle(receipts, 35 * DOLLAR);
        vm.assertEq(jobs.owed(buyer.at), 0);
    }

    function testFuzz_redundancy_asks_for_that_many(uint8 redundancy) public {
        redundancy = uint8(bound(redundancy, 1, 3));
        IJobs.Order memory order = _order();
        order.redundancy = redundancy;
        job = _create(order);
        ordered = jobs.job(job).transcript;
        acceptedAt = vm.getBlockNumber();
        _accept(job);
        mine(1);
        _assign(job, ordered, acceptedAt);
        bytes32[3] memory leaves;
        for (uint256 i; i < 3; ++i) {
            leaves[i] = _commitment(job, crew[i].at, RESULT, METRIC);
        }
        bytes32 root;
        (root, proofs) = _tree(leaves, 0);
        anchored = IJobs.Anchor(jobs.job(job).transcript, root, vm.getBlockNumber());
        _anchor(job, root);
        mine(1);
        outcome = IJobs.Outcome(jobs.job(job).transcript, RESULT, METRIC, 0);
        IJobs.Receipt[] memory receipts = new IJobs.Receipt[](redundancy);
        for (uint256 i; i < redundancy; ++i) {
            receipts[i] = _receipt(job, crew[i], RESULT, METRIC, proofs[i]);
        }
        _settle(receipts, 0);
        vm.assertTrue(jobs.job(job).state == IJobs.State.Settled);
        vm.assertEq(jobs.owed(buyer.at), 35 * DOLLAR);
    }

    // Pay

    function test_workers_and_scheduler_claim_and_withdraw_their_pay() public {
        _settled();
        vm.expectEmit();
        emit IJobs.PayClaimed(job, crew[1].at, 10 * DOLLAR);
        vm.prank(stranger.at);
        jobs.claimPay(job, outcome, crew[1].at, 10 * DOLLAR, payProofs[1]);
        vm.assertTrue(jobs.isPaid(job, crew[1].at));
        jobs.claimPay(job, outcome, scheduler.at, 4 * DOLLAR, schedulerProof);
        vm.assertEq(jobs.job(job).pay, 20 * DOLLAR);
        uint256 before = money.balanceOf(crew[1].at);
        vm.expectEmit();
        emit IJobs.Withdrawn(crew[1].at, 10 * DOLLAR);
        vm.prank(crew[1].at);
        vm.assertEq(jobs.withdraw(), 10 * DOLLAR);
        vm.assertEq(money.balanceOf(crew[1].at), before + 10 * DOLLAR);
        vm.assertEq(jobs.withdrawFor(scheduler.at), 4 * DOLLAR);
        _expect(ICredits.NothingOwed.selector, _word(scheduler.at));
        jobs.withdrawFor(scheduler.at);
    }

    function test_pay_is_claimed_once_and_by_proof() public {
        _settled();
        jobs.claimPay(job, outcome, crew[0].at, 10 * DOLLAR, payProofs[0]);
        _expect(IJobs.PayAlreadyClaimed.selector, job, _word(crew[0].at));
        jobs.claimPay(job, outcome, crew[0].at, 10 * DOLLAR, payProofs[0]);
        _expect(IJobs.PayProofInvalid.selector, job, _word(crew[1].at), 11 * DOLLAR);
        jobs.claimPay(job, outcome, crew[1].at, 11 * DOLLAR, payProofs[1]);
        _expect(IJobs.PayProofInvalid.selector, job, _word(stranger.at), 10 * DOLLAR);
        jobs.claimPay(job, outcome, stranger.at, 10 * DOLLAR, payProofs[1]);
        outcome.payRoot = "other";
        vm.expectRevert();
        jobs.claimPay(job, outcome, crew[1].at, 10 * DOLLAR, payProofs[1]);
    }

    /// @dev Leaves are hashed twice, so no inner node can be passed off as somebody's leaf.
    function test_an_inner_node_is_no_leaf() public {
        _anchored();
        bytes32 inner = _pair(_payLeaf(job, crew[0].at, 10 * DOLLAR), _payLeaf(job, crew[1].at, 10 * DOLLAR));
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = payProofs[0][1];
        vm.assertEq(_pair(inner, proof[0]), outcome.payRoot, "the proof of the node itself is right");
        vm.assertTrue(inner != _payLeaf(job, crew[0].at, 10 * DOLLAR));
        _settle(_receipts(), 34 * DOLLAR);
        _expect(IJobs.PayProofInvalid.selector, job, _word(crew[0].at), 10 * DOLLAR);
        jobs.claimPay(job, outcome, crew[0].at, 10 * DOLLAR, proof);
    }

    function test_leaves_that_promise_too_much_are_bounded_by_the_total() public {
        _anchored();
        _settle(_receipts(), 15 * DOLLAR);
        jobs.claimPay(job, outcome, crew[0].at, 10 * DOLLAR, payProofs[0]);
        _expect(IJobs.PayTooHigh.selector, job, 10 * DOLLAR, 5 * DOLLAR);
        jobs.claimPay(job, outcome, crew[1].at, 10 * DOLLAR, payProofs[1]);
    }
}
