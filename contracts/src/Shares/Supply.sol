// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Checkpoint96, Checkpoints} from "./Checkpoint96.sol";

/// @notice The supply of a token and the money that one share has ever earned, in one word.
/// @dev From the low bits: total 96, dividendIndex 96, since 40, checkpoints 24; see Checkpoints.
type Supply is uint256;

using Supplies for Supply global;

library Supplies {
    uint256 private constant MASK = type(uint96).max;

    function total(Supply word) internal pure returns (uint256) {
        return Supply.unwrap(word) & MASK;
    }

    function dividendIndex(Supply word) internal pure returns (uint256) {
        return Supply.unwrap(word) >> 96 & MASK;
    }

    function since(Supply word) internal pure returns (uint256) {
        return Checkpoints.since(Supply.unwrap(word));
    }

    /// @dev `index` is below 2^96.
    function withDividendIndex(Supply word, uint256 index) internal pure returns (Supply) {
        return Supply.wrap(Supply.unwrap(word) & ~(MASK << 96) | index << 96);
    }

    /// @notice The word with another supply from this block on; the caller stores it.
    function changed(Supply word, mapping(uint256 => Checkpoint96) storage history, uint256 total_)
        internal
        returns (Supply)
    {
        return Supply.wrap(Checkpoints.changed(Supply.unwrap(word), history, total_));
    }

    /// @notice The supply at the end of block `timepoint`, which is before the latest supply.
    function past(Supply word, mapping(uint256 => Checkpoint96) storage history, uint256 timepoint)
        internal
        view
        returns (uint256)
    {
        return Checkpoints.past(Supply.unwrap(word), history, timepoint);
    }
}
