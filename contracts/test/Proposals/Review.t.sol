// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IDatasets} from "../../src/Datasets/IDatasets.sol";
import {IProposals} from "../../src/Proposals/IProposals.sol";
import {Market} from "../Market.sol";

/// @notice A dataset whose curators judge blindly: ada, who also holds half of the shares, the referee and the stranger,
/// who hold none.
contract ReviewTest is Market {
    IProposals.Choice private constant YES = IProposals.Choice.Yes;
    IProposals.Choice private constant NO = IProposals.Choice.No;

    uint256 private _id;
    uint256 private _deadline;

    function _policy() internal pure override returns (IDatasets.Policy memory policy) {
        policy = super._policy();
        policy.revealPeriod = 1 days;
        policy.quorumBps = 6_000;
    }

    function _charter() internal view override returns (IDatasets.Charter memory charter) {
        charter = super._charter();
        charter.curators = new address[](3);
        (charter.curators[0], charter.curators[1], charter.curators[2]) = (ada.at, referee.at, stranger.at);
    }

    function setUp() public override {
        super.setUp();
        _id = _propose("shard", 10);
        _deadline = proposals.proposal(_id).deadline;
    }

    function _commit(Person memory curator, IProposals.Choice choice) private {
        vm.prank(curator.at);
        proposals.commitVote(_id, keccak256(abi.encode(_id, curator.at, choice, bytes32("salt"))));
    }

    function _reveal(Person memory curator, IProposals.Choice choice) private {
        vm.prank(curator.at);
        proposals.revealVote(_id, curator.at, choice, "salt", "Because.");
    }

    /// @dev All three commit before any reveals.
    function _judged(IProposals.Choice a, IProposals.Choice b, IProposals.Choice c) private {
        _commit(ada, a);
        _commit(referee, b);
        _commit(stranger, c);
        vm.warp(_deadline + 1);
        _reveal(ada, a);
        _reveal(referee, b);
        _reveal(stranger, c);
    }

    function _appealed() private {
        _judged(YES, NO, NO);
        vm.warp(_deadline + 1 days + 1);
        vm.prank(ben.at);
        proposals.appeal(_id);
    }

    function _is(IProposals.State state) private view {
        vm.assertEq(uint256(proposals.proposal(_id).state), uint256(state));
    }

    function test_a_proposal_is_under_review_first() public view {
        IProposals.Proposal memory p = proposals.proposal(_id);
        vm.assertTrue(p.underReview && p.shielded);
        vm.assertTrue(datasets.isCurator(datasetId, stranger.at));
    }

    function test_a_judgement_is_explained_by_its_curator_alone() public {
        _commit(stranger, NO);
        vm.warp(_deadline + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IProposals.ReasonOfAnother.selector, _id, stranger.at, contributor.at)
        );
        vm.prank(contributor.at);
        proposals.revealVote(_id, stranger.at, NO, "salt", "It is excellent; I slipped.");
    }

    function test_curators_judge_one_vote_each_without_seeing_the_others() public {
        _commit(ada, YES);
        _commit(stranger, NO);
        IProposals.Proposal memory p = proposals.proposal(_id);
        vm.assertEq(p.yes + p.no, 0, "nothing shows before the deadline");
        vm.warp(_deadline + 1);
        vm.expectEmit();
        emit IProposals.Judged(_id, stranger.at, NO, "Because.");
        _reveal(stranger, NO);
        _reveal(ada, YES);
        p = proposals.proposal(_id);
        vm.assertEq(p.yes, 1, "half of the shares are one vote here");
        vm.assertEq(p.no, 1);
        vm.assertTrue(proposals.hasVoted(_id, ada.at));
        vm.expectRevert(abi.encodeWithSelector(IProposals.AlreadyVoted.selector, _id, ada.at));
        _reveal(ada, YES);
    }

    function test_nobody_else_judges() public {
        vm.expectRevert(abi.encodeWithSelector(IProposals.NotACurator.selector, _id, ben.at));
        _commit(ben, YES);
        vm.expectRevert(abi.encodeWithSelector(IProposals.VotesAreShielded.selector, _id));
        vm.prank(ben.at);
        proposals.vote(_id, YES);
    }

    function test_a_curator_cannot_copy_another() public {
        _commit(ada, YES);
        bytes32 copied = proposals.commitmentOf(_id, ada.at);
        vm.prank(stranger.at);
        proposals.commitVote(_id, copied);
        vm.warp(_deadline + 1);
        vm.expectRevert();
        _reveal(stranger, YES);
    }

    function test_what_the_curators_found_stands_when_nobody_appeals() public {
        _judged(YES, YES, NO);
        vm.assertEq(uint256(proposals.outcome(_id)), uint256(IProposals.State.Open), "an appeal is possible");
        vm.warp(_deadline + 2 days);
        _expect(IProposals.OutcomeUndecided.selector, _id, _deadline);
        proposals.finalise(_id);
        vm.warp(_deadline + 2 days + 1);
        vm.assertEq(uint256(_finalise(_id)), uint256(IProposals.State.Accepted));
        vm.assertEq(shares.balanceOf(contributor.at), SHARE);
    }

    function test_a_majority_against_rejects_and_too_few_expire() public {
        _judged(YES, NO, NO);
        vm.warp(_deadline + 2 days + 1);
        vm.assertEq(uint256(_finalise(_id)), uint256(IProposals.State.Rejected));
        _id = _propose("other", 10);
        _deadline = proposals.proposal(_id).deadline;
        _commit(ada, YES);
        vm.warp(_deadline + 1);
        _reveal(ada, YES);
        vm.warp(_deadline + 2 days + 1);
        vm.assertEq(uint256(_finalise(_id)), uint256(IProposals.State.Expired), "one of three is no quorum");
    }

    function test_an_appeal_asks_all_shareholders_afresh() public {
        _judged(YES, NO, NO);
        vm.warp(_deadline + 1 days + 1);
        uint256 deadline = vm.getBlockTimestamp() + 3 days;
        vm.expectEmit();
        emit IProposals.Appealed(_id, ben.at, deadline, 1, 2);
        vm.prank(ben.at);
        proposals.appeal(_id);
        IProposals.Proposal memory p = proposals.proposal(_id);
        vm.assertFalse(p.underReview || p.shielded);
        vm.assertEq(p.yes + p.no, 0);
        vm.assertEq(p.deadline, deadline);
        vm.assertFalse(proposals.hasVoted(_id, ada.at));
        _vote(_id, ada, YES);
        _vote(_id, ben, YES);
        vm.assertTrue(proposals.hasVoted(_id, ada.at), "a curator votes with its shares");
        vm.assertEq(uint256(_finalise(_id)), uint256(IProposals.State.Accepted));
        vm.expectRevert(abi.encodeWithSelector(IProposals.ProposalNotOpen.selector, _id, IProposals.State.Accepted));
        vm.prank(ben.at);
        proposals.appeal(_id);
    }

    function test_an_evaluation_outlives_an_appeal() public {
        _post(_evaluation(_id, 900_000, 950_000), referee.key);
        _appealed();
        (uint256 posted,) = proposals.evaluationOf(_id);
        vm.assertEq(posted, 1);
        _vote(_id, ada, YES);
        _vote(_id, ben, YES);
        _finalise(_id);
        vm.assertEq(shares.balanceOf(contributor.at), SHARE * 3 / 2);
    }

    function test_an_appeal_has_its_time_and_needs_a_shareholder() public {
        _judged(YES, NO, NO);
        vm.warp(_deadline + 1 days);
        _expect(IProposals.ReviewNotOver.selector, _id, _deadline + 1 days);
        vm.prank(ben.at);
        proposals.appeal(_id);
        vm.warp(_deadline + 1 days + 1);
        uint256 snapshot = proposals.proposal(_id).snapshot;
        _expect(IProposals.NoVotingWeight.selector, _id, _word(stranger.at), snapshot);
        vm.prank(stranger.at);
        proposals.appeal(_id);
        vm.warp(_deadline + 2 days + 1);
        _expect(IProposals.AppealIsOver.selector, _id, _deadline + 2 days);
        vm.prank(ben.at);
        proposals.appeal(_id);
    }

    function test_nothing_is_appealed_twice() public {
        _appealed();
        _expect(IProposals.NotUnderReview.selector, _id);
        vm.prank(ben.at);
        proposals.appeal(_id);
        _is(IProposals.State.Open);
    }

    /// @dev Delistings are the shareholders' own business.
    function test_a_delisting_is_not_reviewed() public {
        vm.prank(contributor.at);
        uint256 id = proposals.proposeDelisting(datasetId, "founding shard", "");
        vm.assertFalse(proposals.proposal(id).underReview);
        vm.assertTrue(proposals.proposal(id).shielded);
    }

    /// @dev Silent, yes or no of each curator: the outcome is the policy's quorum and threshold of heads, and no shares count.
    function testFuzz_a_review_ends_as_its_heads_say(uint8[3] memory choices) public {
        Person[3] memory panel = [ada, referee, stranger];
        uint256 yes;
        uint256 cast;
        for (uint256 i; i < 3; ++i) {
            choices[i] %= 3;
            if (choices[i] != 2) _commit(panel[i], IProposals.Choice(choices[i]));
        }
        vm.warp(_deadline + 1);
        for (uint256 i; i < 3; ++i) {
            if (choices[i] == 2) continue;
            _reveal(panel[i], IProposals.Choice(choices[i]));
            ++cast;
            yes += choices[i];
        }
        vm.warp(_deadline + 2 days + 1);
        IProposals.State expected = cast < 2
            ? IProposals.State.Expired
            : 2 * yes > cast ? IProposals.State.Accepted : IProposals.State.Rejected;
        vm.assertEq(uint256(proposals.outcome(_id)), uint256(expected));
        vm.assertEq(uint256(_finalise(_id)), uint256(expected));
    }
}
