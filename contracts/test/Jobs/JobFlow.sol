// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IJobs} from "../../src/Jobs/IJobs.sol";
import {Market} from "../Market.sol";

/// @notice A job taken step by step to where a test wants it.
abstract contract JobFlow is Market {
    bytes32 internal constant RESULT = keccak256("checkpoint");
    uint32 internal constant METRIC = 985_000;

    uint256 internal job;
    bytes32 internal ordered;
    uint256 internal acceptedAt;
    IJobs.Anchor internal anchored;
    IJobs.Outcome internal outcome;
    bytes32[][3] internal proofs;
    bytes32[][3] internal payProofs;
    bytes32[] internal schedulerProof;

    function setUp() public virtual override {
        super.setUp();
        _enrol();
    }

    function _opened() internal {
        job = _create(_order());
        ordered = jobs.job(job).transcript;
        mine(1);
    }

    function _accepted() internal {
        _opened();
        acceptedAt = vm.getBlockNumber();
        _accept(job);
        mine(1);
    }

    function _assigned() internal {
        _accepted();
        _assign(job, ordered, acceptedAt);
        mine(1);
    }

    function _anchored() internal {
        _assigned();
        bytes32 root;
        (root, proofs) = _tree(
            [
                _commitment(job, crew[0].at, RESULT, METRIC),
                _commitment(job, crew[1].at, RESULT, METRIC),
                _commitment(job, crew[2].at, RESULT, METRIC)
            ],
            _root("all other tasks")
        );
        anchored = IJobs.Anchor(jobs.job(job).transcript, root, vm.getBlockNumber());
        _anchor(job, root);
        mine(1);
        bytes32 payRoot;
        (payRoot, payProofs) = _tree(
            [
                _payLeaf(job, crew[0].at, 10 * DOLLAR),
                _payLeaf(job, crew[1].at, 10 * DOLLAR),
                _payLeaf(job, crew[2].at, 10 * DOLLAR)
            ],
            _payLeaf(job, scheduler.at, 4 * DOLLAR)
        );
        schedulerProof.push(_payLeaf(job, crew[2].at, 10 * DOLLAR));
        schedulerProof.push(payProofs[2][1]);
        outcome = IJobs.Outcome(jobs.job(job).transcript, RESULT, METRIC, payRoot);
    }

    function _settled() internal {
        _anchored();
        _settle(_receipts(), 34 * DOLLAR);
    }

    function _receipts() internal view returns (IJobs.Receipt[] memory receipts) {
        receipts = new IJobs.Receipt[](3);
        for (uint256 i; i < 3; ++i) {
            receipts[i] = _receipt(job, crew[i], RESULT, METRIC, proofs[i]);
        }
    }

    function _settle(IJobs.Receipt[] memory receipts, uint96 payTotal) internal {
        vm.prank(scheduler.at);
        jobs.settle(job, anchored, outcome, receipts, payTotal);
    }

    function _convict(address worker, address reporter) internal {
        IJobs.Verdict memory verdict = IJobs.Verdict(job, worker, reporter, "evidence");
        jobs.convict(verdict, _sign(referee.key, jobs.verdictDigest(verdict)));
    }
}
