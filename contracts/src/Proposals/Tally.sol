// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IProposals} from "./IProposals.sol";

/// @notice What a vote changes, in one word.
/// @dev From the low bits: yes 96, no 96, deadline 34, spare 5, flag 1, state 3, flags 5, lateQuorumMinutes 16. Handled as a
/// value, because the compiler writes a struct to its slot field by field.
type Tally is uint256;

/// @notice Who proposed what, in one word.
/// @dev From the low bits: contributor 160, datasetId 32, count 24, snapshot 40. A count of zero asks for a delisting
/// or for another best checkpoint.
type Offer is uint256;

using Tallies for Tally global;
using Offers for Offer global;

library Tallies {
    /// @dev It is about the dataset's best checkpoint. Deadlines are far below 2^34 seconds, which is the year 2514.
    uint256 internal constant REPLACEMENT = 1 << 231;
    uint256 internal constant SHIELDED = 1 << 235;
    uint256 internal constant EXTENDED = 1 << 236;
    uint256 internal constant EVALUATED = 1 << 237;
    uint256 internal constant BOND_WITHDRAWN = 1 << 238;
    /// @dev The named curators judge; the shareholders have not been asked.
    uint256 internal constant UNDER_REVIEW = 1 << 239;

    uint256 private constant STATE_AT = 232;
    uint256 private constant STATE_MASK = 7 << STATE_AT;
    uint256 private constant DEADLINE_AT = 192;
    uint256 private constant DEADLINE_MASK = ((1 << 34) - 1) << DEADLINE_AT;

    function open(uint256 deadline_, bool shielded, uint16 lateQuorumMinutes) internal pure returns (Tally) {
        return Tally.wrap(
            deadline_ << DEADLINE_AT | uint256(IProposals.State.Open) << STATE_AT | (shielded ? SHIELDED : 0)
                | uint256(lateQuorumMinutes) << 240
        );
    }

    function yes(Tally tally) internal pure returns (uint256) {
        return uint96(Tally.unwrap(tally));
    }

    function no(Tally tally) internal pure returns (uint256) {
        return uint96(Tally.unwrap(tally) >> 96);
    }

    function deadline(Tally tally) internal pure returns (uint256) {
        return (Tally.unwrap(tally) & DEADLINE_MASK) >> DEADLINE_AT;
    }

    function state(Tally tally) internal pure returns (IProposals.State) {
        return IProposals.State(Tally.unwrap(tally) >> STATE_AT & 7);
    }

    function isOpen(Tally tally) internal pure returns (bool) {
        return Tally.unwrap(tally) & STATE_MASK == uint256(IProposals.State.Open) << STATE_AT;
    }

    function has(Tally tally, uint256 flag) internal pure returns (bool) {
        return Tally.unwrap(tally) & flag != 0;
    }

    /// @dev Seconds.
    function lateQuorum(Tally tally) internal pure returns (uint256) {
        return (Tally.unwrap(tally) >> 240) * 60;
    }

    /// @dev Fits: all weights at one snapshot sum up to the supply at most, which is below 2^96.
    function counted(Tally tally, IProposals.Choice choice, uint256 weight) internal pure returns (Tally) {
        return Tally.wrap(Tally.unwrap(tally) + (choice == IProposals.Choice.Yes ? weight : weight << 96));
    }

    function flagged(Tally tally, uint256 flag) internal pure returns (Tally) {
        return Tally.wrap(Tally.unwrap(tally) | flag);
    }

    function moved(Tally tally, IProposals.State to) internal pure returns (Tally) {
        return Tally.wrap(Tally.unwrap(tally) & ~STATE_MASK | uint256(to) << STATE_AT);
    }

    function extended(Tally tally, uint256 deadline_) internal pure returns (Tally) {
        return Tally.wrap(Tally.unwrap(tally) & ~DEADLINE_MASK | deadline_ << DEADLINE_AT | EXTENDED);
    }
}

library Offers {
    function make(address contributor_, uint256 datasetId_, uint24 count_, uint256 snapshot_)
        internal
        pure
        returns (Offer)
    {
        return Offer.wrap(
            uint256(uint160(contributor_)) | uint256(uint32(datasetId_)) << 160 | uint256(count_) << 192
                | snapshot_ << 216
        );
    }

    function contributor(Offer offer) internal pure returns (address) {
        return address(uint160(Offer.unwrap(offer)));
    }

    function datasetId(Offer offer) internal pure returns (uint256) {
        return uint32(Offer.unwrap(offer) >> 160);
    }

    function count(Offer offer) internal pure returns (uint24) {
        return uint24(Offer.unwrap(offer) >> 192);
    }

    function snapshot(Offer offer) internal pure returns (uint256) {
        return Offer.unwrap(offer) >> 216;
    }
}
