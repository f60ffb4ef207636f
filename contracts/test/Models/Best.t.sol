// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IDatasets} from "../../src/Datasets/IDatasets.sol";
import {IModels} from "../../src/Models/IModels.sol";
import {IProposals} from "../../src/Proposals/IProposals.sol";
import {ITrustedKeys} from "../../src/Trust/ITrustedKeys.sol";
import {Market} from "../Market.sol";

/// @notice What a dataset's proposals are measured from: moved by a referee's word, replaced by a vote.
contract BestTest is Market {
    IProposals.Choice private constant YES = IProposals.Choice.Yes;

    function _model(uint256 number) private returns (uint256) {
        IModels.Registration memory r = _registration();
        r.checkpointHash = keccak256(abi.encode("checkpoint", number));
        return _register(stranger, r);
    }

    function _is(uint256 id, uint32 metric) private view {
        (uint256 best, uint32 value) = models.bestOf(datasetId);
        vm.assertEq(best, id);
        vm.assertEq(value, metric);
    }

    /// @dev Of what is best now.
    function _proposed(uint64 id, uint32 metric) private returns (uint256) {
        (uint256 best,) = models.bestOf(datasetId);
        return _proposed(uint64(best), id, metric);
    }

    function _proposed(uint64 replaced, uint64 id, uint32 metric) private returns (uint256 proposal) {
        vm.prank(stranger.at);
        proposal = proposals.proposeReplacement(datasetId, replaced, id, metric, "It has seen the held-out set.");
        mine(1);
    }

    function _voted(uint64 id, uint32 metric) private returns (uint256 proposal) {
        proposal = _proposed(id, metric);
        _vote(proposal, ada, YES);
        _vote(proposal, ben, YES);
        _finalise(proposal);
    }

    function test_a_referee_s_word_makes_a_model_the_best() public {
        uint256 id = _model(1);
        vm.expectEmit();
        emit IModels.BestCheckpointMoved(datasetId, id, 900_000);
        _moveBest(id, 900_000);
        _is(id, 900_000);
    }

    function test_only_a_better_model_becomes_the_best() public {
        _moveBest(_model(1), 900_000);
        uint256 second = _model(2);
        uint32[2] memory worse = [uint32(900_000), 0];
        for (uint256 i; i < 2; ++i) {
            IModels.BestCheckpoint memory s = _bestStatement(second, worse[i]);
            bytes memory signature = _sign(referee.key, models.bestDigest(s));
            _expect(IModels.NotBetter.selector, datasetId, worse[i], 900_000);
            models.moveBest(s, signature);
        }
        _moveBest(second, 900_001);
        _is(second, 900_001);
    }

    /// @dev The first may have any accuracy, none included.
    function test_the_first_is_better_than_none() public {
        _moveBest(_model(1), 0);
        _is(1, 0);
    }

    function test_a_statement_sent_again_is_not_better() public {
        uint256 id = _model(1);
        IModels.BestCheckpoint memory s = _bestStatement(id, 900_000);
        bytes memory signature = _sign(referee.key, models.bestDigest(s));
        models.moveBest(s, signature);
        _expect(IModels.NotBetter.selector, datasetId, 900_000, 900_000);
        models.moveBest(s, signature);
    }

    function test_a_statement_is_of_a_live_referee_about_this_very_model() public {
        uint256 id = _model(1);
        IModels.BestCheckpoint memory s = _bestStatement(id, 900_000);
        bytes memory signature = _sign(scheduler.key, models.bestDigest(s));
        _expect(ITrustedKeys.KeyNotTrusted.selector, _word(scheduler.at), uint256(ITrustedKeys.Role.Referee));
        models.moveBest(s, signature);

        signature = _sign(referee.key, models.bestDigest(s));
        s.metric += 1;
        vm.expectRevert();
        models.moveBest(s, signature);

        s = _bestStatement(id, 900_000);
        s.checkpointHash = "another";
        signature = _sign(referee.key, models.bestDigest(s));
        _expect(IModels.BestCheckpointMismatch.selector, datasetId, id, uint256(s.checkpointHash));
        models.moveBest(s, signature);

        s = _bestStatement(id, 900_000);
        s.datasetId = 2;
        signature = _sign(referee.key, models.bestDigest(s));
        _expect(IModels.BestCheckpointMismatch.selector, 2, id, uint256(s.checkpointHash));
        models.moveBest(s, signature);

        s = _bestStatement(id, 1_000_001);
        signature = _sign(referee.key, models.bestDigest(s));
        _expect(IModels.MetricInvalid.selector, 1_000_001);
        models.moveBest(s, signature);

        s = _bestStatement(id, 900_000);
        s.modelId = 7;
        signature = _sign(referee.key, models.bestDigest(s));
        _expect(IModels.ModelUnknown.selector, 7);
        models.moveBest(s, signature);

        keys.revoke(refereeId);
        s = _bestStatement(id, 900_000);
        signature = _sign(referee.key, models.bestDigest(s));
        _expect(ITrustedKeys.KeyNotTrusted.selector, _word(referee.at), uint256(ITrustedKeys.Role.Referee));
        models.moveBest(s, signature);
    }

    function test_a_statement_holds_until_its_deadline() public {
        IModels.BestCheckpoint memory s = _bestStatement(_model(1), 900_000);
        bytes memory signature = _sign(referee.key, models.bestDigest(s));
        vm.warp(s.deadline + 1);
        _expect(IModels.StatementExpired.selector, s.deadline);
        models.moveBest(s, signature);
        vm.warp(s.deadline);
        models.moveBest(s, signature);
        _is(1, 900_000);
    }

    function test_shareholders_replace_the_best() public {
        uint256 first = _model(1);
        uint256 second = _model(2);
        _moveBest(first, 900_000);
        uint256 time = vm.getBlockTimestamp();
        vm.expectEmit();
        emit IProposals.ReplacementProposed(
            1, datasetId, stranger.at, first, second, 700_000, vm.getBlockNumber() - 1, time + 3 days, "It has seen the held-out set."
        );
        uint256 proposal = _proposed(uint64(second), 700_000);
        IProposals.Proposal memory p = proposals.proposal(proposal);
        vm.assertEq(uint256(p.kind), uint256(IProposals.Kind.Replacement));
        vm.assertEq(uint256(p.shardRoot), first << 96 | second << 32 | 700_000);
        _expect(IModels.NoReplacement.selector, proposal);
        models.replaceBest(proposal);
        _vote(proposal, ada, YES);
        _vote(proposal, ben, YES);
        vm.assertEq(uint256(_finalise(proposal)), uint256(IProposals.State.Accepted));
        _is(first, 900_000);

        vm.expectEmit();
        emit IModels.BestCheckpointReplaced(datasetId, proposal, models.model(first).checkpointHash);
        vm.expectEmit();
        emit IModels.BestCheckpointMoved(datasetId, second, 700_000);
        models.replaceBest(proposal);
        _is(second, 700_000);
        vm.assertEq(models.replacedBy(datasetId), proposal);
        vm.assertTrue(models.isBarred(datasetId, models.model(first).checkpointHash));
        vm.assertEq(proposals.withdrawBond(proposal), BOND);
        _expect(IModels.ReplacementOutdated.selector, proposal, proposal);
        models.replaceBest(proposal);
    }

    /// @dev Its referee's word may still hold, and is better than what the vote named.
    function test_what_was_replaced_does_not_come_back_but_by_a_vote() public {
        uint256 id = _model(1);
        IModels.BestCheckpoint memory s = _bestStatement(id, 900_000);
        s.deadline += 30 days;
        bytes memory signature = _sign(referee.key, models.bestDigest(s));
        models.moveBest(s, signature);
        models.replaceBest(_voted(0, 0));
        _is(0, 0);
        _expect(IModels.ModelBarred.selector, id);
        models.moveBest(s, signature);

        _moveBest(_model(2), 1);
        models.replaceBest(_voted(uint64(id), 900_000));
        _is(id, 900_000);
        vm.assertFalse(models.isBarred(datasetId, models.model(id).checkpointHash));
        vm.assertTrue(models.isBarred(datasetId, models.model(2).checkpointHash));
    }

    /// @dev Its word still holds, and it is better than none.
    function test_what_was_best_before_the_barred_one_may_be_again() public {
        uint256 first = _model(1);
        IModels.BestCheckpoint memory s = _bestStatement(first, 800_000);
        s.deadline += 30 days;
        bytes memory signature = _sign(referee.key, models.bestDigest(s));
        models.moveBest(s, signature);
        _moveBest(_model(2), 900_000);
        models.replaceBest(_voted(0, 0));
        models.moveBest(s, signature);
        _is(first, 800_000);
    }

    function test_a_vote_may_correct_the_metric_alone() public {
        _moveBest(_model(1), 900_000);
        models.replaceBest(_voted(1, 800_000));
        _is(1, 800_000);
        vm.assertFalse(models.isBarred(datasetId, models.model(1).checkpointHash));
    }

    function test_votes_are_carried_out_in_their_order() public {
        _moveBest(_model(1), 900_000);
        _model(2);
        uint256 older = _voted(2, 700_000);
        uint256 later = _voted(0, 0);
        models.replaceBest(later);
        _expect(IModels.ReplacementOutdated.selector, older, later);
        models.replaceBest(older);
        _is(0, 0);
    }

    /// @dev The parameters are barred, and not a number that a job's buyer can have again.
    function test_what_was_replaced_does_not_come_back_under_another_number() public {
        IModels.Registration memory r = _registration();
        uint256 first = _register(stranger, r);
        uint256 again = _register(stranger, r);
        _moveBest(first, 900_000);
        models.replaceBest(_voted(0, 0));
        IModels.BestCheckpoint memory s = _bestStatement(again, 900_000);
        bytes memory signature = _sign(referee.key, models.bestDigest(s));
        _expect(IModels.ModelBarred.selector, again);
        models.moveBest(s, signature);
    }

    /// @dev Whoever sees the vote coming moves another one there: the vote is about the first all the same.
    function test_a_vote_bars_what_it_names_and_leaves_what_came_meanwhile() public {
        uint256 first = _model(1);
        uint256 second = _model(2);
        _moveBest(first, 900_000);
        uint256 proposal = _voted(0, 0);
        _moveBest(second, 950_000);
        models.replaceBest(proposal);
        _is(second, 950_000);
        vm.assertTrue(models.isBarred(datasetId, models.model(first).checkpointHash));
        vm.assertFalse(models.isBarred(datasetId, models.model(second).checkpointHash));
    }

    /// @dev The same parameters moved there under another number meanwhile.
    function test_a_vote_takes_the_checkpoint_away_whatever_its_number() public {
        IModels.Registration memory r = _registration();
        uint256 first = _register(stranger, r);
        uint256 again = _register(stranger, r);
        _moveBest(first, 900_000);
        uint256 proposal = _voted(0, 0);
        _moveBest(again, 950_000);
        models.replaceBest(proposal);
        _is(0, 0);
    }

    function test_only_a_replacement_that_was_accepted_replaces() public {
        uint256 listing = _propose("shard", 1);
        _vote(listing, ada, YES);
        _vote(listing, ben, YES);
        _finalise(listing);
        _expect(IModels.NoReplacement.selector, listing);
        models.replaceBest(listing);

        uint256 refused = _proposed(0, 0);
        _vote(refused, ada, IProposals.Choice.No);
        _vote(refused, ben, IProposals.Choice.No);
        vm.assertEq(uint256(_finalise(refused)), uint256(IProposals.State.Rejected));
        _expect(IModels.NoReplacement.selector, refused);
        models.replaceBest(refused);
        _expect(IProposals.ProposalUnknown.selector, 9);
        models.replaceBest(9);
    }

    /// @dev As for a delisting.
    function test_a_simple_majority_does_not_replace() public {
        uint256 id = _proposed(0, 0);
        _vote(id, ada, YES);
        _vote(id, ben, IProposals.Choice.No);
        skip(3 days + 1);
        vm.assertEq(uint256(_finalise(id)), uint256(IProposals.State.Rejected));
    }

    function test_what_is_named_is_a_model_of_the_dataset() public {
        uint256 unknown = _voted(5, 1);
        _expect(IModels.ModelUnknown.selector, 5);
        models.replaceBest(unknown);

        IDatasets.Charter memory charter = _charter();
        charter.shardRoot = "another founding shard";
        IModels.Registration memory r = _registration();
        r.datasetId = uint32(datasets.create(charter));
        uint256 id = _register(stranger, r);
        uint256 foreign = _voted(uint64(id), 1);
        _expect(IModels.BestCheckpointMismatch.selector, datasetId, id, uint256(r.checkpointHash));
        models.replaceBest(foreign);
    }

    function test_a_replacement_that_makes_no_sense_is_not_voted_on() public {
        vm.startPrank(stranger.at);
        _expect(IProposals.ReplacementInvalid.selector, 1, 1_000_001);
        proposals.proposeReplacement(datasetId, 0, 1, 1_000_001, "");
        _expect(IProposals.ReplacementInvalid.selector, 0, 1);
        proposals.proposeReplacement(datasetId, 0, 0, 1, "");
        _expect(IDatasets.DatasetUnknown.selector, 9);
        proposals.proposeReplacement(9, 0, 1, 1, "");
    }

    /// @dev Nothing is on offer that could be measured.
    function test_a_replacement_is_not_measured() public {
        uint256 id = _proposed(0, 0);
        IProposals.Evaluation memory evaluation;
        (evaluation.proposalId, evaluation.datasetId) = (id, datasetId);
        evaluation.deadline = vm.getBlockTimestamp();
        _expect(IProposals.NotAListing.selector, id);
        proposals.postEvaluation(evaluation, "");
    }
}
