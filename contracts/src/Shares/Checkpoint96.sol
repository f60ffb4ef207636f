// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice An amount that held earlier and the block from which it held, in one word.
/// @dev From the low bits: amount 96, since 40.
type Checkpoint96 is uint256;

/// @title Checkpoints: the history of an amount whose latest value stands in a word of its own
/// @dev That word has, from the low bits: amount 96, another amount 96, since 40, checkpoints 24. `since` is the block from
/// which the amount holds, `checkpoints` the number of earlier amounts kept. The latest amount stands in the word and not in
/// the history, so that the first change of a holder writes one slot where a list of checkpoints writes two, and a look-up
/// of the recent past reads one.
library Checkpoints {
    uint256 private constant MASK = type(uint96).max;
    uint256 private constant OTHER = MASK << 96;

    function since(uint256 word) internal pure returns (uint256) {
        return uint40(word >> 192);
    }

    /// @notice The word with `amount`, below 2^96, from this block on; the caller stores it.
    /// @dev The amount before is kept if it held in an earlier block: changes within one block leave one checkpoint, the last.
    function changed(uint256 word, mapping(uint256 => Checkpoint96) storage history, uint256 amount)
        internal
        returns (uint256)
    {
        (uint256 from, uint256 count) = (since(word), word >> 232);
        if (from != 0 && from != block.number) history[count++] = Checkpoint96.wrap(word & MASK | from << 96);
        return amount | word & OTHER | block.number << 192 | count << 232;
    }

    /// @notice The amount at the end of block `timepoint`, which is before the latest amount's.
    function past(uint256 word, mapping(uint256 => Checkpoint96) storage history, uint256 timepoint)
        internal
        view
        returns (uint256)
    {
        // The number of checkpoints that begin at or before the timepoint lies in [low, high].
        (uint256 low, uint256 high) = (0, word >> 232);
        while (low < high) {
            uint256 middle = (low + high + 1) / 2;
            if (Checkpoint96.unwrap(history[middle - 1]) >> 96 <= timepoint) low = middle;
            else high = middle - 1;
        }
        return low == 0 ? 0 : Checkpoint96.unwrap(history[low - 1]) & MASK;
    }
}
