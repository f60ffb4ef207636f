// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

/// @title NoHolder: a contract that could never move shares
/// @notice Shares that it held would vote for nobody and keep their dividends for ever, so it says that it takes none.
abstract contract NoHolder {
    /// @notice Always true.
    /// @dev By this name its selector comes after those of all that have a bar on gas, and none of them pays for a comparison.
    function refusesShares() external pure returns (bool) {
        return true;
    }
}

/// @title Holders: who may be given shares
library Holders {
    /// @dev What a contract may spend on the answer. One that does not answer, such as a wallet, may hold shares.
    uint256 private constant ANSWER_GAS = 10_000;

    /// @notice Refuses nobody and whatever says that it holds no shares, as every contract of the market does.
    function requireSuited(address to) internal view {
        if (to == address(0)) revert IERC20Errors.ERC20InvalidReceiver(to);
        if (to.code.length == 0) return;
        bytes4 selector = NoHolder.refusesShares.selector;
        bool refuses;
        assembly ("memory-safe") {
            mstore(0, selector)
            // Two words of scratch space; an answer that is longer is not read.
            let answered := staticcall(ANSWER_GAS, to, 0, 4, 0, 32)
            refuses := and(and(answered, eq(returndatasize(), 32)), eq(mload(0), 1))
        }
        if (refuses) revert IERC20Errors.ERC20InvalidReceiver(to);
    }
}
