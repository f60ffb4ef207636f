// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Datasets} from "../src/Datasets/Datasets.sol";
import {IJobs} from "../src/Jobs/IJobs.sol";
import {Jobs} from "../src/Jobs/Jobs.sol";
import {TestDollar} from "../src/Money/TestDollar.sol";
import {IPredictions} from "../src/Predictions/IPredictions.sol";
import {Predictions} from "../src/Predictions/Predictions.sol";
import {IProposals} from "../src/Proposals/IProposals.sol";
import {Proposals} from "../src/Proposals/Proposals.sol";
import {IRequests} from "../src/Requests/IRequests.sol";
import {Requests} from "../src/Requests/Requests.sol";
import {Shares} from "../src/Shares/Shares.sol";
import {IUsage} from "../src/Usage/IUsage.sol";
import {Usage} from "../src/Usage/Usage.sol";
import {Workers} from "../src/Workers/Workers.sol";
import {Handler} from "./Handler.sol";
import {Test, Vm} from "./Test.sol";

/// @notice The words are in INVARIANTS.md; the numbers are the same, and in the message of what fails.
contract InvariantsTest is Test {
    Handler internal _handler;
    TestDollar private _money;
    Datasets private _datasets;
    Proposals internal _proposals;
    Shares private _shares;
    Jobs private _jobs;
    Workers private _workers;
    Predictions private _predictions;
    Usage private _usage;
    Requests private _requests;
    address[9] private _actors;

    function setUp() public {
        _handler = Handler(vm.deployCode(_acts(), ""));
        address[10] memory at = _handler.market();
        _money = TestDollar(at[0]);
        _datasets = Datasets(at[1]);
        _proposals = Proposals(at[2]);
        _shares = Shares(at[3]);
        _jobs = Jobs(at[4]);
        _workers = Workers(at[5]);
        _predictions = Predictions(at[7]);
        _usage = Usage(at[8]);
        _requests = Requests(at[9]);
        _actors = _handler.actors();
    }

    /// @dev Whose acts are walked through.
    function _acts() internal pure virtual returns (string memory) {
        return "Handler.sol";
    }

    /// @dev Foundry's hooks.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function targetSelectors() external view virtual returns (Vm.FuzzSelector[] memory selectors) {
        selectors = new Vm.FuzzSelector[](1);
        bytes4[] memory acts = new bytes4[](33);
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
        acts[18] = Handler.step.selector;
        acts[17] = Handler.addStake.selector;
        acts[19] = Handler.openChannel.selector;
        acts[20] = Handler.topUp.selector;
        acts[21] = Handler.settleVoucher.selector;
        acts[22] = Handler.settleVoucher.selector;
        acts[23] = Handler.closeChannel.selector;
        acts[24] = Handler.distribute.selector;
        acts[25] = Handler.withdrawEarnings.selector;
        acts[26] = Handler.usageStep.selector;
        acts[27] = Handler.usageStep.selector;
        acts[28] = Handler.withdrawBonds.selector;
        acts[29] = Handler.openRequest.selector;
        acts[30] = Handler.requestStep.selector;
        acts[31] = Handler.requestStep.selector;
        acts[32] = Handler.decideAgain.selector;
        selectors[0] = Vm.FuzzSelector(address(_handler), acts);
    }

    /// @dev All in one, so that one walk through the market serves them all.
    function invariant_the_books_are_right() public view {
        _01_nothing_appears_or_vanishes();
        _02_jobs_are_covered();
        _03_bonds_are_covered();
        _04_stakes_are_covered();
        _05_dividends_are_covered();
        _06_balances_sum_up_to_the_supply();
        _07_votes_sum_up_to_the_supply();
        _09_shares_come_from_acceptance_alone();
        _11_and_12_votes_weigh_what_the_snapshot_says();
        _10_13_14_15_18_no_act_broke_a_rule();
        _16_and_17_predictions_are_covered_and_paid_once();
        _19_usage_is_covered();
        _20_pots_are_covered();
    }

    function _01_nothing_appears_or_vanishes() private view {
        uint256 held = _money.balanceOf(address(_proposals)) + _money.balanceOf(address(_shares))
            + _money.balanceOf(address(_jobs)) + _money.balanceOf(address(_workers))
            + _money.balanceOf(address(_predictions)) + _money.balanceOf(address(_usage))
            + _money.balanceOf(address(_requests));
        vm.assertEq(_handler.paidIn(), held + _handler.takenOut(), "1");
        vm.assertEq(_money.balanceOf(address(_datasets)), 0, "1");
    }

    function _02_jobs_are_covered() private view {
        uint256 owed;
        for (uint256 i; i < 9; ++i) {
            owed += _jobs.owed(_actors[i]);
        }
        for (uint256 id = 1; id <= _jobs.jobCount(); ++id) {
            IJobs.Job memory job = _jobs.job(id);
            owed += job.pay + _jobs.usageOf(id);
            if (job.state < IJobs.State.Settled) owed += _datasets.trainingPrice(job.datasetId);
        }
        vm.assertEq(_money.balanceOf(address(_jobs)), owed, "2");
    }

    function _03_bonds_are_covered() private view {
        uint256 bonds;
        for (uint256 id = 1; id <= _proposals.proposalCount(); ++id) {
            IProposals.Proposal memory p = _proposals.proposal(id);
            if (p.state != IProposals.State.Rejected && !p.bondWithdrawn) bonds += 10e6;
        }
        vm.assertEq(_money.balanceOf(address(_proposals)), bonds, "3");
    }

    function _04_stakes_are_covered() private view {
        uint256 stakes;
        for (uint256 i = 5; i < 8; ++i) {
            stakes += _workers.workerOf(_actors[i]).stake;
        }
        vm.assertEq(_money.balanceOf(address(_workers)), stakes, "4");
    }

    function _05_dividends_are_covered() private view {
        uint256 claimable;
        for (uint256 i; i < 5; ++i) {
            claimable += _shares.claimable(_actors[i]);
        }
        uint256 held = _money.balanceOf(address(_shares));
        vm.assertLe(claimable, held, "5, covered");
        vm.assertLe(held - claimable, 6 + _shares.totalSupply() / 1e21, "5, nothing is kept back");
    }

    function _06_balances_sum_up_to_the_supply() private view {
        uint256 sum;
        for (uint256 i; i < 5; ++i) {
            sum += _shares.balanceOf(_actors[i]);
        }
        vm.assertEq(sum, _shares.totalSupply(), "6");
    }

    function _07_votes_sum_up_to_the_supply() private view {
        uint256 sum;
        for (uint256 i; i < 5; ++i) {
            sum += _shares.getVotes(_actors[i]);
        }
        vm.assertEq(sum, _shares.totalSupply(), "7");
    }

    function _09_shares_come_from_acceptance_alone() private view {
        vm.assertEq(_shares.totalSupply(), _handler.minted(), "9");
    }

    function _11_and_12_votes_weigh_what_the_snapshot_says() private view {
        for (uint256 id = 1; id <= _proposals.proposalCount(); ++id) {
            IProposals.Proposal memory p = _proposals.proposal(id);
            if (p.underReview) continue; // judgements are counted by heads, see 21
            vm.assertLe(p.yes + p.no, _shares.getPastTotalSupply(p.snapshot), "11");
            vm.assertEq(p.yes + p.no, _handler.votedWeight(id), "12");
        }
    }

    function _16_and_17_predictions_are_covered_and_paid_once() private view {
        uint256 owed = _predictions.earned(1) + _predictions.earned(2);
        for (uint256 i; i < 9; ++i) {
            owed += _predictions.owed(_actors[i]);
        }
        for (uint256 id = 1; id <= _predictions.channelCount(); ++id) {
            IPredictions.Channel memory c = _predictions.channel(id);
            if (c.state != IPredictions.State.Closed) owed += c.deposit - c.settled;
            vm.assertEq(c.settled, _handler.settledOf(id), "17");
            vm.assertLe(c.settled, c.deposit, "17");
        }
        vm.assertEq(_money.balanceOf(address(_predictions)), owed, "16");
    }

    function _19_usage_is_covered() private view {
        uint256 owed = _usage.owed(_handler.schedulerAt());
        for (uint256 i; i < 5; ++i) {
            owed += _usage.owed(_actors[i]);
        }
        for (uint256 id = 1; id <= _jobs.jobCount(); ++id) {
            IUsage.Posting memory p = _usage.posting(id);
            if (p.state == IUsage.State.Posted) owed += _usage.bond();
            if (p.state == IUsage.State.Challenged) owed += 2 * _usage.bond();
            if (p.state == IUsage.State.Final) owed += p.total;
        }
        vm.assertEq(_money.balanceOf(address(_usage)), owed, "19");
    }

    function _20_pots_are_covered() private view {
        uint256 left;
        for (uint256 id = 1; id <= _requests.requestCount(); ++id) {
            IRequests.Request memory r = _requests.request(id);
            vm.assertLe(r.paid, r.pot, "20");
            if (r.state != IRequests.State.Closed && r.state != IRequests.State.Refused) {
                left += r.pot - r.paid;
                continue;
            }
            for (uint256 i; i < 5; ++i) {
                if (r.pot != 0) left += _requests.sponsoredBy(id, _actors[i]) * (r.pot - r.paid) / r.pot;
            }
        }
        uint256 held = _money.balanceOf(address(_requests));
        vm.assertLe(left, held, "20, covered");
        vm.assertLe(held - left, 4 * _requests.requestCount(), "20, nothing is kept back");
    }

    /// @dev 10, 13, 14, 15, 18 and the promises of `outcome` are checked by the handler around every call.
    function _10_13_14_15_18_no_act_broke_a_rule() private view {
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

    /// @dev A walk that never meets a conviction or a delisting would prove little: this one must meet everything.
    function test_the_acts_reach_every_state() public virtual {
        bytes4[] memory acts = this.targetSelectors()[0].selectors;
        uint256 seed = 42;
        for (uint256 i; i < 2_000; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            (bool done,) =
                address(_handler).call(abi.encodePacked(acts[seed % acts.length], seed >> 8, seed >> 16, seed >> 24));
            vm.assertTrue(done);
        }
        uint256[6] memory proposals;
        for (uint256 id = 1; id <= _proposals.proposalCount(); ++id) {
            IProposals.Proposal memory p = _proposals.proposal(id);
            ++proposals[uint256(p.state)];
        }
        uint256[7] memory jobs;
        uint256 convicted;
        for (uint256 id = 1; id <= _jobs.jobCount(); ++id) {
            IJobs.Job memory job = _jobs.job(id);
            ++jobs[uint256(job.state)];
            if (job.convicted) ++convicted;
        }
        for (uint256 state = uint256(IProposals.State.Accepted); state < 6; ++state) {
            vm.assertTrue(proposals[state] != 0, vm.toString(state));
        }
        vm.assertTrue(jobs[uint256(IJobs.State.Settled)] != 0, "settled");
        vm.assertTrue(jobs[uint256(IJobs.State.Refunded)] != 0, "refunded");
        vm.assertTrue(convicted != 0, "convicted");
        vm.assertTrue(_handler.best() != 0, "best checkpoint");
        uint256[5] memory usages;
        for (uint256 id = 1; id <= _jobs.jobCount(); ++id) {
            ++usages[uint256(_usage.posting(id).state)];
        }
        vm.assertTrue(usages[uint256(IUsage.State.Final)] != 0, "usage");
        vm.assertTrue(_requests.requestCount() != 0, "requests");
        uint256[4] memory channels;
        for (uint256 id = 1; id <= _predictions.channelCount(); ++id) {
            IPredictions.Channel memory c = _predictions.channel(id);
            ++channels[uint256(c.state)];
            if (c.settled != 0) ++channels[0];
        }
        for (uint256 state; state < 4; ++state) {
            vm.assertTrue(channels[state] != 0, "channels");
        }
        invariant_the_books_are_right();
        afterInvariant();
    }
}
