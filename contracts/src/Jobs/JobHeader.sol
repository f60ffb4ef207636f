// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IJobs} from "./IJobs.sol";

/// @notice What the steps of a job check and change, in one word.
/// @dev From the low bits: scheduler 160, subject 32, deadline 38, missed beacons 2, refereeId 16, state 3, redundancy 2,
/// evaluation 1, convicted 1, usage released 1. The subject is a training job's dataset and an evaluation's proposal.
type JobHeader is uint256;

using JobHeaders for JobHeader global;

library JobHeaders {
    uint256 private constant DEADLINE_AT = 192;
    uint256 private constant DEADLINE_MASK = (1 << 38) - 1;
    uint256 private constant MISSED_AT = 230;
    uint256 private constant REFEREE_AT = 232;
    uint256 private constant STATE_AT = 248;
    uint256 private constant STATE_MASK = 7 << STATE_AT;
    uint256 private constant REDUNDANCY_AT = 251;
    uint256 private constant EVALUATION = 1 << 253;
    uint256 private constant CONVICTED = 1 << 254;
    uint256 private constant RELEASED = 1 << 255;

    /// @dev A deadline is within a year, which is far below 2^38; proposals are counted in 32 bits.
    function open(IJobs.Order calldata order, uint16 refereeId_) internal pure returns (JobHeader) {
        uint256 about = order.kind == IJobs.Kind.Evaluation ? uint32(order.proposalId) : order.datasetId;
        return JobHeader.wrap(
            uint256(uint160(order.scheduler)) | about << 160
                | uint256(order.deadline) << DEADLINE_AT | uint256(refereeId_) << REFEREE_AT
                | uint256(IJobs.State.Open) << STATE_AT | uint256(order.redundancy) << REDUNDANCY_AT
                | (order.kind == IJobs.Kind.Evaluation ? EVALUATION : 0)
        );
    }

    function scheduler(JobHeader header) internal pure returns (address) {
        return address(uint160(JobHeader.unwrap(header)));
    }

    function subject(JobHeader header) internal pure returns (uint256) {
        return uint32(JobHeader.unwrap(header) >> 160);
    }

    function deadline(JobHeader header) internal pure returns (uint256) {
        return JobHeader.unwrap(header) >> DEADLINE_AT & DEADLINE_MASK;
    }

    /// @dev How often the scheduler was away until the hash it was to draw with was forgotten.
    function missed(JobHeader header) internal pure returns (uint256) {
        return JobHeader.unwrap(header) >> MISSED_AT & 3;
    }

    /// @dev At most three times.
    function missedAgain(JobHeader header) internal pure returns (JobHeader) {
        return JobHeader.wrap(JobHeader.unwrap(header) + (1 << MISSED_AT));
    }

    function refereeId(JobHeader header) internal pure returns (uint16) {
        return uint16(JobHeader.unwrap(header) >> REFEREE_AT);
    }

    function state(JobHeader header) internal pure returns (IJobs.State) {
        return IJobs.State(JobHeader.unwrap(header) >> STATE_AT & 7);
    }

    function redundancy(JobHeader header) internal pure returns (uint8) {
        return uint8(JobHeader.unwrap(header) >> REDUNDANCY_AT & 3);
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
