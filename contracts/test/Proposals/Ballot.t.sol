// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IProposals} from "../../src/Proposals/IProposals.sol";
import {Market} from "../Market.sol";

contract Wallet is IERC1271 {
    address private immutable _owner;

    constructor(address owner) {
        _owner = owner;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        return ECDSA.recover(digest, signature) == _owner ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

contract BallotTest is Market {
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function _ballot(uint256 id, address voter) private view returns (IProposals.Ballot memory) {
        return IProposals.Ballot(id, IProposals.Choice.Yes, voter, "By post.", vm.getBlockTimestamp() + 1 hours);
    }

    function test_a_signed_vote_counts_for_its_signer_whoever_sends_it() public {
        uint256 id = _propose("shard", 10);
        IProposals.Ballot memory ballot = _ballot(id, ada.at);
        bytes memory signature = _sign(ada.key, proposals.ballotDigest(ballot));
        vm.expectEmit();
        emit IProposals.VoteExplained(id, ada.at, "By post.");
        vm.prank(stranger.at);
        proposals.voteBySig(ballot, signature);
        vm.assertTrue(proposals.hasVoted(id, ada.at));
        vm.assertEq(proposals.proposal(id).yes, 500 * SHARE);
    }

    function test_a_signed_vote_counts_once() public {
        uint256 id = _propose("shard", 10);
        IProposals.Ballot memory ballot = _ballot(id, ada.at);
        bytes memory signature = _sign(ada.key, proposals.ballotDigest(ballot));
        proposals.voteBySig(ballot, signature);
        _expect(IProposals.AlreadyVoted.selector, id, _word(ada.at));
        proposals.voteBySig(ballot, signature);
    }

    function test_a_ballot_is_worth_nothing_elsewhere() public {
        uint256 id = _propose("shard", 10);
        uint256 other = _propose("other", 10);
        IProposals.Ballot memory ballot = _ballot(id, ada.at);
        bytes memory signature = _sign(ada.key, proposals.ballotDigest(ballot));
        bytes4 invalid = IProposals.BallotSignatureInvalid.selector;

        ballot.proposalId = other;
        _expect(invalid, _word(ada.at));
        proposals.voteBySig(ballot, signature);
        ballot.proposalId = id;
        ballot.choice = IProposals.Choice.No;
        _expect(invalid, _word(ada.at));
        proposals.voteBySig(ballot, signature);
        ballot.choice = IProposals.Choice.Yes;
        ballot.voter = ben.at;
        _expect(invalid, _word(ben.at));
        proposals.voteBySig(ballot, signature);
        ballot.voter = ada.at;
        ballot.reason = "Forged.";
        _expect(invalid, _word(ada.at));
        proposals.voteBySig(ballot, signature);
        ballot.reason = "By post.";

        vm.chainId(999);
        _expect(invalid, _word(ada.at));
        proposals.voteBySig(ballot, signature);
        vm.chainId(31337);
        proposals.voteBySig(ballot, signature);
    }

    function test_a_high_s_signature_is_refused() public {
        uint256 id = _propose("shard", 10);
        IProposals.Ballot memory ballot = _ballot(id, ada.at);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ada.key, proposals.ballotDigest(ballot));
        bytes memory high = abi.encodePacked(r, bytes32(CURVE_ORDER - uint256(s)), v == 27 ? 28 : 27);
        _expect(IProposals.BallotSignatureInvalid.selector, _word(ada.at));
        proposals.voteBySig(ballot, high);
    }

    function test_an_expired_ballot_is_refused() public {
        uint256 id = _propose("shard", 10);
        IProposals.Ballot memory ballot = _ballot(id, ada.at);
        bytes memory signature = _sign(ada.key, proposals.ballotDigest(ballot));
        skip(1 hours + 1);
        _expect(IProposals.SignatureExpired.selector, ballot.deadline);
        proposals.voteBySig(ballot, signature);
    }

    function test_a_wallet_that_is_a_contract_can_sign() public {
        Wallet wallet = new Wallet(stranger.at);
        vm.prank(ada.at);
        shares.transfer(address(wallet), 100 * SHARE);
        mine(1);
        uint256 id = _propose("shard", 10);
        IProposals.Ballot memory ballot = _ballot(id, address(wallet));
        bytes memory wrong = _sign(ada.key, proposals.ballotDigest(ballot));
        bytes memory right = _sign(stranger.key, proposals.ballotDigest(ballot));
        _expect(IProposals.BallotSignatureInvalid.selector, _word(address(wallet)));
        proposals.voteBySig(ballot, wrong);
        proposals.voteBySig(ballot, right);
        vm.assertEq(proposals.proposal(id).yes, 100 * SHARE);
    }

    function test_the_digest_is_the_one_of_the_standard() public view {
        IProposals.Ballot memory ballot = _ballot(7, ada.at);
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("DataBright Proposals"),
                keccak256("1"),
                block.chainid,
                address(proposals)
            )
        );
        bytes32 inner = keccak256(
            abi.encode(
                keccak256("Ballot(uint256 proposalId,uint8 choice,address voter,string reason,uint256 deadline)"),
                uint256(7),
                uint256(1),
                ada.at,
                keccak256("By post."),
                ballot.deadline
            )
        );
        vm.assertEq(proposals.ballotDigest(ballot), keccak256(abi.encodePacked(hex"1901", domain, inner)));
    }
}
