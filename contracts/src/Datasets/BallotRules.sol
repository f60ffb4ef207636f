// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice The part of a dataset's policy that opens and decides a vote, in one word, as `Datasets` stores it.
/// @dev From the low bits: votingPeriod 24, revealPeriod 24, lateQuorumMinutes 16, quorumBps 16, thresholdBps 16,
/// delistThresholdBps 16, panelSize 8, flags 8 of which one is used, proposalBond 96; 32 are spare. What a proposal's end
/// needs of the gain bonus is whether there is one; its size stands with the other terms of minting.
type BallotRules is uint256;

using Rules for BallotRules global;

library Rules {
    uint256 private constant REWARDS_GAIN = 1 << 120;

    function pack(
        uint24 votingPeriod_,
        uint24 revealPeriod_,
        uint16 lateQuorumMinutes_,
        uint16 quorumBps_,
        uint16 thresholdBps_,
        uint16 delistThresholdBps_,
        uint8 panelSize_,
        bool rewardsGain_,
        uint96 proposalBond_
    ) internal pure returns (BallotRules) {
        return BallotRules.wrap(
            uint256(votingPeriod_) | uint256(revealPeriod_) << 24 | uint256(lateQuorumMinutes_) << 48
                | uint256(quorumBps_) << 64 | uint256(thresholdBps_) << 80 | uint256(delistThresholdBps_) << 96
                | uint256(panelSize_) << 112 | (rewardsGain_ ? REWARDS_GAIN : 0) | uint256(proposalBond_) << 128
        );
    }

    function votingPeriod(BallotRules rules) internal pure returns (uint24) {
        return uint24(BallotRules.unwrap(rules));
    }

    function revealPeriod(BallotRules rules) internal pure returns (uint24) {
        return uint24(BallotRules.unwrap(rules) >> 24);
    }

    function lateQuorumMinutes(BallotRules rules) internal pure returns (uint16) {
        return uint16(BallotRules.unwrap(rules) >> 48);
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
        return uint16(BallotRules.unwrap(rules) >> 64);
    }

    function thresholdBps(BallotRules rules) internal pure returns (uint16) {
        return uint16(BallotRules.unwrap(rules) >> 80);
    }

    function delistThresholdBps(BallotRules rules) internal pure returns (uint16) {
        return uint16(BallotRules.unwrap(rules) >> 96);
    }

    /// @dev Whether a measured gain brings shares.
    function rewardsGain(BallotRules rules) internal pure returns (bool) {
        return BallotRules.unwrap(rules) & REWARDS_GAIN != 0;
    }

    /// @dev Named curators who judge blindly before the shareholders may be asked; zero: there are none.
    function panelSize(BallotRules rules) internal pure returns (uint8) {
        return uint8(BallotRules.unwrap(rules) >> 112);
    }

    function proposalBond(BallotRules rules) internal pure returns (uint96) {
        return uint96(BallotRules.unwrap(rules) >> 128);
    }
}
