// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title Escrow: money comes in whole or not at all
library Escrow {
    using SafeERC20 for IERC20;

    /// @dev The money took a fee on the way, or lied.
    error MoneyShort(uint256 expected, uint256 received);

    /// @notice Takes exactly `amount` from `payer`.
    /// @dev Measured, because the books of every contract that holds money rest on it. Zero moves nothing.
    function take(IERC20 money, address payer, uint256 amount) internal {
        if (amount == 0) return;
        uint256 before = money.balanceOf(address(this));
        money.safeTransferFrom(payer, address(this), amount);
        uint256 later = money.balanceOf(address(this));
        unchecked {
            // A balance that fell wraps to a number that is no amount anybody asked for.
            if (later - before != amount) revert MoneyShort(amount, later - before);
        }
    }
}
