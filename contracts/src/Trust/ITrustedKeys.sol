// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title TrustedKeys: schedulers and referees, with what attests them
/// @notice The administrator registers and revokes keys. It can touch nobody's money. Ids count from 1, are never
/// reused and are final: a revoked key stays revoked.
interface ITrustedKeys {
    enum Role {
        None,
        Scheduler,
        Referee
    }

    /// @dev `None` means development: nothing attests the key, and everyone can see that.
    enum Attestation {
        None,
        Sgx,
        Tdx
    }

    struct TrustedKey {
        address key;
        Role role;
        Attestation attestation;
        bool revoked;
        /// @dev The block in which it was registered.
        uint40 registeredAt;
        bytes32 evidenceDigest;
    }

    event KeyRegistered(
        uint256 indexed keyId, address indexed key, Role indexed role, Attestation attestation, bytes32 evidenceDigest
    );
    event KeyRevoked(uint256 indexed keyId, address indexed key);

    error KeyAlreadyRegistered(address key, uint256 keyId);
    error KeyUnknown(uint256 keyId);
    error KeyInvalid(address key, Role role);
    error KeyAlreadyRevoked(uint256 keyId);
    /// @dev The key is unknown, revoked, or of another role.
    error KeyNotTrusted(address key, Role role);
    /// @dev An attested key needs evidence; an unattested key must not claim any.
    error EvidenceInvalid(Attestation attestation, bytes32 evidenceDigest);

    function register(address key, Role role, Attestation attestation, bytes32 evidenceDigest)
        external
        returns (uint16 keyId);
    function revoke(uint16 keyId) external;

    /// @notice Returns the id of a live key of that role, else reverts with `KeyNotTrusted`.
    function requireTrusted(address key, Role role) external view returns (uint16 keyId);
    /// @notice Zero if the address was never registered.
    function idOf(address key) external view returns (uint16);
    function keyAt(uint16 keyId) external view returns (TrustedKey memory);
    function keyCount() external view returns (uint256);
}
