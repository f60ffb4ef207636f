// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IDatasets} from "../../src/Datasets/IDatasets.sol";
import {IProposals} from "../../src/Proposals/IProposals.sol";
import {IRequests} from "../../src/Requests/IRequests.sol";
import {Market} from "../Market.sol";

contract RequestsTest is Market {
    IProposals.Choice private constant YES = IProposals.Choice.Yes;
    IProposals.Choice private constant NO = IProposals.Choice.No;
    uint96 private constant REWARD = DOLLAR / 10;

    function _ask() private view returns (IRequests.Ask memory) {
        return IRequests.Ask({
            metadataDigest: "about",
            schemaHash: "schema",
            association: 0,
            rewardPerPoint: REWARD,
            deadline: uint40(vm.getBlockTimestamp() + 30 days),
            sponsorship: 100 * DOLLAR
        });
    }

    function _open(IRequests.Ask memory ask) private returns (uint256 id) {
        vm.prank(buyer.at);
        id = requests.open(ask);
        mine(1);
    }

    function _curated() private returns (uint256) {
        IRequests.Ask memory ask = _ask();
        ask.association = uint32(datasetId);
        return _open(ask);
    }

    function _poll(uint256 id, Person memory voter, IProposals.Choice choice) private {
        vm.prank(voter.at);
        requests.vote(id, choice, "");
    }

    function _adopted() private returns (uint256 id) {
        id = _open(_ask());
        vm.prank(buyer.at);
        requests.adopt(id, datasetId);
        mine(1);
    }

    function _accepted(string memory name, uint24 count) private returns (bytes32) {
        uint256 proposalId = _propose(name, count);
        _vote(proposalId, ada, YES);
        _vote(proposalId, ben, YES);
        _finalise(proposalId);
        return _root(name);
    }

    function _is(uint256 id, IRequests.State state) private view {
        vm.assertEq(uint256(requests.request(id).state), uint256(state));
    }

    // Opening

    function test_a_request_says_everything_it_was_opened_with() public {
        IRequests.Ask memory ask = _ask();
        vm.expectEmit();
        emit IRequests.RequestOpened(1, buyer.at, ask, 0, 0);
        vm.expectEmit();
        emit IRequests.RequestSponsored(1, buyer.at, 100 * DOLLAR, 100 * DOLLAR);
        uint256 id = _open(ask);
        IRequests.Request memory r = requests.request(id);
        _is(id, IRequests.State.Listed);
        vm.assertEq(r.initiator, buyer.at);
        vm.assertEq(r.deadline, ask.deadline);
        vm.assertEq(r.schemaHash, "schema");
        vm.assertEq(r.rewardPerPoint, REWARD);
        vm.assertEq(r.pot, 100 * DOLLAR);
        vm.assertEq(r.paid + r.datasetId + r.adoptedAt, 0);
        vm.assertEq(requests.sponsoredBy(id, buyer.at), 100 * DOLLAR);
        vm.assertEq(requests.requestCount(), 1);
        vm.assertEq(requests.poll(id).deadline, 0);
        vm.assertEq(money.balanceOf(address(requests)), 100 * DOLLAR);
    }

    function test_requests_that_make_no_sense_are_refused() public {
        IRequests.Ask memory ask = _ask();
        ask.rewardPerPoint = 0;
        vm.expectRevert(abi.encodeWithSelector(IRequests.RequestInvalid.selector, "rewardPerPoint", 0));
        requests.open(ask);
        ask = _ask();
        ask.schemaHash = 0;
        vm.expectRevert(abi.encodeWithSelector(IRequests.RequestInvalid.selector, "schemaHash", 0));
        requests.open(ask);
        ask = _ask();
        ask.deadline = uint40(vm.getBlockTimestamp());
        vm.expectRevert(abi.encodeWithSelector(IRequests.RequestInvalid.selector, "deadline", ask.deadline));
        requests.open(ask);
        ask.deadline = uint40(vm.getBlockTimestamp() + 365 days + 1);
        vm.expectRevert(abi.encodeWithSelector(IRequests.RequestInvalid.selector, "deadline", ask.deadline));
        requests.open(ask);
        ask.deadline = type(uint40).max;
        vm.expectRevert(abi.encodeWithSelector(IRequests.RequestInvalid.selector, "deadline", ask.deadline));
        requests.open(ask);
        ask.association = uint32(datasetId);
        ask.deadline = uint40(vm.getBlockTimestamp() + 3 days + 1 hours);
        vm.expectRevert(abi.encodeWithSelector(IRequests.RequestInvalid.selector, "deadline", ask.deadline));
        requests.open(ask);
        ask = _ask();
        ask.association = 9;
        _expect(IDatasets.DatasetUnknown.selector, 9);
        requests.open(ask);
    }

    function test_a_request_of_a_year_and_one_that_just_outlives_its_vote_are_taken() public {
        IRequests.Ask memory ask = _ask();
        ask.deadline = uint40(vm.getBlockTimestamp() + requests.TERM_MAX());
        vm.assertEq(requests.TERM_MAX(), 365 days);
        _open(ask);
        ask.association = uint32(datasetId);
        ask.deadline = uint40(vm.getBlockTimestamp() + 3 days + 1 hours + 1);
        _open(ask);
    }

    function test_an_unknown_request_does_nothing() public {
        _expect(IRequests.RequestUnknown.selector, 9);
        requests.closesAfter(9);
        _expect(IRequests.RequestUnknown.selector, 9);
        requests.request(9);
        _expect(IRequests.RequestUnknown.selector, 9);
        requests.poll(9);
        _expect(IRequests.RequestUnknown.selector, 9);
        requests.sponsor(9, 1);
        _expect(IRequests.RequestUnknown.selector, 9);
        requests.close(9);
        _expect(IRequests.RequestUnknown.selector, 9);
        requests.refundFor(9, buyer.at);
        _expect(IRequests.RequestUnknown.selector, 9);
        requests.adopt(9, 1);
    }

    // Curated

    function test_an_association_lists_a_request_by_vote() public {
        uint256 id = _curated();
        _is(id, IRequests.State.Voting);
        vm.expectEmit();
        emit IRequests.RequestVoted(id, ada.at, YES, 500 * SHARE, "We need these.");
        vm.prank(ada.at);
        requests.vote(id, YES, "We need these.");
        _poll(id, ben, NO);
        vm.assertTrue(requests.hasVotedOn(id, ben.at));
        uint256 ends = requests.poll(id).deadline;
        _expect(IRequests.RequestNotOver.selector, id, ends);
        requests.decide(id);
        vm.warp(ends + 1);
        vm.expectEmit();
        emit IRequests.RequestDecided(id, IRequests.State.Listed, 500 * SHARE, 300 * SHARE);
        vm.assertEq(uint256(requests.decide(id)), uint256(IRequests.State.Listed));
        _expect(IRequests.RequestStateInvalid.selector, id, uint256(IRequests.State.Listed));
        requests.decide(id);
    }

    /// @dev As in a vote on data.
    function test_a_late_vote_that_brings_the_quorum_or_turns_the_outcome_extends_once() public {
        uint256 quorum = _curated();
        uint256 turned = _curated();
        _poll(turned, ben, YES);
        uint256 ends = requests.poll(turned).deadline;
        vm.warp(ends - 1 hours);
        _poll(turned, cleo, NO);
        vm.assertFalse(requests.poll(turned).extended, "it turned nothing, nor is it late");
        vm.warp(ends);
        vm.expectEmit();
        emit IRequests.RequestVoteExtended(quorum, ends + 1 hours);
        _poll(quorum, cleo, YES);
        vm.expectEmit();
        emit IRequests.RequestVoteExtended(turned, ends + 1 hours);
        _poll(turned, ada, NO);
        vm.assertTrue(requests.poll(turned).extended);
        vm.warp(ends + 1 hours);
        _expect(IRequests.RequestNotOver.selector, quorum, ends + 1 hours);
        requests.decide(quorum);
        _poll(quorum, ada, NO);
        vm.assertEq(requests.poll(quorum).deadline, ends + 1 hours, "once");
        vm.warp(ends + 1 hours + 1);
        _expect(IRequests.RequestIsOver.selector, quorum, ends + 1 hours);
        _poll(quorum, ben, YES);
        vm.assertEq(uint256(requests.decide(quorum)), uint256(IRequests.State.Refused));
        vm.assertEq(uint256(requests.decide(turned)), uint256(IRequests.State.Refused));
    }

    function test_a_late_vote_without_quorum_or_that_turns_nothing_extends_nothing() public {
        vm.prank(cleo.at);
        shares.transfer(stranger.at, 50 * SHARE);
        mine(1);
        uint256 few = _curated();
        uint256 same = _curated();
        _poll(same, ada, YES);
        vm.warp(requests.poll(same).deadline);
        _poll(same, ben, NO);
        _poll(few, cleo, YES);
        vm.assertFalse(requests.poll(same).extended);
        vm.assertFalse(requests.poll(few).extended, "150 of 200 needed");
        _poll(few, stranger, YES);
        vm.assertTrue(requests.poll(few).extended);
    }

    function test_half_against_half_and_too_few_refuse_a_request() public {
        uint256 even = _curated();
        _poll(even, ada, YES);
        _poll(even, ben, NO);
        _poll(even, cleo, NO);
        uint256 few = _curated();
        skip(3 days + 1);
        vm.assertEq(uint256(requests.decide(even)), uint256(IRequests.State.Refused));
        vm.assertEq(uint256(requests.decide(few)), uint256(IRequests.State.Refused));
        uint256 before = money.balanceOf(buyer.at);
        vm.assertEq(requests.refundFor(even, buyer.at), 100 * DOLLAR);
        vm.assertEq(money.balanceOf(buyer.at), before + 100 * DOLLAR);
        _expect(IRequests.NothingToRefund.selector, even, _word(buyer.at));
        requests.refundFor(even, buyer.at);
        _expect(IRequests.RequestStateInvalid.selector, even, uint256(IRequests.State.Refused));
        requests.sponsor(even, 1);
        _expect(IRequests.RequestStateInvalid.selector, even, uint256(IRequests.State.Refused));
        requests.close(even);
    }

    /// @dev Votes weigh what was held before the request was opened: moving shares on brings no second vote.
    function test_shares_that_move_vote_once() public {
        uint256 id = _curated();
        _poll(id, ada, YES);
        vm.prank(ada.at);
        shares.transfer(stranger.at, 500 * SHARE);
        mine(1);
        uint256 snapshot = requests.poll(id).snapshot;
        _expect(IRequests.RequestNoWeight.selector, id, _word(stranger.at), snapshot);
        _poll(id, stranger, YES);
        _expect(IRequests.RequestAlreadyVoted.selector, id, _word(ada.at));
        _poll(id, ada, YES);
        vm.assertEq(requests.poll(id).yes, 500 * SHARE);
    }

    function test_nobody_votes_late_or_on_a_listed_request() public {
        uint256 id = _curated();
        uint256 ends = requests.poll(id).deadline;
        vm.warp(ends + 1);
        _expect(IRequests.RequestIsOver.selector, id, ends);
        _poll(id, ada, YES);
        id = _open(_ask());
        _expect(IRequests.RequestStateInvalid.selector, id, uint256(IRequests.State.Listed));
        _poll(id, ada, YES);
    }

    function test_nothing_is_answered_before_the_vote() public {
        uint256 id = _curated();
        _expect(IRequests.RequestStateInvalid.selector, id, uint256(IRequests.State.Voting));
        requests.answer(id, datasetId, "");
        _expect(IRequests.RequestStateInvalid.selector, id, uint256(IRequests.State.Voting));
        vm.prank(buyer.at);
        requests.adopt(id, datasetId);
    }

    // Answers and rewards

    function test_anyone_answers_with_a_dataset_of_the_schema_and_the_initiator_adopts_one() public {
        uint256 id = _open(_ask());
        vm.expectEmit();
        emit IRequests.RequestAnswered(id, datasetId, stranger.at, "Ours has 500.");
        vm.prank(stranger.at);
        requests.answer(id, datasetId, "Ours has 500.");
        IDatasets.Charter memory charter = _charter();
        charter.schemaHash = "other";
        uint256 other = datasets.create(charter);
        vm.expectRevert(abi.encodeWithSelector(IRequests.SchemaMismatch.selector, id, bytes32("schema"), bytes32("other")));
        requests.answer(id, other, "");
        _expect(IDatasets.DatasetUnknown.selector, 9);
        requests.answer(id, 9, "");
        vm.expectRevert(abi.encodeWithSelector(IRequests.NotTheInitiator.selector, id, buyer.at, stranger.at));
        vm.prank(stranger.at);
        requests.adopt(id, datasetId);
        vm.expectEmit();
        emit IRequests.RequestAdopted(id, datasetId);
        vm.prank(buyer.at);
        requests.adopt(id, datasetId);
        _expect(IRequests.RequestAlreadyAdopted.selector, id, datasetId);
        vm.prank(buyer.at);
        requests.adopt(id, datasetId);
    }

    function test_an_accepted_shard_is_paid_for_once_by_anyone() public {
        uint256 id = _adopted();
        bytes32 root = _accepted("shard", 300);
        uint256 before = money.balanceOf(contributor.at);
        vm.expectEmit();
        emit IRequests.RewardPaid(id, root, contributor.at, 300 * REWARD);
        vm.prank(stranger.at);
        vm.assertEq(requests.payReward(id, root), 300 * REWARD);
        vm.assertEq(money.balanceOf(contributor.at), before + 300 * REWARD);
        vm.assertTrue(requests.isRewarded(id, root));
        _expect(IRequests.RewardAlreadyPaid.selector, id, uint256(root));
        requests.payReward(id, root);
    }

    /// @dev An initiator could adopt a dataset of its own making and have its own points accepted: nobody else's money may
    /// be in the pot before everyone can see whose shareholders decide.
    function test_nobody_sponsors_before_it_is_known_who_decides() public {
        uint256 id = _open(_ask());
        _expect(IRequests.RequestNotAdopted.selector, id);
        vm.prank(stranger.at);
        requests.sponsor(id, DOLLAR);
        vm.prank(buyer.at);
        requests.sponsor(id, DOLLAR);
        vm.prank(buyer.at);
        requests.adopt(id, datasetId);
        vm.prank(stranger.at);
        requests.sponsor(id, DOLLAR);
        vm.assertEq(requests.request(id).pot, 102 * DOLLAR);
    }

    function test_the_pot_pays_what_it_has() public {
        uint256 id = _adopted();
        bytes32 large = _accepted("large", 5_000);
        bytes32 late = _accepted("late", 10);
        vm.prank(contributor.at);
        vm.assertEq(requests.payReward(id, large), 100 * DOLLAR);
        _expect(IRequests.PotEmpty.selector, id);
        requests.payReward(id, late);
        vm.prank(stranger.at);
        requests.sponsor(id, DOLLAR);
        vm.assertEq(requests.payReward(id, late), DOLLAR);
    }

    /// @dev A shard is paid for once. Whoever empties the pot with it before a sponsor comes would rob its contributor.
    function test_nobody_else_settles_for_less_while_sponsors_may_come() public {
        uint256 id = _adopted();
        bytes32 root = _accepted("large", 5_000);
        _expect(IRequests.PotTooLow.selector, id, 5_000 * REWARD, 100 * DOLLAR);
        vm.prank(stranger.at);
        requests.payReward(id, root);
        vm.prank(buyer.at);
        requests.sponsor(id, uint96(5_000 * REWARD - 100 * DOLLAR));
        vm.prank(stranger.at);
        vm.assertEq(requests.payReward(id, root), 5_000 * REWARD);
    }

    function test_after_the_deadline_anybody_has_what_there_is_paid() public {
        uint256 id = _adopted();
        bytes32 root = _accepted("large", 5_000);
        vm.warp(requests.request(id).deadline + 1);
        vm.prank(stranger.at);
        vm.assertEq(requests.payReward(id, root), 100 * DOLLAR);
    }

    function test_only_what_was_accepted_after_the_adoption_is_paid_for() public {
        bytes32 early = _accepted("early", 10);
        uint256 id = _open(_ask());
        _expect(IRequests.ShardNotRewarded.selector, id, uint256(early));
        requests.payReward(id, early);
        vm.prank(buyer.at);
        requests.adopt(id, datasetId);
        _expect(IRequests.ShardNotRewarded.selector, id, uint256(early));
        requests.payReward(id, early);
        _expect(IRequests.ShardNotRewarded.selector, id, uint256(bytes32("founding shard")));
        requests.payReward(id, "founding shard");
        _expect(IDatasets.ShardUnknown.selector, datasetId, uint256(_root("proposed")));
        requests.payReward(id, _root("proposed"));
    }

    function test_a_shard_that_was_taken_off_the_list_is_not_paid_for() public {
        uint256 id = _adopted();
        bytes32 root = _accepted("shard", 10);
        vm.prank(stranger.at);
        uint256 delisting = proposals.proposeDelisting(datasetId, root, "Scraped.");
        mine(1);
        _vote(delisting, ada, YES);
        _vote(delisting, ben, YES);
        _finalise(delisting);
        _expect(IRequests.ShardNotRewarded.selector, id, uint256(root));
        requests.payReward(id, root);
    }

    // Closing

    function test_what_is_left_goes_back_to_the_sponsors_in_proportion() public {
        uint256 id = _adopted();
        vm.prank(stranger.at);
        requests.sponsor(id, 50 * DOLLAR);
        requests.payReward(id, _accepted("shard", 500));
        uint256 deadline = requests.request(id).deadline;
        vm.warp(deadline + 1);
        _expect(IRequests.RequestIsOver.selector, id, deadline);
        vm.prank(stranger.at);
        requests.sponsor(id, 1);
        _expect(IRequests.RequestStateInvalid.selector, id, uint256(IRequests.State.Listed));
        requests.refundFor(id, buyer.at);
        uint256 until = deadline + 3 days + 1 hours + 7 days;
        vm.assertEq(requests.closesAfter(id), until);
        vm.warp(until);
        _expect(IRequests.RequestNotOver.selector, id, until);
        requests.close(id);
        vm.warp(until + 1);
        vm.expectEmit();
        emit IRequests.RequestClosed(id, 100 * DOLLAR);
        requests.close(id);
        _is(id, IRequests.State.Closed);
        vm.expectEmit();
        emit IRequests.SponsorRefunded(id, stranger.at, uint256(100 * DOLLAR) / 3);
        vm.assertEq(requests.refundFor(id, stranger.at), uint256(100 * DOLLAR) / 3);
        vm.assertEq(requests.refundFor(id, buyer.at), uint256(200 * DOLLAR) / 3);
        vm.assertEq(money.balanceOf(address(requests)), 1, "rounded down");
        _expect(IRequests.NothingToRefund.selector, id, _word(ada.at));
        requests.refundFor(id, ada.at);
        _expect(IRequests.RequestStateInvalid.selector, id, uint256(IRequests.State.Closed));
        requests.payReward(id, _root("shard"));
    }

    /// @dev Review, appeal and vote take longer than the grace; what was proposed in the last second is paid for.
    function test_a_vote_that_ends_after_the_grace_keeps_its_reward() public {
        IDatasets.Charter memory charter = _charter();
        charter.policy.revealPeriod = 8 days;
        charter.curators = new address[](1);
        charter.curators[0] = ada.at;
        uint256 slow = datasets.create(charter);
        mine(1);
        uint256 id = _open(_ask());
        vm.prank(buyer.at);
        requests.adopt(id, slow);
        mine(1);
        uint256 deadline = requests.request(id).deadline;
        vm.warp(deadline);
        vm.prank(contributor.at);
        uint256 proposalId = proposals.propose(slow, _root("late"), 100, "");
        mine(1);
        vm.warp(proposals.proposal(proposalId).deadline + 16 days);
        vm.prank(ben.at);
        proposals.appeal(proposalId);
        vm.warp(proposals.proposal(proposalId).deadline);
        _vote(proposalId, ada, NO);
        vm.warp(proposals.proposal(proposalId).deadline);
        vm.assertEq(vm.getBlockTimestamp(), deadline + 22 days + 1 hours, "the longest there is");
        _vote(proposalId, ben, YES);
        vm.prank(cleo.at);
        proposals.vote(proposalId, YES);
        _expect(IRequests.RequestNotOver.selector, id, deadline + 22 days + 1 hours + 7 days);
        requests.close(id);
        skip(7 days);
        _expect(IRequests.RequestNotOver.selector, id, deadline + 22 days + 1 hours + 7 days);
        requests.close(id);
        skip(1);
        vm.assertEq(uint256(_finalise(proposalId)), uint256(IProposals.State.Rejected), "half against half");
        requests.close(id);
    }

    function test_what_is_accepted_after_the_grace_is_paid_for() public {
        uint256 id = _adopted();
        vm.warp(requests.request(id).deadline);
        uint256 proposalId = _propose("late", 100);
        _vote(proposalId, cleo, YES);
        skip(3 days + 7 days);
        _expect(IRequests.RequestNotOver.selector, id, requests.closesAfter(id));
        requests.close(id);
        _finalise(proposalId);
        vm.assertEq(requests.payReward(id, _root("late")), 100 * uint256(REWARD));
    }

    function test_without_a_dataset_a_request_closes_after_the_grace() public {
        uint256 id = _open(_ask());
        uint256 until = requests.request(id).deadline + 7 days;
        vm.assertEq(requests.closesAfter(id), until);
        vm.warp(until);
        _expect(IRequests.RequestNotOver.selector, id, until);
        requests.close(id);
        vm.warp(until + 1);
        requests.close(id);
    }

    /// @dev The longest time of each kind of vote.
    function test_a_shielded_vote_has_no_extension() public {
        IDatasets.Charter memory charter = _charter();
        charter.policy.revealPeriod = 2 days;
        uint256 sealed_ = datasets.create(charter);
        uint256 id = _open(_ask());
        vm.prank(buyer.at);
        requests.adopt(id, sealed_);
        vm.assertEq(requests.closesAfter(id), requests.request(id).deadline + 5 days + 7 days);
    }

    function test_a_vote_that_nobody_ended_keeps_no_money() public {
        uint256 id = _curated();
        skip(30 days + 7 days + 1);
        requests.close(id);
        vm.assertEq(requests.refundFor(id, buyer.at), 100 * DOLLAR);
    }

    function testFuzz_sponsors_get_back_no_more_than_is_left(uint96[4] memory sums, uint24 points) public {
        IRequests.Ask memory ask = _ask();
        ask.sponsorship = 0;
        uint256 id = _open(ask);
        vm.prank(buyer.at);
        requests.adopt(id, datasetId);
        mine(1);
        address[4] memory sponsors = [ada.at, stranger.at, contributor.at, buyer.at];
        uint256 pot;
        for (uint256 i; i < 4; ++i) {
            uint96 amount = uint96(bound(sums[i], 0, 100 * DOLLAR));
            vm.prank(sponsors[i]);
            requests.sponsor(id, amount);
            pot += amount;
        }
        bytes32 root = _accepted("shard", uint24(bound(points, 1, 10_000)));
        if (pot != 0) {
            vm.prank(contributor.at);
            pot -= requests.payReward(id, root);
        }
        skip(41 days);
        requests.close(id);
        uint256 left = requests.request(id).pot - requests.request(id).paid;
        for (uint256 i; i < 4; ++i) {
            uint256 expected = left == 0 ? 0 : requests.sponsoredBy(id, sponsors[i]) * left / requests.request(id).pot;
            if (expected == 0) _expect(IRequests.NothingToRefund.selector, id, _word(sponsors[i]));
            vm.assertEq(requests.refundFor(id, sponsors[i]), expected);
        }
        vm.assertLe(money.balanceOf(address(requests)), 3, "less than a unit per sponsor stays");
        vm.assertEq(left, pot);
    }
}
