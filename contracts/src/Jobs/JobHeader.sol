// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IJobs} from "./IJobs.sol";

/// @notice What the steps of a job check and change, in one word.
/// @dev From the low bits: scheduler 160, subject 32, deadline 38, missed beacons 2, refereeId 16, state 3, redundancy 2,
/// evaluation 1, convicted 1, usage released 1. The subject is a training job's dataset and an evaluation's proposal.
type Course is uint256;

using Courses for Course global;

library Courses {
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
    function open(IJobs.Order calldata order, uint16 refereeId_) internal pure returns (Course) {
        uint256 about = order.kind == IJobs.Kind.Evaluation ? uint32(order.proposalId) : order.datasetId;
        return Course.wrap(
            uint256(uint160(order.scheduler)) | about << 160
                | uint256(order.deadline) << DEADLINE_AT | uint256(refereeId_) << REFEREE_AT
                | uint256(IJobs.State.Open) << STATE_AT | uint256(order.redundancy) << REDUNDANCY_AT
                | (order.kind == IJobs.Kind.Evaluation ? EVALUATION : 0)
        );
    }

    function scheduler(Course course) internal pure returns (address) {
        return address(uint160(Course.unwrap(course)));
    }

    function subject(Course course) internal pure returns (uint256) {
        return uint32(Course.unwrap(course) >> 160);
    }

    function deadline(Course course) internal pure returns (uint256) {
        return Course.unwrap(course) >> DEADLINE_AT & DEADLINE_MASK;
    }

    /// @dev How often the scheduler was away until the hash it was to draw with was forgotten.
    function missed(Course course) internal pure returns (uint256) {
        return Course.unwrap(course) >> MISSED_AT & 3;
    }

    /// @dev At most three times.
    function missedAgain(Course course) internal pure returns (Course) {
        return Course.wrap(Course.unwrap(course) + (1 << MISSED_AT));
    }

    function refereeId(Course course) internal pure returns (uint16) {
        return uint16(Course.unwrap(course) >> REFEREE_AT);
    }

    function state(Course course) internal pure returns (IJobs.State) {
        return IJobs.State(Course.unwrap(course) >> STATE_AT & 7);
    }

    function redundancy(Course course) internal pure returns (uint8) {
        return uint8(Course.unwrap(course) >> REDUNDANCY_AT & 3);
    }

    function kind(Course course) internal pure returns (IJobs.Kind) {
        return Course.unwrap(course) & EVALUATION == 0 ? IJobs.Kind.Training : IJobs.Kind.Evaluation;
    }

    function hasConvicted(Course course) internal pure returns (bool) {
        return Course.unwrap(course) & CONVICTED != 0;
    }

    function hasReleased(Course course) internal pure returns (bool) {
        return Course.unwrap(course) & RELEASED != 0;
    }

    function released(Course course) internal pure returns (Course) {
        return Course.wrap(Course.unwrap(course) | RELEASED);
    }

    function moved(Course course, IJobs.State to) internal pure returns (Course) {
        return Course.wrap(Course.unwrap(course) & ~STATE_MASK | uint256(to) << STATE_AT);
    }

    function convicted(Course course) internal pure returns (Course) {
        return Course.wrap(Course.unwrap(course) | CONVICTED);
    }
}
