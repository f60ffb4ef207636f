// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IDatasets} from "../src/Datasets/IDatasets.sol";
import {IProposals} from "../src/Proposals/IProposals.sol";
import {Handler} from "./Handler.sol";

/// @notice The same market, whose dataset has curators: they judge data blindly, what is not theirs is voted on under a seal, and
/// after an appeal in the open.
contract ReviewHandler is Handler {
    struct Sealed {
        address voter;
        IProposals.Choice choice;
        bool opened;
    }

    uint256 public judged;
    uint256 public appealed;
    mapping(uint256 => Sealed[]) private _sealed;
    mapping(uint256 => uint256) private _judgements;
    mapping(uint256 => bool) private _isAppealed;

    function _policy() internal pure override returns (IDatasets.Policy memory policy) {
        policy = super._policy();
        policy.votingPeriod = 1 days;
        policy.revealPeriod = 1 days;
    }

    /// @dev One with half of the shares, one with some, one without any.
    function _charter() internal view override returns (IDatasets.Charter memory charter) {
        charter = super._charter();
        charter.curators = new address[](3);
        (charter.curators[0], charter.curators[1], charter.curators[2]) = (ada.at, cleo.at, stranger.at);
    }

    function commit(uint256 from, uint256 id, uint256 choice) external counted {
        uint256 count = proposals.proposalCount();
        if (count == 0) return;
        id = count - id % (count < 4 ? count : 4);
        address voter = people[from % 5].at;
        IProposals.Proposal memory p = proposals.proposal(id);
        if (p.state != IProposals.State.Open || !p.shielded || vm.getBlockTimestamp() > p.deadline) return;
        if (proposals.commitmentOf(id, voter) != 0) return;
        if (p.underReview ? !datasets.isCurator(datasetId, voter) : shares.getPastVotes(voter, p.snapshot) == 0) {
            return;
        }
        bool yes = p.underReview ? choice % 2 == 0 : choice % 4 != 0;
        Sealed memory ballot = Sealed(voter, yes ? IProposals.Choice.Yes : IProposals.Choice.No, false);
        vm.prank(voter);
        proposals.commitVote(id, keccak256(abi.encode(id, voter, ballot.choice, bytes32("salt"))));
        _sealed[id].push(ballot);
    }

    /// @dev Opens whatever can be opened of the first proposal from `id` on.
    function reveal(uint256 id) external counted {
        uint256 count = proposals.proposalCount();
        for (uint256 i; i < count; ++i) {
            uint256 candidate = 1 + (id % count + i) % count;
            if (_reveal(candidate)) return;
        }
    }

    function _reveal(uint256 id) private returns (bool some) {
        IProposals.Proposal memory p = proposals.proposal(id);
        uint256 time = vm.getBlockTimestamp();
        if (p.state != IProposals.State.Open || !p.shielded || time <= p.deadline || time > p.deadline + 1 days) {
            return false;
        }
        for (uint256 i; i < _sealed[id].length; ++i) {
            Sealed storage ballot = _sealed[id][i];
            if (ballot.opened) continue;
            proposals.revealVote(id, ballot.voter, ballot.choice, "salt", "");
            (ballot.opened, some) = (true, true);
            if (p.underReview) (_judgements[id], judged) = (_judgements[id] + 1, judged + 1);
            else _hasVoted[id][ballot.voter] = true;
        }
        p = proposals.proposal(id);
        if (p.underReview && p.yes + p.no != _judgements[id]) broken = "judgements miscounted";
    }

    function appeal(uint256 id, uint256 from) external counted {
        uint256 count = proposals.proposalCount();
        for (uint256 i; i < count; ++i) {
            uint256 candidate = 1 + (id % count + i) % count;
            if (_appeal(candidate, people[from % 5].at)) return;
        }
    }

    function _appeal(uint256 id, address holder) private returns (bool) {
        IProposals.Proposal memory p = proposals.proposal(id);
        uint256 time = vm.getBlockTimestamp();
        if (
            p.state != IProposals.State.Open || !p.underReview || time <= p.deadline + 1 days
                || time > p.deadline + 2 days
        ) return false;
        if (shares.getPastVotes(holder, p.snapshot) == 0) return false;
        vm.prank(holder);
        proposals.appeal(id);
        p = proposals.proposal(id);
        if (_isAppealed[id]) broken = "appealed twice";
        if (p.underReview || p.shielded || p.yes + p.no != 0) broken = "an appeal does not begin afresh";
        _isAppealed[id] = true;
        ++appealed;
        return true;
    }
}
