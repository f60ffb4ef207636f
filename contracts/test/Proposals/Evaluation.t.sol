// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {ITrustedKeys} from "../../src/Jobs/ITrustedKeys.sol";
import {IProposals} from "../../src/Proposals/IProposals.sol";
import {Proposals} from "../../src/Proposals/Proposals.sol";
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
        (bool posted,,,) = proposals.evaluationOf(id);
        vm.assertFalse(posted);
        bytes memory signature = _sign(referee.key, proposals.evaluationDigest(evaluation));
        vm.expectEmit();
        emit IProposals.EvaluationPosted(id, 1, referee.at, 900_000, 925_000, "checkpoint");
        proposals.postEvaluation(evaluation, signature);
        uint32 before;
        uint32 later;
        uint64 job;
        (posted, before, later, job) = proposals.evaluationOf(id);
        vm.assertTrue(posted);
        vm.assertEq(before, 900_000);
        vm.assertEq(later, 925_000);
        vm.assertEq(job, 1);
        _voteIn(id);
        vm.assertEq(shares.balanceOf(contributor.at), 12.5e18, "10 shares and 10 x 2.5 %");
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

    function test_it_is_posted_once() public {
        uint256 id = _propose("shard", 100);
        IProposals.Evaluation memory evaluation = _evaluation(id, 1, 2);
        _post(evaluation, referee.key);
        bytes memory signature = _sign(referee.key, proposals.evaluationDigest(evaluation));
        _expect(IProposals.EvaluationAlreadyPosted.selector, id);
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
        keys.revoke(refereeId);
        IProposals.Evaluation memory evaluation = _evaluation(id, 1, 2);
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

    function test_an_accuracy_above_one_is_refused() public {
        uint256 id = _propose("shard", 100);
        IProposals.Evaluation memory evaluation = _evaluation(id, 1, 1_000_001);
        bytes memory signature = _sign(referee.key, proposals.evaluationDigest(evaluation));
        _expect(IProposals.AccuracyInvalid.selector, 1_000_001);
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

    function test_the_digest_is_the_one_of_the_standard() public view {
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
                    "Evaluation(uint256 datasetId,uint256 proposalId,uint32 accuracyBefore,uint32 accuracyAfter,bytes32 checkpointHash,uint64 jobId,uint256 deadline)"
                ),
                e.datasetId,
                e.proposalId,
                e.accuracyBefore,
                e.accuracyAfter,
                e.checkpointHash,
                e.jobId,
                e.deadline
            )
        );
        vm.assertEq(proposals.evaluationDigest(e), keccak256(abi.encodePacked(hex"1901", domain, inner)));
    }
}
