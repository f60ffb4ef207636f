// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Datasets} from "../src/Datasets/Datasets.sol";
import {IJobs} from "../src/Jobs/IJobs.sol";
import {Jobs} from "../src/Jobs/Jobs.sol";
import {TestDollar} from "../src/Money/TestDollar.sol";
import {IProposals} from "../src/Proposals/IProposals.sol";
import {Proposals} from "../src/Proposals/Proposals.sol";
import {Shares} from "../src/Shares/Shares.sol";
import {Workers} from "../src/Workers/Workers.sol";
import {Handler} from "./Handler.sol";
import {Test, Vm} from "./Test.sol";

/// @notice The words are in INVARIANTS.md, the numbers are the same.
contract InvariantsTest is Test {
    Handler private _handler;
    TestDollar private _money;
    Datasets private _datasets;
    Proposals private _proposals;
    Shares private _shares;
    Jobs private _jobs;
    Workers private _workers;
    address[9] private _actors;

    function setUp() public {
        _handler = Handler(vm.deployCode("Handler.sol", ""));
        address[7] memory at = _handler.market();
        _money = TestDollar(at[0]);
        _datasets = Datasets(at[1]);
        _proposals = Proposals(at[2]);
        _shares = Shares(at[3]);
        _jobs = Jobs(at[4]);
        _workers = Workers(at[5]);
        _actors = _handler.actors();
    }

    /// @dev Foundry's hooks.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function targetSelectors() external view returns (Vm.FuzzSelector[] memory selectors) {
        selectors = new Vm.FuzzSelector[](1);
        bytes4[] memory acts = new bytes4[](18);
        acts[0] = Handler.transfer.selector;
        acts[1] = Handler.delegate.selector;
        acts[2] = Handler.deposit.selector;
        acts[3] = Handler.claim.selector;
        acts[4] = Handler.propose.selector;
        acts[5] = Handler.vote.selector;
        acts[6] = Handler.vote.selector;
        acts[7] = Handler.evaluate.selector;
        acts[8] = Handler.finalise.selector;
        acts[9] = Handler.withdrawBond.selector;
        acts[10] = Handler.order.selector;
        acts[11] = Handler.step.selector;
        acts[12] = Handler.claimPay.selector;
        acts[13] = Handler.convict.selector;
        acts[14] = Handler.withdraw.selector;
        acts[15] = Handler.register.selector;
        acts[16] = Handler.wait_.selector;
        acts[17] = Handler.addStake.selector;
        selectors[0] = Vm.FuzzSelector(address(_handler), acts);
    }

    function invariant_01_nothing_appears_or_vanishes() public view {
        uint256 held = _money.balanceOf(address(_proposals)) + _money.balanceOf(address(_shares))
            + _money.balanceOf(address(_jobs)) + _money.balanceOf(address(_workers));
        vm.assertEq(_handler.paidIn(), held + _handler.takenOut());
        vm.assertEq(_money.balanceOf(address(_datasets)), 0);
    }

    function invariant_02_jobs_are_covered() public view {
        uint256 owed;
        for (uint256 i; i < 9; ++i) {
            owed += _jobs.owed(_actors[i]);
        }
        for (uint256 id = 1; id <= _jobs.jobCount(); ++id) {
            IJobs.Job memory job = _jobs.job(id);
            owed += job.pay;
            if (job.state < IJobs.State.Settled) owed += _datasets.trainingPrice(job.datasetId);
        }
        vm.assertEq(_money.balanceOf(address(_jobs)), owed);
    }

    function invariant_03_bonds_are_covered() public view {
        uint256 bonds;
        for (uint256 id = 1; id <= _proposals.proposalCount(); ++id) {
            IProposals.Proposal memory p = _proposals.proposal(id);
            if (p.state != IProposals.State.Rejected && !p.bondWithdrawn) bonds += 10e6;
        }
        vm.assertEq(_money.balanceOf(address(_proposals)), bonds);
    }

    function invariant_04_stakes_are_covered() public view {
        uint256 stakes;
        for (uint256 i = 5; i < 8; ++i) {
            stakes += _workers.workerOf(_actors[i]).stake;
        }
        vm.assertEq(_money.balanceOf(address(_workers)), stakes);
    }

    function invariant_05_dividends_are_covered() public view {
        uint256 claimable;
        for (uint256 i; i < 5; ++i) {
            claimable += _shares.claimable(_actors[i]);
        }
        uint256 held = _money.balanceOf(address(_shares));
        vm.assertLe(claimable, held, "covered");
        vm.assertLe(held - claimable, 6 + _shares.totalSupply() / 1e21, "nothing is kept back");
    }

    function invariant_06_balances_sum_up_to_the_supply() public view {
        uint256 sum;
        for (uint256 i; i < 5; ++i) {
            sum += _shares.balanceOf(_actors[i]);
        }
        vm.assertEq(sum, _shares.totalSupply());
    }

    function invariant_07_votes_sum_up_to_the_supply() public view {
        uint256 sum;
        for (uint256 i; i < 5; ++i) {
            sum += _shares.getVotes(_actors[i]);
        }
        vm.assertEq(sum, _shares.totalSupply());
    }

    function invariant_09_shares_come_from_acceptance_alone() public view {
        vm.assertEq(_shares.totalSupply(), _handler.minted());
    }

    function invariant_11_and_12_votes_weigh_what_the_snapshot_says() public view {
        for (uint256 id = 1; id <= _proposals.proposalCount(); ++id) {
            IProposals.Proposal memory p = _proposals.proposal(id);
            vm.assertLe(p.yes + p.no, _shares.getPastTotalSupply(p.snapshot), "11");
            vm.assertEq(p.yes + p.no, _handler.votedWeight(id), "12");
        }
    }

    /// @dev 10, 13, 14, 15 and the promises of `outcome` are checked by the handler around every call.
    function invariant_10_13_14_15_no_act_broke_a_rule() public view {
        vm.assertEq(_handler.broken(), "");
    }

    /// @dev Once per run: number 8, against what was written down in every block.
    function afterInvariant() public view {
        uint256 count = _handler.blockCount();
        for (uint256 i; i < count; ++i) {
            uint256 at = _handler.blocks(i);
            vm.assertEq(_shares.getPastTotalSupply(at), _handler.supplyAt(at), "8");
        }
    }
}
