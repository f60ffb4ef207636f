// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ICredits} from "./ICredits.sol";

/// @title Credits
/// @notice Nobody is paid by another's transaction, so nobody who rejects money can block one.
abstract contract Credits is ICredits {
    using SafeERC20 for IERC20;

    IERC20 internal immutable _money;
    mapping(address account => uint256) public owed;

    constructor(IERC20 money_) {
        _money = money_;
    }

    /// @notice Pays the caller everything it is owed.
    function withdraw() external returns (uint256) {
        return withdrawFor(msg.sender);
    }

    /// @notice Pays `account` everything it is owed; anyone may send it.
    function withdrawFor(address account) public returns (uint256 amount) {
        amount = owed[account];
        if (amount == 0) revert NothingOwed(account);

        owed[account] = 0;
        emit CreditWithdrawn(account, amount);

        _money.safeTransfer(account, amount);
    }

    function money() external view returns (address) {
        return address(_money);
    }

    function _credit(address account, uint256 amount) internal {
        if (amount == 0) return;
        owed[account] += amount;
        emit CreditGiven(account, amount);
    }
}
