// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IProposals} from "../src/Proposals/IProposals.sol";
import {Market} from "./Market.sol";

/// @notice Money that some accounts can no longer receive, as real ones have.
contract BlockingMoney is ERC20("Blocking", "BLK") {
    mapping(address => bool) public blocked;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function block_(address account) external {
        blocked[account] = true;
    }

    function _update(address from, address to, uint256 amount) internal override {
        require(!blocked[to], "blocked");
        super._update(from, to, amount);
    }
}

/// @notice Whoever cannot or will not take money harms itself alone; whoever is first wins nothing by it.
contract AttacksTest is Market {
    IProposals.Choice private constant YES = IProposals.Choice.Yes;
    BlockingMoney private _blocking;

    function _newMoney() internal override returns (IERC20) {
        _blocking = new BlockingMoney();
        return _blocking;
    }

    function _carry(uint256 id) private {
        _vote(id, ada, YES);
        _vote(id, ben, YES);
        _finalise(id);
    }

    function test_a_contributor_that_rejects_money_blocks_no_proposal() public {
        uint256 id = _propose("shard", 10);
        vm.prank(stranger.at);
        uint256 other = proposals.propose(datasetId, _root("other"), 10, "");
        mine(1);
        _blocking.block_(contributor.at);
        _carry(id);
        _carry(other);
        vm.assertEq(shares.balanceOf(contributor.at), SHARE);
        vm.expectRevert();
        proposals.withdrawBond(id);
        vm.assertEq(proposals.withdrawBond(other), BOND);
    }

    function test_a_holder_that_rejects_money_blocks_no_dividend() public {
        _blocking.mint(address(this), 1_000);
        _blocking.approve(address(shares), 1_000);
        _blocking.block_(ada.at);
        shares.deposit(1_000);
        vm.expectRevert();
        shares.claimFor(ada.at);
        vm.assertEq(shares.claimFor(ben.at), 300);
        vm.prank(ada.at);
        shares.transfer(cleo.at, 500 * SHARE);
        vm.assertEq(shares.claimable(ada.at), 500, "what it has earned waits for it");
    }

    function test_a_buyer_or_worker_that_rejects_money_blocks_no_channel() public {
        uint256 model = _register(stranger, _registration());
        vm.prank(stranger.at);
        predictions.appoint(model, crew[0].at, 3_000);
        vm.prank(buyer.at);
        uint256 id = predictions.open(model, crew[0].at, address(0), 100);
        _blocking.block_(buyer.at);
        _blocking.block_(crew[0].at);
        predictions.settle(id, 50, _voucher(id, 50, buyer.key));
        vm.prank(crew[0].at);
        predictions.close(id);
        predictions.distribute(model, new uint256[](0));
        vm.assertEq(predictions.withdrawFor(stranger.at), 28);
        vm.expectRevert();
        predictions.withdrawFor(buyer.at);
        vm.assertEq(predictions.owed(buyer.at), 50);
    }

    function test_a_buyer_that_rejects_money_blocks_no_refund_of_others() public {
        uint256 mine_ = _create(_order());
        _fund(ada.at);
        vm.prank(ada.at);
        uint256 theirs = jobs.create(_order());
        skip(1 days);
        _blocking.block_(buyer.at);
        jobs.refund(mine_);
        jobs.refund(theirs);
        vm.expectRevert();
        jobs.withdrawFor(buyer.at);
        vm.assertEq(jobs.withdrawFor(ada.at), PRICE + 35 * DOLLAR);
    }

    function test_whoever_finalises_first_changes_nothing() public {
        uint256 id = _propose("shard", 10);
        _vote(id, ada, YES);
        _vote(id, ben, YES);
        _expect(IProposals.EvaluationMayFollow.selector, id, proposals.proposal(id).deadline);
        vm.prank(stranger.at);
        proposals.finalise(id);
        _post(_evaluation(id, 900_000, 910_000), referee.key);
        vm.prank(stranger.at);
        proposals.finalise(id);
        vm.assertEq(shares.balanceOf(contributor.at), SHARE * 11 / 10, "the shares are the contributor's, with the bonus");
        vm.assertEq(shares.balanceOf(stranger.at), 0);
        vm.expectRevert(abi.encodeWithSelector(IProposals.ProposalNotOpen.selector, id, IProposals.State.Accepted));
        proposals.finalise(id);
        uint256 before = money.balanceOf(contributor.at);
        vm.prank(stranger.at);
        proposals.withdrawBond(id);
        vm.assertEq(money.balanceOf(contributor.at), before + BOND, "and so is the bond");
    }

    function test_nobody_waits_for_an_evaluation_longer_than_one_can_come() public {
        uint256 measurable = _propose("shard", 10);
        uint256 later = _propose("other", 10);
        _vote(measurable, ada, YES);
        _vote(measurable, ben, YES);
        _vote(later, ada, YES);
        _vote(later, ben, YES);
        vm.prank(contributor.at);
        proposals.finalise(measurable);
        vm.assertEq(shares.balanceOf(contributor.at), SHARE, "its contributor may go without");
        skip(3 days + 1);
        vm.prank(stranger.at);
        proposals.finalise(later);
        vm.assertEq(shares.balanceOf(contributor.at), 2 * SHARE);
    }

    /// @dev Somebody sees a root in the queue of transactions and proposes it first: the shareholders choose whose it is,
    /// and the other gets its bond back.
    function test_a_root_that_was_copied_from_the_queue_takes_nothing_from_its_contributor() public {
        vm.prank(stranger.at);
        uint256 copy = proposals.propose(datasetId, _root("shard"), 10, _cid(_root("shard")));
        uint256 original = _propose("shard", 10);
        _carry(original);
        _vote(copy, ada, YES);
        _vote(copy, ben, YES);
        vm.assertEq(uint256(_finalise(copy)), uint256(IProposals.State.Expired));
        vm.assertEq(shares.balanceOf(stranger.at), 0);
        vm.assertEq(proposals.withdrawBond(copy), BOND);
    }

    /// @dev Shares lent for one transaction: bought after the proposal opened, they vote neither on it nor, sent back before
    /// the next one opens, on that.
    function test_flash_loaned_shares_decide_nothing() public {
        uint256 open = _propose("shard", 10);
        vm.prank(ada.at);
        shares.transfer(stranger.at, 500 * SHARE);
        uint256 snapshot = proposals.proposal(open).snapshot;
        _expect(IProposals.NoVotingWeight.selector, open, _word(stranger.at), snapshot);
        _vote(open, stranger, YES);
        vm.prank(stranger.at);
        uint256 own = proposals.propose(datasetId, _root("own"), 10, "");
        _expect(IProposals.NoVotingWeight.selector, own, _word(stranger.at), vm.getBlockNumber() - 1);
        _vote(own, stranger, YES);
        vm.prank(stranger.at);
        shares.transfer(ada.at, 500 * SHARE);
        mine(1);
        _expect(IProposals.NoVotingWeight.selector, own, _word(stranger.at), vm.getBlockNumber() - 2);
        _vote(own, stranger, YES);
        _vote(open, ada, YES);
    }
}
