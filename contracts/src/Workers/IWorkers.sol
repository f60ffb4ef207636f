// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Workers: machines nobody has to trust, with a stake
/// @notice A worker is the address that registers. Its stake can be taken only by the jobs contract, on a referee's
/// verdict, until the cool-down after its exit is over.
interface IWorkers {
    struct Worker {
        /// @dev Zero: not registered.
        uint96 stake;
        /// @dev Least pay for one task.
        uint96 minimumFee;
        /// @dev The second from which the stake may be withdrawn; zero while the worker stays.
        uint40 exitAt;
    }

    /// @param encryptionKey Compressed secp256k1 public key to which shards are encrypted.
    event WorkerRegistered(
        address indexed worker, uint256 stake, uint256 minimumFee, bytes encryptionKey, bytes32 capabilitiesDigest
    );
    event MinimumFeeChanged(address indexed worker, uint256 minimumFee);
    event StakeAdded(address indexed worker, uint256 amount, uint256 stake);
    event ExitBegun(address indexed worker, uint256 exitAt);
    event StakeWithdrawn(address indexed worker, uint256 amount);
    event WorkerSlashed(address indexed worker, uint256 amount, uint256 stake);

    error CoolDownInvalid(uint256 coolDown, uint256 limit);
    error WorkerUnknown(address worker);
    error WorkerAlreadyRegistered(address worker);
    error StakeTooLow(uint256 stake, uint256 minimum);
    error EncryptionKeyInvalid(uint256 length);
    error ExitAlreadyBegun(address worker, uint256 exitAt);
    error ExitNotBegun(address worker);
    error CoolingDown(address worker, uint256 exitAt);
    error OnlyJobs(address caller);

    /// @notice Registers the caller; it must have approved `stake`.
    function register(uint96 stake, uint96 minimumFee, bytes calldata encryptionKey, bytes32 capabilitiesDigest)
        external;
    function changeMinimumFee(uint96 minimumFee) external;
    function addStake(uint96 amount) external;
    /// @notice Starts the cool-down; the worker is drawn for no further task and can still be slashed.
    function beginExit() external;
    /// @notice Pays the stake back after the cool-down and ends the registration.
    function withdrawStake() external returns (uint256 amount);
    /// @notice Takes the fixed share of a worker's stake and sends it to the jobs contract, which alone may call.
    function slash(address worker) external returns (uint256 amount);

    function workerOf(address worker) external view returns (Worker memory);
    /// @notice Registered, whether leaving or not.
    function isRegistered(address worker) external view returns (bool);
    /// @notice Reverts with `WorkerUnknown` unless all of them are registered.
    function requireRegistered(address[] calldata accounts) external view;
    /// @notice May be drawn for tasks: registered, not leaving, with the minimum stake at least.
    function isActive(address worker) external view returns (bool);
    function minimumStake() external view returns (uint96);
    function coolDown() external view returns (uint40);
    /// @notice Part of the stake that a conviction takes, in parts per ten thousand.
    function slashBps() external view returns (uint16);
    function money() external view returns (address);
    function jobs() external view returns (address);
}
