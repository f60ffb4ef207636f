// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IJobs} from "./IJobs.sol";

/// @notice What the steps of a job check and change, in one word.
/// @dev From the low bits: schedulerId 16, refereeId 16, subject 32, deadline 40, state 8, redundancy 8, missed beacons 8, flags 8
/// of which three are used; 120 are spare. The subject is a training job's dataset and an evaluation's proposal. Both keys stand by
/// their ids in the registry of trusted keys, which are final.
type JobHeader is uint256;

using JobHeaders for JobHeader global;

library JobHeaders {
    uint256 private constant REFEREE_AT = 16;
    uint256 private constant SUBJECT_AT = 32;
    uint256 private constant DEADLINE_AT = 64;
    uint256 private constant STATE_AT = 104;
    uint256 private constant STATE_MASK = 0xff << STATE_AT;
    uint256 private constant REDUNDANCY_AT = 112;
    uint256 private constant MISSED_AT = 120;
    uint256 private constant EVALUATION = 1 << 128;
    uint256 private constant CONVICTED = 1 << 129;
    uint256 private constant RELEASED = 1 << 130;

    /// @dev Proposals are counted in 32 bits.
    function open(IJobs.Order calldata order, uint16 schedulerId_, uint16 refereeId_) internal pure returns (JobHeader) {
        uint256 about = order.kind == IJobs.Kind.Evaluation ? uint32(order.proposalId) : order.datasetId;
        return JobHeader.wrap(
            uint256(schedulerId_) | uint256(refereeId_) << REFEREE_AT | about << SUBJECT_AT
                | uint256(order.deadline) << DEADLINE_AT | uint256(IJobs.State.Open) << STATE_AT
                | uint256(order.redundancy) << REDUNDANCY_AT
                | (order.kind == IJobs.Kind.Evaluation ? EVALUATION : 0)
        );
    }

    function schedulerId(JobHeader header) internal pure returns (uint16) {
        return uint16(JobHeader.unwrap(header));
    }

    function refereeId(JobHeader header) internal pure returns (uint16) {
        return uint16(JobHeader.unwrap(header) >> REFEREE_AT);
    }

    function subject(JobHeader header) internal pure returns (uint256) {
        return uint32(JobHeader.unwrap(header) >> SUBJECT_AT);
    }

    function deadline(JobHeader header) internal pure returns (uint256) {
        return uint40(JobHeader.unwrap(header) >> DEADLINE_AT);
    }

    function state(JobHeader header) internal pure returns (IJobs.State) {
        return IJobs.State(uint8(JobHeader.unwrap(header) >> STATE_AT));
    }

    function redundancy(JobHeader header) internal pure returns (uint8) {
        return uint8(JobHeader.unwrap(header) >> REDUNDANCY_AT);
    }

    /// @dev How often the scheduler was away until the hash it was to draw with was forgotten.
    function missed(JobHeader header) internal pure returns (uint256) {
        return uint8(JobHeader.unwrap(header) >> MISSED_AT);
    }

    /// @dev At most three times.
    function missedAgain(JobHeader header) internal pure returns (JobHeader) {
        return JobHeader.wrap(JobHeader.unwrap(header) + (1 << MISSED_AT));
    }

    function kind(JobHeader header) internal pure returns (IJobs.Kind) {
        return JobHeader.unwrap(header) & EVALUATION == 0 ? IJobs.Kind.Training : IJobs.Kind.Evaluation;
    }

    function hasConvicted(JobHeader header) internal pure returns (bool) {
        return JobHeader.unwrap(header) & CONVICTED != 0;
    }

    function hasReleased(JobHeader header) internal pure returns (bool) {
        return JobHeader.unwrap(header) & RELEASED != 0;
    }

    function released(JobHeader header) internal pure returns (JobHeader) {
        return JobHeader.wrap(JobHeader.unwrap(header) | RELEASED);
    }

    function moved(JobHeader header, IJobs.State to) internal pure returns (JobHeader) {
        return JobHeader.wrap(JobHeader.unwrap(header) & ~STATE_MASK | uint256(to) << STATE_AT);
    }

    function convicted(JobHeader header) internal pure returns (JobHeader) {
        return JobHeader.wrap(JobHeader.unwrap(header) | CONVICTED);
    }
}
