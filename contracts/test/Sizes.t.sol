// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Market} from "./Market.sol";

/// @notice Every contract must fit into any Ethereum chain (EIP-170, EIP-3860).
contract SizesTest is Market {
    uint256 private constant CODE_MAX = 24_576;

    function test_sizes_of_all_contracts_are_within_the_limits() public {
        _check("TestDollar", address(money));
        _check("TrustedKeys", address(keys));
        _check("Datasets", address(datasets));
        _check("Proposals", address(proposals));
        _check("Shares", address(shares));
        _check("Jobs", address(jobs));
        _check("Workers", address(workers));
        _check("Models", address(models));
        _check("Predictions", address(predictions));
        _check("Usage", address(usage));
        _check("Requests", address(requests));
        vm.assertLe(vm.getCode("Datasets.sol:Datasets").length, 2 * CODE_MAX - 96, "Datasets, creation");
        vm.assertLe(vm.getCode("Jobs.sol:Jobs").length, 2 * CODE_MAX - 224, "Jobs, creation");
    }

    function _check(string memory name, address at) private {
        vm.snapshotValue("Sizes", name, at.code.length);
        vm.assertLe(at.code.length, CODE_MAX, name);
    }
}
