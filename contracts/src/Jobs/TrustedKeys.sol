// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ITrustedKeys} from "./ITrustedKeys.sol";

/// @title TrustedKeys
contract TrustedKeys is ITrustedKeys, Ownable2Step {
    struct Entry {
        // One slot: a check of a key reads nothing else.
        address key;
        Role role;
        Attestation attestation;
        bool revoked;
        uint40 registeredAt;
        bytes32 evidenceDigest;
    }

    uint256 public keyCount;
    mapping(uint256 keyId => Entry) private _entries;
    mapping(address key => uint16) public idOf;

    constructor(address administrator) Ownable(administrator) {}

    /// @inheritdoc ITrustedKeys
    function register(address key, Role role, Attestation attestation, bytes32 evidenceDigest)
        external
        onlyOwner
        returns (uint16 keyId)
    {
        if (key == address(0) || role == Role.None) revert KeyInvalid(key, role);
        if (idOf[key] != 0) revert KeyAlreadyRegistered(key, idOf[key]);
        if ((attestation == Attestation.None) != (evidenceDigest == 0)) {
            revert EvidenceInvalid(attestation, evidenceDigest);
        }

        keyId = SafeCast.toUint16(++keyCount);
        idOf[key] = keyId;
        _entries[keyId] = Entry(key, role, attestation, false, uint40(block.number), evidenceDigest);
        emit KeyRegistered(keyId, key, role, attestation, evidenceDigest);
    }

    /// @inheritdoc ITrustedKeys
    function revoke(uint16 keyId) external onlyOwner {
        Entry storage entry = _known(keyId);
        if (entry.revoked) revert KeyAlreadyRevoked(keyId);
        entry.revoked = true;
        emit KeyRevoked(keyId, entry.key);
    }

    /// @inheritdoc ITrustedKeys
    function requireKey(uint16 keyId, Role role, address actor) external view {
        Entry storage entry = _entries[keyId];
        if (entry.key != actor || entry.role != role || entry.revoked) revert KeyNotTrusted(keyId, role, actor);
    }

    /// @inheritdoc ITrustedKeys
    function requireLive(uint16 keyId, Role role) external view {
        Entry storage entry = _entries[keyId];
        if (entry.role != role || entry.revoked) revert KeyNotTrusted(keyId, role, entry.key);
    }

    /// @inheritdoc ITrustedKeys
    function keyAt(uint16 keyId) external view returns (TrustedKey memory) {
        Entry storage entry = _known(keyId);
        return TrustedKey(
            entry.key, entry.role, entry.attestation, entry.revoked, entry.registeredAt, entry.evidenceDigest
        );
    }

    function _known(uint16 keyId) private view returns (Entry storage entry) {
        entry = _entries[keyId];
        if (entry.key == address(0)) revert KeyUnknown(keyId);
    }
}
