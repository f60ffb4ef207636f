// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IDatasets} from "../../src/Datasets/IDatasets.sol";
import {IProposals} from "../../src/Proposals/IProposals.sol";
import {Market} from "../Market.sol";

contract ProposalsTest is Market {
    IProposals.Choice private constant YES = IProposals.Choice.Yes;
    IProposals.Choice private constant NO = IProposals.Choice.No;

    function _state(uint256 id) private view returns (uint256) {
        return uint256(proposals.proposal(id).state);
    }

    function _is(uint256 id, IProposals.State state) private view {
        vm.assertEq(_state(id), uint256(state));
    }

    function _accepted(string memory name) private returns (uint256 id) {
        id = _propose(name, 10);
        _vote(id, ada, YES);
        _vote(id, ben, YES);
        _finalise(id);
    }

    // Opening

    function test_a_proposal_says_everything_it_was_opened_with() public {
        vm.roll(200);
        vm.expectEmit();
        emit IProposals.Proposed(
            1, datasetId, contributor.at, _root("shard"), 10, 199, 1_800_000_000 + 3 days, _cid(_root("shard"))
        );
        uint256 id = _propose("shard", 10);
        IProposals.Proposal memory p = proposals.proposal(id);
        _is(id, IProposals.State.Open);
        vm.assertEq(uint256(p.kind), uint256(IProposals.Kind.Listing));
        vm.assertFalse(p.shielded || p.extended || p.bondWithdrawn);
        vm.assertEq(p.datasetId, datasetId);
        vm.assertEq(p.shardRoot, _root("shard"));
        vm.assertEq(p.count, 10);
        vm.assertEq(p.contributor, contributor.at);
        vm.assertEq(p.snapshot, 199);
        vm.assertEq(p.deadline, 1_800_000_000 + 3 days);
        vm.assertEq(p.yes + p.no, 0);
        vm.assertEq(money.balanceOf(address(proposals)), BOND);
        vm.assertEq(proposals.proposalCount(), 1);
    }

    function test_an_empty_shard_is_refused() public {
        _expect(IDatasets.ShardEmpty.selector);
        _propose("shard", 0);
    }

    function test_without_the_bond_nothing_is_proposed() public {
        vm.startPrank(contributor.at);
        money.approve(address(proposals), BOND - 1);
        bytes4 short = IERC20Errors.ERC20InsufficientAllowance.selector;
        _expect(short, _word(address(proposals)), BOND - 1, BOND);
        proposals.propose(datasetId, _root("shard"), 1, "");
        _expect(short, _word(address(proposals)), BOND - 1, BOND);
        proposals.proposeDelisting(datasetId, "founding shard", "");
        _expect(short, _word(address(proposals)), BOND - 1, BOND);
        proposals.proposeReplacement(datasetId, 0, 0, 0, "");
        vm.assertEq(proposals.proposalCount(), 0);
    }

    function test_an_unknown_dataset_is_refused() public {
        _expect(IDatasets.DatasetUnknown.selector, 9);
        proposals.propose(9, _root("shard"), 1, "");
        _expect(IDatasets.DatasetUnknown.selector, 9);
        proposals.proposeDelisting(9, _root("shard"), "");
        _expect(IDatasets.DatasetUnknown.selector, uint256(1) << 32 | datasetId);
        proposals.propose(uint256(1) << 32 | datasetId, _root("shard"), 1, "");
    }

    function test_a_shard_that_is_in_already_is_refused() public {
        _accepted("shard");
        _expect(IDatasets.ShardAlreadyListed.selector, datasetId, uint256(_root("shard")));
        _propose("shard", 10);
        _expect(IDatasets.ShardAlreadyListed.selector, datasetId, uint256(bytes32("founding shard")));
        proposals.propose(datasetId, "founding shard", 1, "");
    }

    function test_an_unknown_proposal_is_refused_everywhere() public {
        bytes4 unknown = IProposals.ProposalUnknown.selector;
        _expect(unknown, 7);
        proposals.vote(7, YES);
        _expect(unknown, 7);
        proposals.finalise(7);
        _expect(unknown, 7);
        proposals.withdrawBond(7);
        _expect(unknown, 7);
        proposals.proposal(7);
        _expect(unknown, 7);
        proposals.outcome(7);
        _expect(unknown, 7);
        proposals.evaluationOf(7);
        _expect(unknown, 7);
        proposals.commitVote(7, "c");
        _expect(unknown, 7);
        proposals.revealVote(7, ada.at, YES, 0, "");
    }

    // Voting

    function test_a_vote_is_counted_with_the_weight_of_the_snapshot() public {
        uint256 id = _propose("shard", 10);
        vm.expectEmit();
        emit IProposals.Voted(id, ada.at, YES, 500 * SHARE);
        _vote(id, ada, YES);
        _vote(id, ben, NO);
        vm.assertEq(proposals.proposal(id).yes, 500 * SHARE);
        vm.assertEq(proposals.proposal(id).no, 300 * SHARE);
        vm.assertTrue(proposals.hasVoted(id, ada.at));
        vm.assertFalse(proposals.hasVoted(id, cleo.at));
        vm.assertFalse(proposals.hasVoted(id + 256, ada.at));
    }

    function test_a_reason_is_in_the_event_and_an_empty_one_is_not() public {
        uint256 id = _propose("shard", 10);
        vm.expectEmit();
        emit IProposals.VoteExplained(id, ada.at, "Clean labels.");
        vm.prank(ada.at);
        proposals.voteWithReason(id, YES, "Clean labels.");
        vm.recordLogs();
        vm.prank(ben.at);
        proposals.voteWithReason(id, YES, "");
        vm.assertEq(vm.getRecordedLogs().length, 1);
    }

    function test_a_second_vote_is_refused() public {
        uint256 id = _propose("shard", 10);
        _vote(id, ada, YES);
        _expect(IProposals.AlreadyVoted.selector, id, _word(ada.at));
        _vote(id, ada, NO);
    }

    function test_a_vote_without_shares_is_refused() public {
        uint256 id = _propose("shard", 10);
        _expect(IProposals.NoVotingWeight.selector, id, _word(stranger.at), proposals.proposal(id).snapshot);
        _vote(id, stranger, YES);
    }

    function test_votes_on_many_proposals_do_not_touch_each_other() public {
        for (uint256 i = 1; i <= 300; ++i) {
            uint256 id = _propose(vm.toString(i), 1);
            vm.assertFalse(proposals.hasVoted(id, ada.at));
            if (i % 3 == 0) _vote(id, ada, YES);
        }
        for (uint256 i = 1; i <= 300; ++i) {
            vm.assertTrue(proposals.hasVoted(i, ada.at) == (i % 3 == 0));
            vm.assertEq(proposals.proposal(i).yes, i % 3 == 0 ? 500 * SHARE : 0);
        }
    }

    // Deciding

    function test_nothing_is_decided_while_the_outcome_can_change() public {
        uint256 id = _propose("shard", 10);
        _vote(id, ada, YES);
        vm.assertEq(uint256(proposals.outcome(id)), uint256(IProposals.State.Open), "half is not more than half");
        _expect(IProposals.OutcomeUndecided.selector, id, proposals.proposal(id).deadline);
        proposals.finalise(id);
        _vote(id, ben, NO);
        _expect(IProposals.OutcomeUndecided.selector, id, proposals.proposal(id).deadline);
        proposals.finalise(id);
    }

    function test_yes_is_decided_as_soon_as_nobody_can_change_it() public {
        uint256 id = _propose("shard", 10);
        _vote(id, ada, YES);
        _vote(id, cleo, YES);
        vm.assertEq(uint256(proposals.outcome(id)), uint256(IProposals.State.Accepted));
        vm.prank(contributor.at);
        vm.expectEmit();
        emit IProposals.ProposalFinalised(id, IProposals.State.Accepted, 700 * SHARE, 0);
        vm.assertEq(uint256(proposals.finalise(id)), uint256(IProposals.State.Accepted));
        _is(id, IProposals.State.Accepted);
        vm.assertEq(uint256(proposals.outcome(id)), uint256(IProposals.State.Accepted));
    }

    /// @dev Nobody has to wait for a measurement that could bring nothing.
    function test_where_a_gain_brings_no_shares_anyone_ends_it_early() public {
        IDatasets.Charter memory charter = _charter();
        charter.policy.gainBonusBps = 0;
        uint256 other = datasets.create(charter);
        mine(1);
        vm.prank(contributor.at);
        uint256 id = proposals.propose(other, _root("shard"), 10, "");
        mine(1);
        _vote(id, ada, YES);
        _vote(id, ben, YES);
        vm.prank(stranger.at);
        vm.assertEq(uint256(proposals.finalise(id)), uint256(IProposals.State.Accepted));
        vm.assertEq(IERC20(datasets.sharesOf(other)).balanceOf(contributor.at), SHARE);
    }

    function test_no_is_decided_as_soon_as_nobody_can_change_it() public {
        uint256 id = _propose("shard", 10);
        _vote(id, ada, NO);
        vm.assertEq(uint256(_finalise(id)), uint256(IProposals.State.Rejected), "half cannot be beaten");
        _is(id, IProposals.State.Rejected);
    }

    function test_at_the_deadline_the_majority_of_the_votes_decides() public {
        uint256 id = _propose("shard", 10);
        _vote(id, ben, YES);
        uint256 other = _propose("other", 10);
        _vote(other, ben, NO);
        uint256 tied = _propose("tied", 10);
        _vote(tied, ada, YES);
        _vote(tied, ben, NO);
        _vote(tied, cleo, NO);
        skip(3 days + 1);
        _finalise(id);
        _finalise(other);
        _finalise(tied);
        _is(id, IProposals.State.Accepted);
        _is(other, IProposals.State.Rejected);
        _is(tied, IProposals.State.Rejected);
    }

    function test_without_a_quorum_a_proposal_expires() public {
        uint256 id = _propose("shard", 10);
        vm.assertEq(uint256(proposals.outcome(id)), uint256(IProposals.State.Open));
        skip(3 days + 1);
        _finalise(id);
        _is(id, IProposals.State.Expired);
    }

    function test_a_proposal_in_the_block_of_its_dataset_can_only_expire() public {
        uint256 fresh = datasets.create(_charter());
        vm.prank(contributor.at);
        uint256 id = proposals.propose(fresh, _root("shard"), 1, "");
        mine(1);
        _expect(IProposals.NoVotingWeight.selector, id, _word(ada.at), proposals.proposal(id).snapshot);
        _vote(id, ada, YES);
        skip(3 days + 1);
        vm.assertEq(uint256(_finalise(id)), uint256(IProposals.State.Expired));
    }

    function test_of_two_proposals_of_one_shard_the_first_wins_and_the_second_gets_its_bond_back() public {
        uint256 first = _propose("shard", 10);
        uint256 second = _propose("shard", 10);
        for (uint256 id = first; id <= second; ++id) {
            _vote(id, ada, YES);
            _vote(id, ben, YES);
        }
        _finalise(second);
        vm.assertEq(uint256(proposals.outcome(first)), uint256(IProposals.State.Expired));
        vm.assertEq(uint256(_finalise(first)), uint256(IProposals.State.Expired));
        vm.assertEq(shares.balanceOf(contributor.at), SHARE, "minted once");
        vm.assertEq(proposals.withdrawBond(first), BOND);
    }

    // A quorum that comes late

    function test_a_quorum_reached_late_extends_the_deadline_once() public {
        uint256 id = _propose("shard", 10);
        uint256 deadline = proposals.proposal(id).deadline;
        vm.warp(deadline - 10 minutes);
        vm.expectEmit();
        emit IProposals.DeadlineExtended(id, deadline + 50 minutes);
        _vote(id, cleo, YES);
        vm.assertEq(proposals.proposal(id).deadline, deadline + 50 minutes);
        vm.assertTrue(proposals.proposal(id).extended);
        vm.warp(deadline + 49 minutes);
        _vote(id, ben, NO);
        vm.assertEq(proposals.proposal(id).deadline, deadline + 50 minutes, "once");
    }

    function test_a_late_vote_that_brings_no_quorum_extends_nothing() public {
        vm.prank(cleo.at);
        shares.transfer(stranger.at, 50 * SHARE);
        mine(1);
        uint256 id = _propose("shard", 10);
        uint256 deadline = proposals.proposal(id).deadline;
        vm.warp(deadline - 10 minutes);
        _vote(id, cleo, YES);
        vm.assertFalse(proposals.proposal(id).extended, "150 of 200 needed");
        _vote(id, stranger, YES);
        vm.assertTrue(proposals.proposal(id).extended);
    }

    function test_a_late_vote_that_turns_nothing_extends_nothing() public {
        uint256 id = _propose("shard", 10);
        _vote(id, ben, YES);
        uint256 deadline = proposals.proposal(id).deadline;
        vm.warp(deadline);
        _vote(id, cleo, NO);
        vm.assertEq(proposals.proposal(id).deadline, deadline);
        _is(id, IProposals.State.Open);
    }

    /// @dev The quorum is there from the first day, and whoever waits for the last second to turn the vote is answered.
    function test_a_late_vote_that_turns_the_outcome_extends_once() public {
        vm.prank(ada.at);
        shares.transfer(stranger.at, 250 * SHARE);
        mine(1);
        uint256 id = _propose("shard", 10);
        _vote(id, cleo, YES);
        uint256 deadline = proposals.proposal(id).deadline;
        vm.warp(deadline);
        vm.expectEmit();
        emit IProposals.DeadlineExtended(id, deadline + 1 hours);
        _vote(id, ada, NO);
        vm.assertTrue(proposals.proposal(id).extended);
        vm.warp(deadline + 1 hours);
        _vote(id, ben, YES);
        vm.assertEq(proposals.proposal(id).deadline, deadline + 1 hours, "once, also if it turns again");
        vm.warp(deadline + 1 hours + 1);
        _expect(IProposals.VotingIsOver.selector, id, deadline + 1 hours);
        _vote(id, stranger, NO);
        vm.assertEq(uint256(_finalise(id)), uint256(IProposals.State.Accepted));
    }

    /// @dev The policy's last hour begins after this second.
    function test_an_outcome_that_turns_in_time_extends_nothing() public {
        uint256 id = _propose("shard", 10);
        _vote(id, cleo, YES);
        uint256 deadline = proposals.proposal(id).deadline;
        vm.warp(deadline - 1 hours);
        _vote(id, ben, NO);
        vm.assertFalse(proposals.proposal(id).extended);
    }

    function test_a_late_vote_on_a_delisting_turns_by_its_own_threshold() public {
        vm.prank(contributor.at);
        uint256 id = proposals.proposeDelisting(datasetId, "founding shard", "");
        mine(1);
        _vote(id, ada, YES);
        vm.warp(proposals.proposal(id).deadline);
        _vote(id, cleo, NO);
        vm.assertFalse(proposals.proposal(id).extended, "500 of 700 are more than two thirds");
        _vote(id, ben, NO);
        vm.assertTrue(proposals.proposal(id).extended, "500 of 1,000 are half, and not two thirds");
    }

    function test_a_policy_without_late_minutes_extends_nothing() public {
        IDatasets.Charter memory charter = _charter();
        charter.policy.lateQuorumMinutes = 0;
        uint256 other = datasets.create(charter);
        mine(1);
        vm.prank(contributor.at);
        uint256 id = proposals.propose(other, _root("shard"), 1, "");
        mine(1);
        uint256 deadline = proposals.proposal(id).deadline;
        vm.warp(deadline);
        _vote(id, ben, YES);
        vm.assertFalse(proposals.proposal(id).extended, "a quorum in the last second");
        vm.assertEq(proposals.proposal(id).deadline, deadline);
    }

    function test_the_longest_late_quorum_does_not_overflow() public {
        IDatasets.Charter memory charter = _charter();
        charter.policy.lateQuorumMinutes = type(uint16).max;
        uint256 other = datasets.create(charter);
        mine(1);
        vm.prank(contributor.at);
        uint256 id = proposals.propose(other, _root("shard"), 1, "");
        mine(1);
        uint256 time = vm.getBlockTimestamp();
        _vote(id, ada, NO);
        vm.assertEq(proposals.proposal(id).deadline, time + uint256(type(uint16).max) * 60);
    }

    // Bonds

    function test_the_bond_of_an_accepted_proposal_is_paid_back_once_and_only_to_its_contributor() public {
        uint256 id = _propose("shard", 10);
        uint256 before = money.balanceOf(contributor.at);
        _expect(IProposals.BondNotReturnable.selector, id, uint256(IProposals.State.Open));
        proposals.withdrawBond(id);
        _vote(id, ada, YES);
        _vote(id, ben, YES);
        _finalise(id);
        vm.expectEmit();
        emit IProposals.BondWithdrawn(id, contributor.at, BOND);
        vm.prank(stranger.at);
        proposals.withdrawBond(id);
        vm.assertEq(money.balanceOf(contributor.at), before + BOND);
        vm.assertTrue(proposals.proposal(id).bondWithdrawn);
        _expect(IProposals.BondAlreadyWithdrawn.selector, id);
        proposals.withdrawBond(id);
    }

    function test_the_bond_of_a_rejected_proposal_is_a_dividend() public {
        uint256 id = _propose("shard", 10);
        _vote(id, ada, NO);
        _finalise(id);
        vm.assertEq(shares.claimable(ada.at), BOND / 2);
        vm.assertEq(money.balanceOf(address(proposals)), 0);
        _expect(IProposals.BondNotReturnable.selector, id, uint256(IProposals.State.Rejected));
        proposals.withdrawBond(id);
    }

    function test_the_bond_of_an_expired_proposal_is_paid_back() public {
        uint256 id = _propose("shard", 10);
        skip(3 days + 1);
        _finalise(id);
        uint256 before = money.balanceOf(contributor.at);
        vm.assertEq(proposals.withdrawBond(id), BOND);
        vm.assertEq(money.balanceOf(contributor.at), before + BOND);
    }

    function test_a_policy_without_bond_moves_no_money() public {
        IDatasets.Charter memory charter = _charter();
        charter.policy.proposalBond = 0;
        uint256 free = datasets.create(charter);
        mine(1);
        vm.prank(cleo.at);
        uint256 rejected = proposals.propose(free, _root("bad"), 1, "");
        mine(1);
        _vote(rejected, ada, NO);
        _finalise(rejected);
        vm.assertEq(money.balanceOf(address(proposals)), 0);
        vm.prank(cleo.at);
        uint256 good = proposals.propose(free, _root("good"), 1, "");
        mine(1);
        _vote(good, ada, YES);
        _vote(good, ben, YES);
        _finalise(good);
        vm.assertEq(proposals.withdrawBond(good), 0);
    }

    // Delisting

    function test_a_super_majority_takes_a_shard_off_the_list() public {
        uint256 id = _accepted("shard");
        uint256 time = vm.getBlockTimestamp();
        vm.expectEmit();
        emit IProposals.DelistingProposed(
            2, datasetId, stranger.at, _root("shard"), vm.getBlockNumber() - 1, time + 3 days, "Scraped."
        );
        vm.prank(stranger.at);
        uint256 delisting = proposals.proposeDelisting(datasetId, _root("shard"), "Scraped.");
        mine(1);
        vm.assertEq(uint256(proposals.proposal(delisting).kind), uint256(IProposals.Kind.Delisting));
        _vote(delisting, ada, YES);
        _vote(delisting, ben, YES);
        vm.prank(contributor.at);
        vm.expectEmit();
        emit IProposals.ProposalDelisted(id, delisting);
        proposals.finalise(delisting);
        _is(id, IProposals.State.Delisted);
        _is(delisting, IProposals.State.Accepted);
        vm.assertTrue(datasets.shard(datasetId, _root("shard")).delisted);
        vm.assertEq(proposals.withdrawBond(delisting), BOND);
        vm.assertEq(proposals.withdrawBond(id), BOND, "the contributor's bond had been earned");
        _expect(IDatasets.ShardAlreadyListed.selector, datasetId, uint256(_root("shard")));
        _propose("shard", 10);
        _expect(IProposals.ShardAlreadyDelisted.selector, datasetId, uint256(_root("shard")));
        proposals.proposeDelisting(datasetId, _root("shard"), "");
    }

    function test_a_simple_majority_does_not_delist() public {
        uint256 id = _accepted("shard");
        vm.prank(stranger.at);
        uint256 delisting = proposals.proposeDelisting(datasetId, _root("shard"), "");
        mine(1);
        _vote(delisting, ada, YES);
        _vote(delisting, ben, NO);
        skip(3 days + 1);
        _finalise(delisting);
        _is(delisting, IProposals.State.Rejected);
        _is(id, IProposals.State.Accepted);
    }

    function test_the_founding_shard_can_be_delisted() public {
        vm.prank(stranger.at);
        uint256 delisting = proposals.proposeDelisting(datasetId, "founding shard", "");
        mine(1);
        _vote(delisting, ada, YES);
        _vote(delisting, ben, YES);
        _finalise(delisting);
        vm.assertTrue(datasets.shard(datasetId, "founding shard").delisted);
    }

    function test_a_delisting_of_what_was_delisted_meanwhile_expires() public {
        vm.startPrank(stranger.at);
        uint256 first = proposals.proposeDelisting(datasetId, "founding shard", "");
        uint256 second = proposals.proposeDelisting(datasetId, "founding shard", "");
        vm.stopPrank();
        mine(1);
        for (uint256 id = first; id <= second; ++id) {
            _vote(id, ada, YES);
            _vote(id, ben, YES);
            _finalise(id);
        }
        _is(second, IProposals.State.Expired);
    }

    function test_an_unknown_shard_cannot_be_delisted() public {
        _expect(IDatasets.ShardUnknown.selector, datasetId, uint256(_root("nothing")));
        proposals.proposeDelisting(datasetId, _root("nothing"), "");
    }

    /// @dev Every ended state refuses every act that only an open proposal allows.
    function test_no_ended_state_is_left() public {
        uint256[4] memory ended;
        ended[0] = _accepted("accepted");
        ended[1] = _propose("rejected", 1);
        _vote(ended[1], ada, NO);
        _finalise(ended[1]);
        ended[2] = _propose("expired", 1);
        ended[3] = _accepted("delisted");
        vm.prank(stranger.at);
        uint256 delisting = proposals.proposeDelisting(datasetId, _root("delisted"), "");
        mine(1);
        _vote(delisting, ada, YES);
        _vote(delisting, ben, YES);
        _finalise(delisting);
        vm.warp(proposals.proposal(ended[2]).deadline + 1);
        _finalise(ended[2]);
        vm.warp(1_800_000_000);

        IProposals.State[4] memory states = [
            IProposals.State.Accepted, IProposals.State.Rejected, IProposals.State.Expired, IProposals.State.Delisted
        ];
        for (uint256 i; i < 4; ++i) {
            uint256 id = ended[i];
            _is(id, states[i]);
            uint256 state = uint256(states[i]);
            bytes4 closed = IProposals.ProposalNotOpen.selector;
            _expect(closed, id, state);
            proposals.finalise(id);
            _expect(closed, id, state);
            _vote(id, cleo, YES);
            _expect(closed, id, state);
            proposals.commitVote(id, "commitment");
            _expect(closed, id, state);
            proposals.revealVote(id, cleo.at, YES, 0, "");
            IProposals.Evaluation memory evaluation = _evaluation(id, 1, 2);
            bytes memory signature = _sign(referee.key, proposals.evaluationDigest(evaluation));
            _expect(closed, id, state);
            proposals.postEvaluation(evaluation, signature);
        }
    }

    function testFuzz_the_outcome_follows_the_rules(uint8 votes, bool over) public {
        uint256 id = _propose("shard", 10);
        Person[3] memory voters = [ada, ben, cleo];
        uint256[3] memory weights = [uint256(500), 300, 200];
        uint256 yes;
        uint256 no;
        for (uint256 i; i < 3; ++i) {
            uint256 act = (votes >> (2 * i)) & 3;
            if (act == 1) yes += weights[i];
            if (act == 2) no += weights[i];
            if (act == 1 || act == 2) _vote(id, voters[i], act == 1 ? YES : NO);
        }
        if (over) skip(3 days + 1);
        IProposals.State expected = IProposals.State.Open;
        if (yes + no < 200) {
            if (over) expected = IProposals.State.Expired;
        } else if (over) {
            expected = yes > no ? IProposals.State.Accepted : IProposals.State.Rejected;
        } else if (yes > 500) {
            expected = IProposals.State.Accepted;
        } else if (no >= 500) {
            expected = IProposals.State.Rejected;
        }
        vm.assertEq(uint256(proposals.outcome(id)), uint256(expected));
    }
}
