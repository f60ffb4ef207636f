// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IJobs} from "../../src/Jobs/IJobs.sol";
import {IProposals} from "../../src/Proposals/IProposals.sol";
import {Proposals} from "../../src/Proposals/Proposals.sol";
import {ITrustedKeys} from "../../src/Trust/ITrustedKeys.sol";
import {Market} from "../Market.sol";

contract EvaluationTest is Market {
    function _voteIn(uint256 id) private {
        _vote(id, ada, IProposals.Choice.Yes);
        _vote(id, ben, IProposals.Choice.Yes);
        _finalise(id);
    }

    function test_an_evaluation_is_visible_while_voting_and_raises_the_shares() public {
        uint256 id = _propose("shard", 100);
        IProposals.Evaluation memory evaluation = _evaluation(id, 900_000, 925_000);
        evaluation.lowerEnd = 12_500;
        (uint256 posted,) = proposals.evaluationOf(id);
        vm.assertEq(posted, 0);
        bytes memory signature = _sign(referee.key, proposals.evaluationDigest(evaluation));
        vm.expectEmit();
        emit IProposals.EvaluationPosted(id, 1, referee.at, evaluation);
        proposals.postEvaluation(evaluation, signature);
        IProposals.Measurement memory kept;
        (posted, kept) = proposals.evaluationOf(id);
        vm.assertEq(posted, 1);
        vm.assertEq(kept.accuracyBefore, 900_000);
        vm.assertEq(kept.accuracyAfter, 925_000);
        vm.assertTrue(kept.lowerEnd == 12_500);
        vm.assertEq(kept.jobId, 1);
        _voteIn(id);
        vm.assertEq(shares.balanceOf(contributor.at), 11.25e18, "10 shares and 10 x 1.25 %, the lower end");
    }

    function test_a_gain_that_may_be_chance_brings_nothing() public {
        uint256 id = _propose("shard", 100);
        IProposals.Evaluation memory evaluation = _evaluation(id, 900_000, 925_000);
        evaluation.lowerEnd = -1;
        _post(evaluation, referee.key);
        _voteIn(id);
        vm.assertEq(shares.balanceOf(contributor.at), 10 * SHARE);
    }

    /// @dev Each in every order of the three: who posts first, or last, decides nothing.
    function test_of_several_the_median_counts_in_whatever_order() public {
        int32[3] memory ends = [int32(10_000), -50_000, 2_500];
        uint8[18] memory orders = [0, 1, 2, 0, 2, 1, 1, 0, 2, 1, 2, 0, 2, 0, 1, 2, 1, 0];
        for (uint256 k; k < 6; ++k) {
            uint256 id = _propose(string(abi.encodePacked("shard", k)), 100);
            uint256 before = shares.balanceOf(contributor.at);
            for (uint256 i; i < 3; ++i) _postLow(id, ends[orders[3 * k + i]]);
            (uint256 posted, IProposals.Measurement memory kept) = proposals.evaluationOf(id);
            vm.assertEq(posted, 3);
            vm.assertTrue(kept.lowerEnd == 2_500);
            _voteIn(id);
            vm.assertEq(shares.balanceOf(contributor.at) - before, 10.25e18);
        }
    }

    function test_of_an_even_number_the_lower_of_the_two_in_the_middle_counts() public {
        uint256 id = _propose("shard", 100);
        _postLow(id, 10_000);
        _postLow(id, 20_000);
        (, IProposals.Measurement memory kept) = proposals.evaluationOf(id);
        vm.assertTrue(kept.lowerEnd == 10_000);
        _postLow(id, 5_000);
        _postLow(id, 30_000);
        (, kept) = proposals.evaluationOf(id);
        vm.assertTrue(kept.lowerEnd == 10_000);
    }

    function _postLow(uint256 id, int32 lowerEnd) private returns (uint64) {
        IProposals.Evaluation memory evaluation = _evaluation(id, 900_000, 950_000);
        evaluation.lowerEnd = lowerEnd;
        _post(evaluation, referee.key);
        return evaluation.jobId;
    }

    function test_there_is_room_for_31_and_an_end() public {
        uint256 id = _propose("shard", 100);
        for (int32 i; i < 31; ++i) _postLow(id, (i * 7) % 31);
        (uint256 posted, IProposals.Measurement memory kept) = proposals.evaluationOf(id);
        vm.assertEq(posted, 31);
        vm.assertTrue(kept.lowerEnd == 15);
        IProposals.Evaluation memory evaluation = _evaluation(id, 1, 2);
        bytes memory signature = _sign(referee.key, proposals.evaluationDigest(evaluation));
        _expect(IProposals.EvaluationsFull.selector, id, 31);
        proposals.postEvaluation(evaluation, signature);
        _voteIn(id);
        vm.assertEq(shares.balanceOf(contributor.at), 10.0015e18);
    }

    function test_one_that_was_measured_by_other_terms_is_refused() public {
        uint256 id = _propose("shard", 100);
        IProposals.Evaluation memory evaluation = _evaluation(id, 1, 2);
        evaluation.measurementHash = "easier";
        bytes memory signature = _sign(referee.key, proposals.evaluationDigest(evaluation));
        vm.expectRevert(
            abi.encodeWithSelector(
                IProposals.MeasurementInvalid.selector, id, bytes32("measurement"), bytes32("easier")
            )
        );
        proposals.postEvaluation(evaluation, signature);
    }

    function test_a_loss_of_accuracy_takes_nothing_away() public {
        uint256 id = _propose("shard", 100);
        _post(_evaluation(id, 900_000, 800_000), referee.key);
        _voteIn(id);
        vm.assertEq(shares.balanceOf(contributor.at), 10 * SHARE);
    }

    function test_the_cap_holds_against_any_gain() public {
        uint256 id = _propose("shard", 5_000);
        _post(_evaluation(id, 0, 1_000_000), referee.key);
        _voteIn(id);
        vm.assertEq(shares.balanceOf(contributor.at), 1_000 * SHARE);
    }

    function test_each_is_posted_once() public {
        uint256 id = _propose("shard", 100);
        IProposals.Evaluation memory evaluation = _evaluation(id, 1, 2);
        _post(evaluation, referee.key);
        bytes memory signature = _sign(referee.key, proposals.evaluationDigest(evaluation));
        _expect(IProposals.EvaluationAlreadyPosted.selector, id, evaluation.jobId);
        proposals.postEvaluation(evaluation, signature);
    }

    function test_a_forged_one_is_refused() public {
        uint256 id = _propose("shard", 100);
        IProposals.Evaluation memory evaluation = _evaluation(id, 1, 2);
        bytes memory signature = _sign(stranger.key, proposals.evaluationDigest(evaluation));
        _expect(ITrustedKeys.KeyNotTrusted.selector, _word(stranger.at), uint256(ITrustedKeys.Role.Referee));
        proposals.postEvaluation(evaluation, signature);
        signature = _sign(scheduler.key, proposals.evaluationDigest(evaluation));
        _expect(ITrustedKeys.KeyNotTrusted.selector, _word(scheduler.at), uint256(ITrustedKeys.Role.Referee));
        proposals.postEvaluation(evaluation, signature);
        signature = _sign(referee.key, proposals.evaluationDigest(evaluation));
        evaluation.accuracyAfter = 3;
        vm.expectRevert();
        proposals.postEvaluation(evaluation, signature);
        _expect(ECDSA.ECDSAInvalidSignatureLength.selector, 2);
        proposals.postEvaluation(evaluation, "xx");
    }

    function test_one_of_a_revoked_referee_is_refused() public {
        uint256 id = _propose("shard", 100);
        IProposals.Evaluation memory evaluation = _evaluation(id, 1, 2);
        keys.revoke(refereeId);
        bytes memory signature = _sign(referee.key, proposals.evaluationDigest(evaluation));
        _expect(ITrustedKeys.KeyNotTrusted.selector, _word(referee.at), uint256(ITrustedKeys.Role.Referee));
        proposals.postEvaluation(evaluation, signature);
    }

    /// @dev A living market was caught accepting one attestation in many pools.
    function test_one_signature_is_worth_nothing_on_another_proposal_dataset_contract_or_chain() public {
        uint256 id = _propose("shard", 100);
        uint256 other = _propose("other", 100);
        IProposals.Evaluation memory evaluation = _evaluation(id, 1, 2);
        bytes memory signature = _sign(referee.key, proposals.evaluationDigest(evaluation));

        evaluation.proposalId = other;
        vm.expectRevert();
        proposals.postEvaluation(evaluation, signature);
        evaluation.proposalId = id;
        evaluation.datasetId = 2;
        _expect(IProposals.EvaluationMismatch.selector, id, datasetId, 2);
        proposals.postEvaluation(evaluation, signature);
        evaluation.datasetId = datasetId;

        vm.chainId(999);
        vm.expectRevert();
        proposals.postEvaluation(evaluation, signature);
        vm.chainId(31337);

        Proposals first = proposals;
        _deploySecondMarket();
        vm.assertTrue(address(first) != address(proposals));
        vm.expectRevert();
        proposals.postEvaluation(evaluation, signature);
        first.postEvaluation(evaluation, signature);
    }

    function _deploySecondMarket() private {
        _deploy(_newMoney());
        datasets.create(_charter());
        mine(1);
        _propose("shard", 100);
    }

    function test_an_expired_one_is_refused() public {
        uint256 id = _propose("shard", 100);
        IProposals.Evaluation memory evaluation = _evaluation(id, 1, 2);
        bytes memory signature = _sign(referee.key, proposals.evaluationDigest(evaluation));
        skip(1 hours + 1);
        _expect(IProposals.SignatureExpired.selector, evaluation.deadline);
        proposals.postEvaluation(evaluation, signature);
    }

    function test_none_is_posted_when_voting_is_over() public {
        uint256 id = _propose("shard", 100);
        skip(3 days + 1);
        IProposals.Evaluation memory evaluation = _evaluation(id, 1, 2);
        bytes memory signature = _sign(referee.key, proposals.evaluationDigest(evaluation));
        _expect(IProposals.VotingIsOver.selector, id, proposals.proposal(id).deadline);
        proposals.postEvaluation(evaluation, signature);
    }

    function test_figures_that_cannot_be_are_refused() public {
        uint256 id = _propose("shard", 100);
        IProposals.Evaluation memory evaluation = _evaluation(id, 1, 2);
        _implausible(evaluation, 1, 1_000_001, 0);
        _implausible(evaluation, 1_000_001, 1, -1_000_000);
        _implausible(evaluation, 900_000, 950_000, 50_001);
        _implausible(evaluation, 950_000, 900_000, -49_999);
        _implausible(evaluation, 0, 0, -1_000_001);
        _implausible(evaluation, type(uint32).max, type(uint32).max, 0);
        (evaluation.accuracyBefore, evaluation.accuracyAfter, evaluation.lowerEnd) = (1_000_000, 0, -1_000_000);
        _post(evaluation, referee.key);
    }

    function _implausible(IProposals.Evaluation memory evaluation, uint32 before, uint32 later, int32 low) private {
        (evaluation.accuracyBefore, evaluation.accuracyAfter, evaluation.lowerEnd) = (before, later, low);
        bytes memory signature = _sign(referee.key, proposals.evaluationDigest(evaluation));
        vm.expectRevert(
            abi.encodeWithSelector(IProposals.AccuracyInvalid.selector, before, later, int256(low))
        );
        proposals.postEvaluation(evaluation, signature);
    }

    function test_one_that_leaves_points_out_of_its_count_or_counts_others_is_refused() public {
        uint256 id = _propose("shard", 100);
        _miscounted(id, 90, 9);
        _miscounted(id, 90, 11);
        _miscounted(id, 101, 0);
        _miscounted(id, 0, 0);
        _miscounted(id, type(uint32).max, type(uint32).max);
        IProposals.Evaluation memory evaluation = _evaluation(id, 1, 2);
        (evaluation.points, evaluation.copies) = (0, 100);
        _post(evaluation, referee.key);
    }

    function _miscounted(uint256 id, uint32 points, uint32 copies) private {
        IProposals.Evaluation memory evaluation = _evaluation(id, 1, 2);
        (evaluation.points, evaluation.copies) = (points, copies);
        bytes memory signature = _sign(referee.key, proposals.evaluationDigest(evaluation));
        vm.expectRevert(abi.encodeWithSelector(IProposals.PointsInvalid.selector, id, 100, points, copies));
        proposals.postEvaluation(evaluation, signature);
    }

    /// @dev The referee's key alone does not make a measurement: somebody has ordered and settled it.
    function test_it_names_a_job_that_measured_this_proposal_and_is_settled() public {
        uint256 id = _propose("shard", 100);
        uint256 other = _propose("other", 100);
        IProposals.Evaluation memory evaluation = _evaluation(id, 1, 2);
        uint64 good = evaluation.jobId;
        uint256 training = _create(_order());
        uint256 open = _create(_evaluationOrder(id));
        _refused(evaluation, 0);
        _refused(evaluation, uint64(training));
        _refused(evaluation, uint64(open));
        _refused(evaluation, uint64(open + 1));
        _refused(evaluation, type(uint64).max);
        _refused(evaluation, _measured(other));
        IJobs.Order memory order = _order();
        (order.redundancy, order.pay) = (1, 0);
        training = _create(order);
        _settleAlone(training);
        vm.assertEq(datasetId, id, "a settled training job whose dataset bears the proposal's number");
        _refused(evaluation, uint64(training));

        evaluation.jobId = good;
        _post(evaluation, referee.key);
        _settleAlone(open);
        evaluation.proposalId = other;
        _refused(evaluation, uint64(open));
        vm.assertEq(jobs.measuredBy(open), id);
    }

    function _refused(IProposals.Evaluation memory evaluation, uint64 by) private {
        evaluation.jobId = by;
        bytes memory signature = _sign(referee.key, proposals.evaluationDigest(evaluation));
        _expect(IProposals.EvaluationJobInvalid.selector, evaluation.proposalId, by);
        proposals.postEvaluation(evaluation, signature);
    }

    function test_a_delisting_has_none() public {
        vm.prank(stranger.at);
        uint256 id = proposals.proposeDelisting(datasetId, "founding shard", "");
        mine(1);
        IProposals.Evaluation memory evaluation = _evaluation(id, 1, 2);
        bytes memory signature = _sign(referee.key, proposals.evaluationDigest(evaluation));
        _expect(IProposals.NotAListing.selector, id);
        proposals.postEvaluation(evaluation, signature);
    }

    function test_the_digest_is_the_one_of_the_standard() public {
        IProposals.Evaluation memory e = _evaluation(7, 1, 2);
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("DataBright Proposals"),
                keccak256("1"),
                block.chainid,
                address(proposals)
            )
        );
        bytes32 inner = keccak256(
            abi.encode(
                keccak256(
                    "Evaluation(uint256 datasetId,uint256 proposalId,uint32 accuracyBefore,uint32 accuracyAfter,int32 lowerEnd,"
                    "uint32 points,uint32 copies,bytes32 measurementHash,bytes32 checkpointHash,uint64 jobId,uint256 deadline)"
                ),
                e.datasetId,
                e.proposalId,
                e.accuracyBefore,
                e.accuracyAfter,
                e.lowerEnd,
                e.points,
                e.copies,
                e.measurementHash,
                e.checkpointHash,
                e.jobId,
                e.deadline
            )
        );
        vm.assertEq(proposals.evaluationDigest(e), keccak256(abi.encodePacked(hex"1901", domain, inner)));
    }
}
