// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IWorkers} from "../../src/Workers/IWorkers.sol";
import {Market} from "../Market.sol";

contract WorkersTest is Market {
    address private _worker;

    function setUp() public override {
        super.setUp();
        _enrol();
        _worker = crew[0].at;
    }

    function _register(Person memory person, uint96 stake, bytes memory key) private {
        vm.prank(person.at);
        workers.register(stake, DOLLAR, key, "capabilities");
    }

    function _key() private pure returns (bytes memory) {
        return abi.encodePacked(hex"03", keccak256("key"));
    }

    function test_a_worker_registers_with_stake_fee_and_key() public {
        vm.expectEmit();
        emit IWorkers.WorkerRegistered(stranger.at, STAKE + 1, DOLLAR, _key(), "capabilities");
        _register(stranger, STAKE + 1, _key());
        IWorkers.Worker memory worker = workers.workerOf(stranger.at);
        vm.assertEq(worker.stake, STAKE + 1);
        vm.assertEq(worker.minimumFee, DOLLAR);
        vm.assertEq(worker.exitAt, 0);
        vm.assertTrue(workers.isRegistered(stranger.at));
        vm.assertTrue(workers.isActive(stranger.at));
        vm.assertEq(money.balanceOf(address(workers)), 4 * STAKE + 1);
        vm.assertEq(workers.money(), address(money));
        vm.assertEq(workers.jobs(), address(jobs));
        vm.assertEq(workers.minimumStake(), STAKE);
        vm.assertEq(workers.coolDown(), COOL_DOWN);
        vm.assertEq(workers.slashBps(), 5_000);
    }

    function test_bad_registrations_are_refused() public {
        _expect(IWorkers.StakeTooLow.selector, STAKE - 1, STAKE);
        _register(stranger, STAKE - 1, _key());
        _expect(IWorkers.EncryptionKeyInvalid.selector, 32);
        _register(stranger, STAKE, abi.encode(1));
        _expect(IWorkers.WorkerAlreadyRegistered.selector, _word(_worker));
        _register(crew[0], STAKE, _key());
        vm.expectRevert(abi.encodeWithSelector(IWorkers.StakeTooLow.selector, 0, 1));
        vm.deployCode("Workers.sol:Workers", abi.encode(money, 0, 0));
    }

    function test_a_cool_down_has_an_end() public {
        vm.expectRevert(abi.encodeWithSelector(IWorkers.CoolDownInvalid.selector, 365 days + 1, 365 days));
        vm.deployCode("Workers.sol:Workers", abi.encode(money, STAKE, 365 days + 1));
        vm.deployCode("Workers.sol:Workers", abi.encode(money, STAKE, 365 days));
    }

    function test_a_worker_changes_its_fee_and_adds_stake() public {
        vm.expectEmit();
        emit IWorkers.MinimumFeeChanged(_worker, 5);
        vm.prank(_worker);
        workers.changeMinimumFee(5);
        vm.expectEmit();
        emit IWorkers.StakeAdded(_worker, 7, STAKE + 7);
        vm.prank(_worker);
        workers.addStake(7);
        vm.assertEq(workers.workerOf(_worker).minimumFee, 5);
        vm.assertEq(workers.workerOf(_worker).stake, STAKE + 7);
        vm.assertEq(money.balanceOf(address(workers)), 3 * STAKE + 7);
    }

    function test_a_stake_is_withdrawn_after_the_cool_down_only() public {
        vm.prank(_worker);
        _expect(IWorkers.ExitNotBegun.selector, _word(_worker));
        workers.withdrawStake();
        uint256 exitAt = vm.getBlockTimestamp() + COOL_DOWN;
        vm.expectEmit();
        emit IWorkers.ExitBegun(_worker, exitAt);
        vm.prank(_worker);
        workers.beginExit();
        vm.assertTrue(workers.isRegistered(_worker));
        vm.assertFalse(workers.isActive(_worker));
        vm.warp(exitAt - 1);
        vm.prank(_worker);
        _expect(IWorkers.CoolingDown.selector, _word(_worker), exitAt);
        workers.withdrawStake();
        vm.warp(exitAt);
        uint256 before = money.balanceOf(_worker);
        vm.expectEmit();
        emit IWorkers.StakeWithdrawn(_worker, STAKE);
        vm.prank(_worker);
        workers.withdrawStake();
        vm.assertEq(money.balanceOf(_worker), before + STAKE);
        vm.assertFalse(workers.isRegistered(_worker));
        vm.assertFalse(workers.isActive(_worker));
        _register(crew[0], STAKE, _key());
        vm.assertTrue(workers.isActive(_worker));
    }

    function test_a_leaving_worker_changes_nothing_and_can_still_be_slashed() public {
        vm.startPrank(_worker);
        workers.beginExit();
        uint256 exitAt = workers.workerOf(_worker).exitAt;
        bytes4 leaving = IWorkers.ExitAlreadyBegun.selector;
        _expect(leaving, _word(_worker), exitAt);
        workers.beginExit();
        _expect(leaving, _word(_worker), exitAt);
        workers.changeMinimumFee(1);
        _expect(leaving, _word(_worker), exitAt);
        workers.addStake(1);
        vm.stopPrank();
        vm.expectEmit();
        emit IWorkers.WorkerSlashed(_worker, STAKE / 2, STAKE / 2);
        vm.prank(address(jobs));
        vm.assertEq(workers.slash(_worker), STAKE / 2);
        vm.assertFalse(workers.isActive(_worker));
        vm.assertEq(money.balanceOf(address(jobs)), STAKE / 2);
    }

    function test_a_slashed_worker_is_drawn_again_only_with_the_whole_stake() public {
        vm.prank(address(jobs));
        workers.slash(_worker);
        vm.assertFalse(workers.isActive(_worker));
        vm.prank(_worker);
        workers.addStake(STAKE / 2);
        vm.assertTrue(workers.isActive(_worker));
    }

    function test_only_jobs_slash() public {
        _expect(IWorkers.OnlyJobs.selector, _word(address(this)));
        workers.slash(_worker);
    }

    function test_a_stranger_is_no_worker() public {
        bytes4 unknown = IWorkers.WorkerUnknown.selector;
        vm.startPrank(stranger.at);
        _expect(unknown, _word(stranger.at));
        workers.changeMinimumFee(1);
        _expect(unknown, _word(stranger.at));
        workers.addStake(1);
        _expect(unknown, _word(stranger.at));
        workers.beginExit();
        _expect(unknown, _word(stranger.at));
        workers.withdrawStake();
        vm.stopPrank();
        vm.prank(address(jobs));
        _expect(unknown, _word(stranger.at));
        workers.slash(stranger.at);
        address[] memory some = new address[](2);
        (some[0], some[1]) = (_worker, stranger.at);
        _expect(unknown, _word(stranger.at));
        workers.requireRegistered(some);
        vm.assertFalse(workers.isRegistered(stranger.at));
    }

    function testFuzz_no_number_of_slashes_ends_a_registration(uint96 stake, uint8 times) public {
        stake = uint96(bound(stake, STAKE, 1_000 * DOLLAR));
        _register(stranger, stake, _key());
        uint256 taken;
        for (uint256 i; i < times; ++i) {
            vm.prank(address(jobs));
            taken += workers.slash(stranger.at);
        }
        vm.assertTrue(workers.isRegistered(stranger.at));
        vm.assertEq(taken + workers.workerOf(stranger.at).stake, stake);
    }
}
