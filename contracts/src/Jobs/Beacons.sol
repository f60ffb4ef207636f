// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Beacons: the hashes of blocks that jobs are drawn with
library Beacons {
    /// @dev The contract of EIP-2935, which keeps the hashes of the last 8,191 blocks where a chain has it.
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;
    uint256 private constant OPCODE_REACH = 256;

    /// @notice The hash of a block that is past; zero for one that is not, and for one that the chain does not remember.
    function hashOf(uint256 number) internal view returns (bytes32 found) {
        found = blockhash(number);
        if (found != 0 || number >= block.number) return found;
        (bool answered, bytes memory answer) = HISTORY.staticcall(abi.encode(number));
        if (answered && answer.length == 32) found = bytes32(answer);
    }

    /// @notice Whether a block is past and its hash is to be had no more, now and at any later time.
    function isForgotten(uint256 number) internal view returns (bool) {
        return block.number > number + OPCODE_REACH && hashOf(number) == 0;
    }
}
