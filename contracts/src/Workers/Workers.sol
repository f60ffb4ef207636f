// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Escrow} from "../Money/Escrow.sol";
import {NoHolder} from "../Shares/Holders.sol";
import {IWorkers} from "./IWorkers.sol";

/// @title Workers
contract Workers is IWorkers, NoHolder {
    using Escrow for IERC20;
    using SafeERC20 for IERC20;

    uint256 private constant BPS = 10_000;
    uint256 private constant COMPRESSED_KEY_LENGTH = 33;
    uint256 private constant COOL_DOWN_MAX = 365 days;

    uint16 public constant slashBps = 5_000;

    address public immutable money;
    address public immutable jobs;
    uint96 public immutable minimumStake;
    uint40 public immutable coolDown;

    mapping(address worker => Worker) private _workers;

    /// @dev Deployed by the jobs contract, which alone may slash.
    constructor(IERC20 money_, uint96 minimumStake_, uint40 coolDown_) {
        if (minimumStake_ == 0) revert StakeTooLow(0, 1);
        if (coolDown_ > COOL_DOWN_MAX) revert CoolDownInvalid(coolDown_, COOL_DOWN_MAX);
        money = address(money_);
        jobs = msg.sender;
        minimumStake = minimumStake_;
        coolDown = coolDown_;
    }

    /// @inheritdoc IWorkers
    function register(uint96 stake, uint96 minimumFee, bytes calldata encryptionKey, bytes32 capabilitiesDigest)
        external
    {
        if (_workers[msg.sender].stake != 0) revert WorkerAlreadyRegistered(msg.sender);
        if (stake < minimumStake) revert StakeTooLow(stake, minimumStake);
        if (encryptionKey.length != COMPRESSED_KEY_LENGTH) revert EncryptionKeyInvalid(encryptionKey.length);

        _workers[msg.sender] = Worker(stake, minimumFee, 0);
        emit WorkerRegistered(msg.sender, stake, minimumFee, encryptionKey, capabilitiesDigest);

        IERC20(money).take(msg.sender, stake);
    }

    /// @inheritdoc IWorkers
    function changeMinimumFee(uint96 minimumFee) external {
        _staying(msg.sender).minimumFee = minimumFee;
        emit MinimumFeeChanged(msg.sender, minimumFee);
    }

    /// @inheritdoc IWorkers
    function addStake(uint96 amount) external {
        Worker storage worker = _staying(msg.sender);
        worker.stake += amount;
        emit StakeAdded(msg.sender, amount, worker.stake);

        IERC20(money).take(msg.sender, amount);
    }

    /// @inheritdoc IWorkers
    function beginExit() external {
        Worker storage worker = _staying(msg.sender);
        worker.exitAt = uint40(block.timestamp) + coolDown;
        emit ExitBegun(msg.sender, worker.exitAt);
    }

    /// @inheritdoc IWorkers
    function withdrawStake() external returns (uint256 amount) {
        Worker memory worker = _known(msg.sender);
        if (worker.exitAt == 0) revert ExitNotBegun(msg.sender);
        if (block.timestamp < worker.exitAt) revert CoolingDown(msg.sender, worker.exitAt);
        amount = worker.stake;

        delete _workers[msg.sender];
        emit StakeWithdrawn(msg.sender, amount);

        IERC20(money).safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IWorkers
    function slash(address account) external returns (uint256 amount) {
        if (msg.sender != jobs) revert OnlyJobs(msg.sender);
        Worker storage worker = _known(account);
        // Rounded down: a stake never falls to zero, which would end the registration.
        amount = uint256(worker.stake) * slashBps / BPS;

        worker.stake -= uint96(amount);
        emit WorkerSlashed(account, amount, worker.stake);

        IERC20(money).safeTransfer(jobs, amount);
    }

    /// @inheritdoc IWorkers
    function workerOf(address account) external view returns (Worker memory) {
        return _workers[account];
    }

    /// @inheritdoc IWorkers
    function isRegistered(address account) external view returns (bool) {
        return _workers[account].stake != 0;
    }

    /// @inheritdoc IWorkers
    function requireRegistered(address[] calldata accounts) external view {
        for (uint256 i; i < accounts.length; ++i) {
            _known(accounts[i]);
        }
    }

    /// @inheritdoc IWorkers
    function isActive(address account) external view returns (bool) {
        Worker memory worker = _workers[account];
        return worker.stake >= minimumStake && worker.exitAt == 0;
    }

    function _known(address account) private view returns (Worker storage worker) {
        worker = _workers[account];
        if (worker.stake == 0) revert WorkerUnknown(account);
    }

    function _staying(address account) private view returns (Worker storage worker) {
        worker = _known(account);
        if (worker.exitAt != 0) revert ExitAlreadyBegun(account, worker.exitAt);
    }
}
