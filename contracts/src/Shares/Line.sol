// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice An amount that changes over blocks: its latest value and how much of its past is kept, in one word.
/// @dev From the low bits: value 96, attached 96, since 40, pasts 24. `attached` is room for an amount that is written
/// together with the value, `since` the block from which the value holds, `pasts` the number of earlier values kept.
/// The latest value lives here and not in the history, so that the first change of a holder writes one slot where a
/// list of checkpoints writes two, and a look-up of the recent past reads one.
type Line is uint256;

/// @dev From the low bits: value 96, since 40.
type Past is uint256;

using Lines for Line global;

library Lines {
    uint256 private constant MASK = type(uint96).max;

    function value(Line line) internal pure returns (uint256) {
        return Line.unwrap(line) & MASK;
    }

    function attached(Line line) internal pure returns (uint256) {
        return Line.unwrap(line) >> 96 & MASK;
    }

    function since(Line line) internal pure returns (uint256) {
        return uint40(Line.unwrap(line) >> 192);
    }

    function pasts(Line line) internal pure returns (uint256) {
        return Line.unwrap(line) >> 232;
    }

    /// @dev `amount` is below 2^96.
    function attaching(Line line, uint256 amount) internal pure returns (Line) {
        return Line.wrap(Line.unwrap(line) & ~(MASK << 96) | amount << 96);
    }

    /// @notice The line with `value_`, below 2^96, from this block on; the caller stores it.
    /// @dev The value before is kept if it held in an earlier block: changes within one block leave one entry, the last.
    function changed(Line line, mapping(uint256 => Past) storage history, uint256 value_) internal returns (Line) {
        (uint256 from, uint256 count) = (line.since(), line.pasts());
        if (from != 0 && from != block.number) history[count++] = Past.wrap(line.value() | from << 96);
        return Line.wrap(value_ | line.attached() << 96 | block.number << 192 | count << 232);
    }

    /// @notice The value at the end of block `timepoint`, which is before the line's latest value.
    function past(Line line, mapping(uint256 => Past) storage history, uint256 timepoint)
        internal
        view
        returns (uint256)
    {
        // The number of entries that begin at or before the timepoint lies in [low, high].
        (uint256 low, uint256 high) = (0, line.pasts());
        while (low < high) {
            uint256 middle = (low + high + 1) / 2;
            if (Past.unwrap(history[middle - 1]) >> 96 <= timepoint) low = middle;
            else high = middle - 1;
        }
        return low == 0 ? 0 : Past.unwrap(history[low - 1]) & MASK;
    }
}
