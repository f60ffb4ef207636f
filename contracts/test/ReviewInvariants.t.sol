// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IProposals} from "../src/Proposals/IProposals.sol";
import {Handler} from "./Handler.sol";
import {InvariantsTest} from "./Invariants.t.sol";
import {ReviewHandler} from "./ReviewHandler.sol";
import {Vm} from "./Test.sol";

/// @notice All invariants of INVARIANTS.md again, where curators judge blindly and votes are sealed.
contract ReviewInvariantsTest is InvariantsTest {
    function _acts() internal pure override returns (string memory) {
        return "ReviewHandler.sol";
    }

    function targetSelectors() external view override returns (Vm.FuzzSelector[] memory selectors) {
        bytes4[] memory acts = new bytes4[](21);
        acts[0] = Handler.transfer.selector;
        acts[1] = Handler.delegate.selector;
        acts[2] = Handler.deposit.selector;
        acts[3] = Handler.claim.selector;
        acts[4] = Handler.propose.selector;
        acts[5] = Handler.propose.selector;
        acts[6] = ReviewHandler.commit.selector;
        acts[7] = ReviewHandler.commit.selector;
        acts[8] = ReviewHandler.commit.selector;
        acts[9] = ReviewHandler.reveal.selector;
        acts[10] = ReviewHandler.reveal.selector;
        acts[11] = ReviewHandler.appeal.selector;
        acts[12] = Handler.vote.selector;
        acts[13] = Handler.vote.selector;
        acts[14] = Handler.evaluate.selector;
        acts[15] = Handler.finalise.selector;
        acts[16] = Handler.withdrawBond.selector;
        acts[17] = Handler.wait_.selector;
        acts[18] = Handler.wait_.selector;
        acts[19] = Handler.wait_.selector;
        acts[20] = Handler.openRequest.selector;
        selectors = new Vm.FuzzSelector[](1);
        selectors[0] = Vm.FuzzSelector(address(_handler), acts);
    }

    /// @dev Judgements, appeals, what came of both, and sealed votes of shareholders on delistings.
    function test_the_acts_reach_every_state() public override {
        bytes4[] memory acts = this.targetSelectors()[0].selectors;
        uint256 seed = 11; // fewer acts than elsewhere: each looks at every proposal, and here most are proposals
        for (uint256 i; i < 1_000; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            (bool done,) =
                address(_handler).call(abi.encodePacked(acts[seed % acts.length], seed >> 8, seed >> 16, seed >> 24));
            vm.assertTrue(done);
        }
        ReviewHandler reviews = ReviewHandler(address(_handler));
        vm.assertTrue(reviews.judged() > 10, "judged");
        vm.assertTrue(reviews.appealed() != 0, "appealed");
        uint256[6] memory states;
        for (uint256 id = 1; id <= _proposals.proposalCount(); ++id) {
            IProposals.Proposal memory p = _proposals.proposal(id);
            ++states[uint256(p.state)];
        }
        for (uint256 state = uint256(IProposals.State.Accepted); state < 6; ++state) {
            vm.assertTrue(states[state] != 0, vm.toString(state));
        }
        invariant_the_books_are_right();
        afterInvariant();
    }
}
