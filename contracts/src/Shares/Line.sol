// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice An amount that changes over blocks, with its latest value and how much of its past is kept.
/// @dev One slot. The latest value lives here and not in the history, so that the first change of a holder writes one
/// slot where a list of checkpoints writes two, and a look-up of the recent past reads one.
struct Line {
    uint96 value;
    /// @dev Room for an amount that is always written together with the value.
    uint96 attached;
    /// @dev The block from which the value holds.
    uint40 since;
    /// @dev Number of earlier values kept.
    uint24 pasts;
}

struct Past {
    uint96 value;
    uint40 since;
}

/// @title Lines: amounts at past blocks
library Lines {
    /// @notice Sets the value from this block on, keeping the one before if it held in an earlier block.
    /// @dev Changes within one block leave one entry, the last.
    function set(Line storage line, mapping(uint256 => Past) storage pasts, uint256 value) internal {
        uint40 current = uint40(block.number);
        (uint40 since, uint24 count) = (line.since, line.pasts);
        if (since != 0 && since != current) {
            pasts[count] = Past(line.value, since);
            line.pasts = count + 1;
        }
        line.since = current;
        line.value = uint96(value);
    }

    /// @notice The value at the end of block `timepoint`, zero before the first.
    function at(Line storage line, mapping(uint256 => Past) storage pasts, uint256 timepoint)
        internal
        view
        returns (uint256)
    {
        if (line.since <= timepoint) return line.value;
        // The number of entries that begin at or before the timepoint lies in [low, high].
        (uint256 low, uint256 high) = (0, line.pasts);
        while (low < high) {
            uint256 middle = (low + high + 1) / 2;
            if (pasts[middle - 1].since <= timepoint) low = middle;
            else high = middle - 1;
        }
        return low == 0 ? 0 : pasts[low - 1].value;
    }
}
