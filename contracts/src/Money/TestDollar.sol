// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {NoHolder} from "../Shares/Holders.sol";

/// @title TestDollar: money for embedded and test chains
/// @notice 6 decimals, permit, minted by its owner. A real market names a real ERC-20 instead.
contract TestDollar is ERC20, ERC20Permit, Ownable, NoHolder {
    constructor(address owner) ERC20("Test Dollar", "tUSD") ERC20Permit("Test Dollar") Ownable(owner) {}

    function decimals() public pure override returns (uint8) {
        return 6;
    }

    function mint(address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
    }
}
