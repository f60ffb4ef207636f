// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Credits: money that a contract owes an account until it is withdrawn
interface ICredits {
    event CreditGiven(address indexed account, uint256 amount);
    event CreditWithdrawn(address indexed account, uint256 amount);

    error NothingOwed(address account);
}
