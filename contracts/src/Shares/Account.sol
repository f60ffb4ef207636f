// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice What a holder has, in one word.
/// @dev From the low bits: balance 96, index 96, fraction 56, delegates 1. `index` is what one share had earned when the
/// holder was last settled, `fraction` the part of a unit of money earned since the holder's last whole unit.
type Account is uint256;

using Accounts for Account global;

library Accounts {
    uint256 private constant MASK = type(uint96).max;
    uint256 private constant DELEGATES = 1 << 248;

    function balance(Account account) internal pure returns (uint256) {
        return Account.unwrap(account) & MASK;
    }

    function index(Account account) internal pure returns (uint256) {
        return Account.unwrap(account) >> 96 & MASK;
    }

    function fraction(Account account) internal pure returns (uint256) {
        return uint56(Account.unwrap(account) >> 192);
    }

    function delegates(Account account) internal pure returns (bool) {
        return Account.unwrap(account) & DELEGATES != 0;
    }

    /// @dev `index_` is below 2^96, `fraction_` below 2^56.
    function settled(Account account, uint256 index_, uint256 fraction_) internal pure returns (Account) {
        uint256 kept = Account.unwrap(account) & (DELEGATES | MASK);
        return Account.wrap(kept | index_ << 96 | fraction_ << 192);
    }

    /// @dev `balance_` is below 2^96.
    function holding(Account account, uint256 balance_) internal pure returns (Account) {
        return Account.wrap(Account.unwrap(account) & ~MASK | balance_);
    }

    function delegating(Account account, bool yes) internal pure returns (Account) {
        uint256 kept = Account.unwrap(account) & ~DELEGATES;
        return Account.wrap(yes ? kept | DELEGATES : kept);
    }
}
