// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {NoHolder} from "../Shares/Holders.sol";
import {ITrustedKeys} from "./ITrustedKeys.sol";

/// @title TrustedKeys
contract TrustedKeys is ITrustedKeys, Ownable2Step, NoHolder {
    /// @dev One slot: a check of a key reads nothing else.
    struct Entry {
        uint16 id;
        Role role;
        Attestation attestation;
        bool revoked;
        uint40 registeredAt;
    }

    uint256 public keyCount;
    mapping(address key => Entry) private _entries;
    mapping(uint256 keyId => address) private _keys;
    mapping(uint256 keyId => bytes32) private _evidence;

    constructor(address administrator) Ownable(administrator) {}

    /// @inheritdoc ITrustedKeys
    function register(address key, Role role, Attestation attestation, bytes32 evidenceDigest)
        external
        onlyOwner
        returns (uint16 keyId)
    {
        if (key == address(0) || role == Role.None) revert KeyInvalid(key, role);
        if (_entries[key].id != 0) revert KeyAlreadyRegistered(key, _entries[key].id);
        if ((attestation == Attestation.None) != (evidenceDigest == 0)) {
            revert EvidenceInvalid(attestation, evidenceDigest);
        }

        keyId = SafeCast.toUint16(++keyCount);
        _entries[key] = Entry(keyId, role, attestation, false, uint40(block.number));
        _keys[keyId] = key;
        _evidence[keyId] = evidenceDigest;
        emit KeyRegistered(keyId, key, role, attestation, evidenceDigest);
    }

    /// @inheritdoc ITrustedKeys
    function revoke(uint16 keyId) external onlyOwner {
        address key = _known(keyId);
        if (_entries[key].revoked) revert KeyAlreadyRevoked(keyId);
        _entries[key].revoked = true;
        emit KeyRevoked(keyId, key);
    }

    /// @inheritdoc ITrustedKeys
    function requireTrusted(address key, Role role) external view returns (uint16) {
        Entry memory entry = _entries[key];
        if (entry.role != role || entry.revoked) revert KeyNotTrusted(key, role);
        return entry.id;
    }

    /// @inheritdoc ITrustedKeys
    function idOf(address key) external view returns (uint16) {
        return _entries[key].id;
    }

    /// @inheritdoc ITrustedKeys
    function keyAt(uint16 keyId) external view returns (TrustedKey memory) {
        address key = _known(keyId);
        Entry memory entry = _entries[key];
        return TrustedKey(
            key, entry.role, entry.attestation, entry.revoked, entry.registeredAt, _evidence[keyId]
        );
    }

    function _known(uint16 keyId) private view returns (address key) {
        key = _keys[keyId];
        if (key == address(0)) revert KeyUnknown(keyId);
    }
}
