// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IDatasets} from "../../src/Datasets/IDatasets.sol";
import {IProposals} from "../../src/Proposals/IProposals.sol";
import {Market} from "../Market.sol";

contract ShieldedTest is Market {
    IProposals.Choice private constant YES = IProposals.Choice.Yes;
    IProposals.Choice private constant NO = IProposals.Choice.No;

    uint256 private _id;
    uint256 private _deadline;

    function _policy() internal pure override returns (IDatasets.Policy memory policy) {
        policy = super._policy();
        policy.revealPeriod = 1 days;
    }

    function setUp() public override {
        super.setUp();
        _id = _propose("shard", 10);
        _deadline = proposals.proposal(_id).deadline;
    }

    function _commitTo(Person memory voter, IProposals.Choice choice) private {
        vm.prank(voter.at);
        proposals.commitVote(_id, keccak256(abi.encode(_id, voter.at, choice, _salt(voter.at))));
    }

    function _reveal(Person memory voter, IProposals.Choice choice) private {
        proposals.revealVote(_id, voter.at, choice, _salt(voter.at), "");
    }

    function test_votes_stay_hidden_until_they_are_revealed() public {
        vm.assertTrue(proposals.proposal(_id).shielded);
        vm.expectEmit();
        emit IProposals.VoteCommitted(_id, ada.at, keccak256(abi.encode(_id, ada.at, YES, _salt(ada.at))));
        _commitTo(ada, YES);
        _commitTo(ben, NO);
        _commitTo(cleo, YES);
        vm.assertEq(proposals.proposal(_id).yes + proposals.proposal(_id).no, 0);
        vm.warp(_deadline + 1);
        vm.assertEq(uint256(proposals.outcome(_id)), uint256(IProposals.State.Open), "the reveal is still to come");
        _reveal(ada, YES);
        _reveal(ben, NO);
        vm.expectEmit();
        emit IProposals.VoteExplained(_id, cleo.at, "Now it can be said.");
        vm.prank(cleo.at);
        proposals.revealVote(_id, cleo.at, YES, _salt(cleo.at), "Now it can be said.");
        vm.assertEq(uint256(_finalise(_id)), uint256(IProposals.State.Accepted), "700 of 1000 is decided");
    }

    function test_what_is_not_revealed_does_not_count() public {
        _commitTo(ada, YES);
        _commitTo(ben, NO);
        vm.warp(_deadline + 1);
        _reveal(ben, NO);
        vm.warp(_deadline + 1 days);
        _expect(IProposals.OutcomeUndecided.selector, _id, _deadline);
        proposals.finalise(_id);
        vm.warp(_deadline + 1 days + 1);
        _expect(IProposals.RevealIsOver.selector, _id, _deadline + 1 days);
        _reveal(ada, YES);
        vm.assertEq(uint256(_finalise(_id)), uint256(IProposals.State.Rejected));
    }

    function test_a_vote_in_the_open_is_refused() public {
        _expect(IProposals.VotesAreShielded.selector, _id);
        _vote(_id, ada, YES);
    }

    function test_a_reveal_before_the_deadline_is_refused() public {
        _commitTo(ada, YES);
        vm.warp(_deadline);
        _expect(IProposals.VotingNotOver.selector, _id, _deadline);
        _reveal(ada, YES);
    }

    function test_a_commitment_after_the_deadline_is_refused() public {
        vm.warp(_deadline + 1);
        _expect(IProposals.VotingIsOver.selector, _id, _deadline);
        _commitTo(ada, YES);
    }

    function test_a_second_commitment_is_refused() public {
        _commitTo(ada, YES);
        _expect(IProposals.AlreadyVoted.selector, _id, _word(ada.at));
        _commitTo(ada, NO);
    }

    function test_a_commitment_without_shares_is_refused() public {
        _expect(IProposals.NoVotingWeight.selector, _id, _word(stranger.at), proposals.proposal(_id).snapshot);
        _commitTo(stranger, YES);
    }

    function test_only_what_was_committed_can_be_revealed() public {
        _commitTo(ada, YES);
        vm.warp(_deadline + 1);
        bytes32 expected = proposals.commitmentOf(_id, ada.at);
        bytes32 actual = keccak256(abi.encode(_id, ada.at, NO, _salt(ada.at)));
        vm.expectRevert(
            abi.encodeWithSelector(IProposals.CommitmentMismatch.selector, _id, ada.at, expected, actual)
        );
        _reveal(ada, NO);
    }

    function test_a_copied_commitment_reveals_nothing() public {
        _commitTo(ada, YES);
        bytes32 copied = proposals.commitmentOf(_id, ada.at);
        vm.prank(ben.at);
        proposals.commitVote(_id, copied);
        vm.warp(_deadline + 1);
        vm.expectRevert();
        proposals.revealVote(_id, ben.at, YES, _salt(ada.at), "");
    }

    /// @dev A salt can be read while its reveal waits to be mined.
    function test_whoever_reveals_for_another_says_nothing_in_its_name() public {
        _commitTo(ada, YES);
        vm.warp(_deadline + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IProposals.ReasonOfAnother.selector, _id, ada.at, stranger.at)
        );
        vm.prank(stranger.at);
        proposals.revealVote(_id, ada.at, YES, _salt(ada.at), "I was paid for this.");
        vm.recordLogs();
        vm.prank(stranger.at);
        proposals.revealVote(_id, ada.at, YES, _salt(ada.at), "");
        vm.assertEq(vm.getRecordedLogs().length, 1, "the vote and no words");
        vm.assertEq(proposals.proposal(_id).yes, 500 * SHARE);
    }

    function test_a_second_reveal_is_refused() public {
        _commitTo(ada, YES);
        vm.warp(_deadline + 1);
        _reveal(ada, YES);
        _expect(IProposals.AlreadyVoted.selector, _id, _word(ada.at));
        _reveal(ada, YES);
    }

    function test_open_votes_know_no_commitments() public {
        IDatasets.Charter memory charter = _charter();
        charter.policy.revealPeriod = 0;
        uint256 open = datasets.create(charter);
        mine(1);
        vm.prank(contributor.at);
        uint256 id = proposals.propose(open, _root("shard"), 1, "");
        mine(1);
        vm.prank(ada.at);
        _expect(IProposals.VotesAreOpen.selector, id);
        proposals.commitVote(id, "commitment");
        _expect(IProposals.VotesAreOpen.selector, id);
        proposals.revealVote(id, ada.at, YES, 0, "");
    }
}
