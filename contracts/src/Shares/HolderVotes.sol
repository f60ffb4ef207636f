// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Checkpoint96, Checkpoints} from "./Checkpoint96.sol";

/// @notice A holder's votes and the money that its shares have earned and it has not claimed, in one word.
/// @dev From the low bits: votes 96, unclaimed 96, since 40, checkpoints 24; see Checkpoints.
type HolderVotes is uint256;

using HoldersVotes for HolderVotes global;

library HoldersVotes {
    uint256 private constant MASK = type(uint96).max;

    function votes(HolderVotes word) internal pure returns (uint256) {
        return HolderVotes.unwrap(word) & MASK;
    }

    function unclaimed(HolderVotes word) internal pure returns (uint256) {
        return HolderVotes.unwrap(word) >> 96 & MASK;
    }

    function since(HolderVotes word) internal pure returns (uint256) {
        return Checkpoints.since(HolderVotes.unwrap(word));
    }

    /// @dev `amount` is below 2^96.
    function withUnclaimed(HolderVotes word, uint256 amount) internal pure returns (HolderVotes) {
        return HolderVotes.wrap(HolderVotes.unwrap(word) & ~(MASK << 96) | amount << 96);
    }

    /// @notice The word with other votes from this block on; the caller stores it.
    function changed(HolderVotes word, mapping(uint256 => Checkpoint96) storage history, uint256 votes_)
        internal
        returns (HolderVotes)
    {
        return HolderVotes.wrap(Checkpoints.changed(HolderVotes.unwrap(word), history, votes_));
    }

    /// @notice The votes at the end of block `timepoint`, which is before the latest votes.
    function past(HolderVotes word, mapping(uint256 => Checkpoint96) storage history, uint256 timepoint)
        internal
        view
        returns (uint256)
    {
        return Checkpoints.past(HolderVotes.unwrap(word), history, timepoint);
    }
}
