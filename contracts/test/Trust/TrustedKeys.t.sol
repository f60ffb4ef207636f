// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ITrustedKeys} from "../../src/Trust/ITrustedKeys.sol";
import {Market} from "../Market.sol";

contract TrustedKeysTest is Market {
    ITrustedKeys.Role private constant REFEREE = ITrustedKeys.Role.Referee;
    ITrustedKeys.Role private constant SCHEDULER = ITrustedKeys.Role.Scheduler;
    ITrustedKeys.Attestation private constant TDX = ITrustedKeys.Attestation.Tdx;

    function test_a_key_is_registered_with_its_role_and_evidence() public {
        vm.expectEmit();
        emit ITrustedKeys.KeyRegistered(3, stranger.at, REFEREE, TDX, "evidence");
        vm.assertEq(keys.register(stranger.at, REFEREE, TDX, "evidence"), 3);
        ITrustedKeys.TrustedKey memory key = keys.keyAt(3);
        vm.assertEq(key.key, stranger.at);
        vm.assertTrue(key.role == REFEREE && key.attestation == TDX && !key.revoked);
        vm.assertEq(key.registeredAt, vm.getBlockNumber());
        vm.assertEq(key.evidenceDigest, "evidence");
        vm.assertEq(keys.idOf(stranger.at), 3);
        vm.assertEq(keys.keyCount(), 3);
        vm.assertEq(keys.requireTrusted(stranger.at, REFEREE), 3);
        vm.assertEq(keys.idOf(ada.at), 0);
    }

    function test_only_a_live_key_of_the_role_is_trusted() public {
        _expect(ITrustedKeys.KeyNotTrusted.selector, _word(stranger.at), uint256(REFEREE));
        keys.requireTrusted(stranger.at, REFEREE);
        _expect(ITrustedKeys.KeyNotTrusted.selector, _word(scheduler.at), uint256(REFEREE));
        keys.requireTrusted(scheduler.at, REFEREE);
        vm.expectEmit();
        emit ITrustedKeys.KeyRevoked(refereeId, referee.at);
        keys.revoke(refereeId);
        _expect(ITrustedKeys.KeyNotTrusted.selector, _word(referee.at), uint256(REFEREE));
        keys.requireTrusted(referee.at, REFEREE);
        vm.assertTrue(keys.keyAt(refereeId).revoked);
        vm.assertEq(keys.requireTrusted(scheduler.at, SCHEDULER), schedulerId);
    }

    function test_a_revoked_key_never_comes_back() public {
        keys.revoke(refereeId);
        _expect(ITrustedKeys.KeyAlreadyRevoked.selector, refereeId);
        keys.revoke(refereeId);
        _expect(ITrustedKeys.KeyAlreadyRegistered.selector, _word(referee.at), refereeId);
        keys.register(referee.at, REFEREE, TDX, "evidence");
    }

    function test_bad_registrations_are_refused() public {
        _expect(ITrustedKeys.KeyInvalid.selector, 0, uint256(REFEREE));
        keys.register(address(0), REFEREE, TDX, "evidence");
        _expect(ITrustedKeys.KeyInvalid.selector, _word(stranger.at), 0);
        keys.register(stranger.at, ITrustedKeys.Role.None, TDX, "evidence");
        _expect(ITrustedKeys.EvidenceInvalid.selector, uint256(TDX), 0);
        keys.register(stranger.at, REFEREE, TDX, 0);
        _expect(ITrustedKeys.EvidenceInvalid.selector, 0, 1);
        keys.register(stranger.at, REFEREE, ITrustedKeys.Attestation.None, bytes32(uint256(1)));
    }

    function test_nobody_but_the_administrator_registers_or_revokes() public {
        vm.startPrank(stranger.at);
        _expect(Ownable.OwnableUnauthorizedAccount.selector, _word(stranger.at));
        keys.register(stranger.at, REFEREE, TDX, "evidence");
        _expect(Ownable.OwnableUnauthorizedAccount.selector, _word(stranger.at));
        keys.revoke(refereeId);
    }

    function test_unknown_ids_are_refused() public {
        _expect(ITrustedKeys.KeyUnknown.selector, 0);
        keys.keyAt(0);
        _expect(ITrustedKeys.KeyUnknown.selector, 9);
        keys.revoke(9);
    }

    function test_administration_is_handed_over_in_two_steps() public {
        keys.transferOwnership(ada.at);
        vm.assertEq(keys.owner(), address(this));
        vm.prank(ada.at);
        keys.acceptOwnership();
        vm.assertEq(keys.owner(), ada.at);
    }
}
