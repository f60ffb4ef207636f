// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice The part of a dataset's policy that opens and decides a vote, in one word, as `Datasets` stores it.
/// @dev From the low bits: votingPeriod 32, revealPeriod 32, lateQuorumMinutes 16, quorumBps 16, thresholdBps 16,
/// delistThresholdBps 16, gainBonusBps 24, panelSize 8, proposalBond 96.
type BallotRules is uint256;

using Rules for BallotRules global;

library Rules {
    function pack(
        uint32 votingPeriod_,
        uint32 revealPeriod_,
        uint16 lateQuorumMinutes_,
        uint16 quorumBps_,
        uint16 thresholdBps_,
        uint16 delistThresholdBps_,
        uint24 gainBonusBps_,
        uint8 panelSize_,
        uint96 proposalBond_
    ) internal pure returns (BallotRules) {
        return BallotRules.wrap(
            uint256(votingPeriod_) | uint256(revealPeriod_) << 32 | uint256(lateQuorumMinutes_) << 64
                | uint256(quorumBps_) << 80 | uint256(thresholdBps_) << 96 | uint256(delistThresholdBps_) << 112
                | uint256(gainBonusBps_) << 128 | uint256(panelSize_) << 152 | uint256(proposalBond_) << 160
        );
    }

    function votingPeriod(BallotRules rules) internal pure returns (uint32) {
        return uint32(BallotRules.unwrap(rules));
    }

    function revealPeriod(BallotRules rules) internal pure returns (uint32) {
        return uint32(BallotRules.unwrap(rules) >> 32);
    }

    function lateQuorumMinutes(BallotRules rules) internal pure returns (uint16) {
        return uint16(BallotRules.unwrap(rules) >> 64);
    }

    /// @dev Seconds.
    function lateQuorum(BallotRules rules) internal pure returns (uint256) {
        return uint256(rules.lateQuorumMinutes()) * 60;
    }

    /// @notice The longest time from a proposal to the end of its vote, in seconds: a review and the vote that an appeal brings, a
    /// shielded vote, or an open one that was extended.
    function longest(BallotRules rules) internal pure returns (uint256) {
        uint256 extension = rules.lateQuorum();
        uint256 once = uint256(rules.votingPeriod()) + rules.revealPeriod();
        if (rules.panelSize() != 0) return once * 2 + extension;
        return rules.revealPeriod() != 0 ? once : once + extension;
    }

    function quorumBps(BallotRules rules) internal pure returns (uint16) {
        return uint16(BallotRules.unwrap(rules) >> 80);
    }

    function thresholdBps(BallotRules rules) internal pure returns (uint16) {
        return uint16(BallotRules.unwrap(rules) >> 96);
    }

    function delistThresholdBps(BallotRules rules) internal pure returns (uint16) {
        return uint16(BallotRules.unwrap(rules) >> 112);
    }

    function gainBonusBps(BallotRules rules) internal pure returns (uint24) {
        return uint24(BallotRules.unwrap(rules) >> 128);
    }

    /// @dev Named curators who judge blindly before the shareholders may be asked; zero: there are none.
    function panelSize(BallotRules rules) internal pure returns (uint8) {
        return uint8(BallotRules.unwrap(rules) >> 152);
    }

    function proposalBond(BallotRules rules) internal pure returns (uint96) {
        return uint96(BallotRules.unwrap(rules) >> 160);
    }
}
