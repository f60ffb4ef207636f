// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";

/// @title Shares: an ERC-20 of one dataset that votes and earns
/// @notice 18 decimals. Votes are counted at past blocks (ERC-5805, ERC-6372 with block numbers); a holder votes
/// without delegating first. Money deposited is spread over the shares that exist at that moment; whoever sells
/// keeps what was earned, whoever buys starts from now. Nobody can give shares to the token itself or to another contract of
/// the market, where they would vote for nobody.
interface IShares is IERC20Metadata, IERC20Permit, IERC5805 {
    /// @param amount Money received, in the smallest unit of the money.
    event DividendDeposited(address indexed payer, uint256 amount, uint256 supply);
    event DividendClaimed(address indexed holder, uint256 amount);

    error NoShares();
    error NothingToClaim(address holder);
    /// @dev The money ever deposited would pass `limit`.
    error DividendTooLarge(uint256 amount, uint256 limit);
    error OnlyDatasets(address caller);
    error AlreadyInitialised();
    error PermitExpired(uint256 deadline);
    error PermitSignerInvalid(address signer, address owner);
    error BlockNotPast(uint256 timepoint, uint256 current);

    /// @notice Names the token. Once, by the contract that deployed it.
    function initialise(uint256 datasetId, string calldata name, string calldata symbol) external;

    /// @notice Mints up to `amount` shares; less only where the greatest possible supply would be passed.
    /// @dev Only the datasets contract, which sees to it that `to` can hold shares.
    function mint(address to, uint256 amount) external returns (uint256 minted);

    /// @notice Spreads `amount` of the caller's money over all shares. Any remainder waits for the next deposit.
    function deposit(uint256 amount) external;

    /// @notice Pays the caller what its shares have earned.
    function claim() external returns (uint256 amount);

    /// @notice Pays `holder` what its shares have earned; anyone may send it.
    function claimFor(address holder) external returns (uint256 amount);

    /// @notice What `claimFor` would pay now.
    function claimable(address holder) external view returns (uint256);

    function datasetId() external view returns (uint256);
    function money() external view returns (address);
    /// @notice All money ever deposited.
    function totalDeposited() external view returns (uint256);
}
