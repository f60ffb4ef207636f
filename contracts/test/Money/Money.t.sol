// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IJobs} from "../../src/Jobs/IJobs.sol";
import {Escrow} from "../../src/Money/Escrow.sol";
import {IProposals} from "../../src/Proposals/IProposals.sol";
import {IWorkers} from "../../src/Workers/IWorkers.sol";
import {Market} from "../Market.sol";

/// @notice Money that misbehaves on demand: takes a fee, answers false, or calls back while it moves.
contract BadMoney is ERC20("Bad", "BAD") {
    uint256 public feeBps;
    bool public refuses;
    address public target;
    bytes public call;
    bool public reentered;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function takeFee(uint256 bps) external {
        feeBps = bps;
    }

    function refuse(bool yes) external {
        refuses = yes;
    }

    function reenter(address target_, bytes calldata call_) external {
        (target, call) = (target_, call_);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return !refuses && super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return !refuses && super.transferFrom(from, to, amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        uint256 fee = from == address(0) || to == address(0) ? 0 : amount * feeBps / 10_000;
        super._update(from, to, amount - fee);
        if (fee != 0) super._update(from, address(0), fee);
        if (target != address(0)) {
            address once = target;
            target = address(0);
            (reentered,) = once.call(call);
        }
    }
}

contract MoneyTest is Market {
    BadMoney private _bad;

    function _newMoney() internal override returns (IERC20) {
        _bad = new BadMoney();
        return _bad;
    }

    function test_money_that_takes_a_fee_opens_nothing() public {
        _bad.takeFee(100);
        vm.prank(contributor.at);
        _expect(Escrow.MoneyShort.selector, BOND, BOND * 99 / 100);
        proposals.propose(datasetId, _root("shard"), 1, "");
        IJobs.Order memory order = _order();
        vm.prank(buyer.at);
        _expect(Escrow.MoneyShort.selector, 85 * DOLLAR, 85 * DOLLAR * 99 / 100);
        jobs.create(order);
        bytes memory key = abi.encodePacked(hex"02", _root("key"));
        vm.prank(stranger.at);
        _expect(Escrow.MoneyShort.selector, STAKE, STAKE * 99 / 100);
        workers.register(STAKE, 0, key, 0);
        vm.prank(stranger.at);
        _bad.approve(address(shares), type(uint256).max);
        vm.prank(stranger.at);
        _expect(Escrow.MoneyShort.selector, 100, 99);
        shares.deposit(100);
    }

    function test_money_that_takes_a_fee_opens_no_channel() public {
        uint256 model = _register(stranger, _registration());
        _bad.takeFee(100);
        vm.prank(buyer.at);
        _expect(Escrow.MoneyShort.selector, 100, 99);
        predictions.open(model, stranger.at, address(0), 100);
    }

    function test_earnings_cannot_be_withdrawn_twice_from_within() public {
        uint256 model = _register(stranger, _registration());
        vm.prank(buyer.at);
        uint256 id = predictions.open(model, stranger.at, address(0), 100);
        predictions.settle(id, 40, _voucher(id, 40, buyer.key));
        predictions.distribute(model, new uint256[](0));
        _bad.reenter(address(predictions), abi.encodeCall(predictions.withdrawFor, (stranger.at)));
        vm.assertEq(predictions.withdrawFor(stranger.at), 32);
        vm.assertFalse(_bad.reentered());
        vm.assertEq(money.balanceOf(address(predictions)), 60);
    }

    /// @dev Whoever the dataset's part is on its way to cannot have the same earnings distributed again.
    function test_earnings_cannot_be_distributed_twice_from_within() public {
        uint256 model = _register(stranger, _registration());
        vm.prank(buyer.at);
        uint256 id = predictions.open(model, stranger.at, address(0), 100);
        predictions.settle(id, 40, _voucher(id, 40, buyer.key));
        _bad.reenter(address(predictions), abi.encodeCall(predictions.distribute, (model, new uint256[](0))));
        predictions.distribute(model, new uint256[](0));
        vm.assertFalse(_bad.reentered());
        vm.assertEq(money.balanceOf(address(predictions)), 92);
    }

    function test_money_that_answers_false_opens_nothing_and_closes_nothing() public {
        uint256 id = _propose("shard", 1);
        _bad.refuse(true);
        vm.prank(contributor.at);
        _expect(SafeERC20.SafeERC20FailedOperation.selector, _word(address(_bad)));
        proposals.propose(datasetId, _root("other"), 1, "");
        skip(3 days + 1);
        _finalise(id);
        _expect(SafeERC20.SafeERC20FailedOperation.selector, _word(address(_bad)));
        proposals.withdrawBond(id);
        _bad.refuse(false);
        vm.assertEq(proposals.withdrawBond(id), BOND);
    }

    /// @dev A stake slashed through money with a fee credits what arrived, not what left.
    function test_a_fee_on_a_slashed_stake_is_nobodys_credit() public {
        _enrol();
        IJobs.Order memory order = _order();
        uint256 id = _create(order);
        _bad.takeFee(1_000);
        IJobs.Verdict memory verdict = IJobs.Verdict(id, crew[0].at, stranger.at, "evidence");
        jobs.convict(verdict, _sign(referee.key, jobs.verdictDigest(verdict)));
        vm.assertEq(jobs.owed(stranger.at) + jobs.owed(buyer.at), 45 * DOLLAR);
        vm.assertEq(money.balanceOf(address(jobs)), 85 * DOLLAR + 45 * DOLLAR);
    }

    function test_a_bond_cannot_be_withdrawn_twice_from_within() public {
        uint256 id = _propose("shard", 1);
        _propose("other", 1);
        skip(3 days + 1);
        _finalise(id);
        _bad.reenter(address(proposals), abi.encodeCall(IProposals.withdrawBond, (id)));
        proposals.withdrawBond(id);
        vm.assertFalse(_bad.reentered());
        vm.assertEq(money.balanceOf(address(proposals)), BOND);
    }

    function test_a_credit_cannot_be_withdrawn_twice_from_within() public {
        uint256 id = _create(_order());
        _create(_order());
        skip(1 days);
        jobs.refund(id);
        _bad.reenter(address(jobs), abi.encodeCall(IJobs.withdrawFor, (buyer.at)));
        jobs.withdrawFor(buyer.at);
        vm.assertFalse(_bad.reentered());
        vm.assertEq(money.balanceOf(address(jobs)), 85 * DOLLAR);
    }

    function test_a_dividend_cannot_be_claimed_twice_from_within() public {
        _bad.mint(address(this), 1_000);
        _bad.approve(address(shares), 1_000);
        shares.deposit(1_000);
        _bad.reenter(address(shares), abi.encodeWithSignature("claimFor(address)", ada.at));
        vm.assertEq(shares.claimFor(ada.at), 500);
        vm.assertFalse(_bad.reentered());
        vm.assertEq(money.balanceOf(address(shares)), 500);
    }

    /// @dev The deposit counts before the money has moved, so a claim from within takes money that is not there yet.
    function test_a_dividend_cannot_be_claimed_before_it_is_paid() public {
        _bad.mint(address(this), 2_000);
        _bad.approve(address(shares), 2_000);
        shares.deposit(1_000);
        _bad.reenter(address(shares), abi.encodeWithSignature("claimFor(address)", ada.at));
        vm.expectRevert();
        shares.deposit(1_000);
        vm.assertEq(shares.claimable(ada.at), 500);
    }

    function test_a_stake_cannot_be_withdrawn_twice_from_within() public {
        _enrol();
        vm.prank(crew[0].at);
        workers.beginExit();
        skip(COOL_DOWN);
        _bad.reenter(address(workers), abi.encodeCall(IWorkers.withdrawStake, ()));
        vm.prank(crew[0].at);
        workers.withdrawStake();
        vm.assertFalse(_bad.reentered());
        vm.assertEq(money.balanceOf(address(workers)), 2 * STAKE);
    }
}

contract TestDollarTest is Market {
    function test_it_has_six_decimals_and_is_minted_by_its_owner() public {
        vm.assertEq(money.decimals(), 6);
        _expect(Ownable.OwnableUnauthorizedAccount.selector, _word(stranger.at));
        vm.prank(stranger.at);
        money.mint(stranger.at, 1);
    }
}
