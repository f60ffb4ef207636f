// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IProposals} from "../../src/Proposals/IProposals.sol";
import {Market} from "../Market.sol";

/// @notice The faults of the published prototype, and the attacks next to them.
contract PrototypeFaultsTest is Market {
    IProposals.Choice private constant YES = IProposals.Choice.Yes;
    IProposals.Choice private constant NO = IProposals.Choice.No;

    function test_voting_after_the_deadline_is_refused() public {
        uint256 id = _propose("shard", 10);
        _vote(id, cleo, YES);
        uint256 deadline = proposals.proposal(id).deadline;
        vm.warp(deadline);
        _vote(id, ben, YES);
        vm.warp(deadline + 1);
        _expect(IProposals.VotingIsOver.selector, id, deadline);
        _vote(id, ada, YES);
    }

    function test_transferred_shares_are_not_counted_twice() public {
        uint256 id = _propose("shard", 10);
        _vote(id, ada, YES);
        vm.prank(ada.at);
        shares.transfer(stranger.at, 500 * SHARE);
        mine(1);
        _expect(IProposals.NoVotingWeight.selector, id, _word(stranger.at), proposals.proposal(id).snapshot);
        _vote(id, stranger, YES);
        vm.assertEq(proposals.proposal(id).yes, 500 * SHARE);
    }

    function test_vote_transfer_back_and_vote_again_is_refused() public {
        uint256 id = _propose("shard", 10);
        _vote(id, ada, YES);
        vm.prank(ada.at);
        shares.transfer(ben.at, 500 * SHARE);
        mine(1);
        vm.prank(ben.at);
        shares.transfer(ada.at, 500 * SHARE);
        mine(1);
        _expect(IProposals.AlreadyVoted.selector, id, _word(ada.at));
        _vote(id, ada, YES);
        _vote(id, ben, NO);
        vm.assertEq(proposals.proposal(id).no, 300 * SHARE, "ben votes with what he held");
    }

    function test_shares_borrowed_in_the_block_of_the_proposal_do_not_vote() public {
        vm.prank(ada.at);
        shares.transfer(stranger.at, 500 * SHARE);
        uint256 id = _propose("shard", 10);
        _expect(IProposals.NoVotingWeight.selector, id, _word(stranger.at), proposals.proposal(id).snapshot);
        _vote(id, stranger, YES);
        _vote(id, ada, YES);
        vm.assertEq(proposals.proposal(id).yes, 500 * SHARE);
    }

    function test_acceptance_mints_shares_to_the_contributor() public {
        uint256 id = _propose("shard", 10);
        _vote(id, ada, YES);
        _vote(id, cleo, YES);
        _finalise(id);
        vm.assertEq(shares.balanceOf(contributor.at), SHARE, "ten points at a tenth of a share");
        vm.assertEq(shares.totalSupply(), 1_001 * SHARE);
    }

    function test_revenue_pays_dividends_to_every_shareholder() public {
        money.mint(address(this), 1_000 * DOLLAR);
        money.approve(address(shares), 1_000 * DOLLAR);
        shares.deposit(1_000 * DOLLAR);
        vm.assertEq(shares.claimFor(ada.at), 500 * DOLLAR);
        vm.assertEq(shares.claimFor(ben.at), 300 * DOLLAR);
        vm.assertEq(shares.claimFor(cleo.at), 200 * DOLLAR);
        vm.assertEq(money.balanceOf(address(shares)), 0);
    }

    function test_finalising_twice_is_refused() public {
        uint256 id = _propose("shard", 10);
        _vote(id, ada, YES);
        _vote(id, ben, YES);
        _finalise(id);
        _expect(IProposals.ProposalNotOpen.selector, id, uint256(IProposals.State.Accepted));
        proposals.finalise(id);
        vm.assertEq(shares.balanceOf(contributor.at), SHARE);
    }
}
