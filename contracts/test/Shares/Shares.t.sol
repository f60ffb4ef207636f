// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {IShares} from "../../src/Shares/IShares.sol";
import {Shares} from "../../src/Shares/Shares.sol";
import {Market} from "../Market.sol";

contract SharesTest is Market {
    uint256 private constant MAX = type(uint96).max;

    function setUp() public override {
        super.setUp();
        money.mint(address(this), type(uint128).max);
        money.approve(address(shares), type(uint256).max);
    }

    function _mint(address to, uint256 amount) private returns (uint256) {
        vm.prank(address(datasets));
        return shares.mint(to, amount);
    }

    function _transfer(Person memory from, Person memory to, uint256 amount) private {
        vm.prank(from.at);
        shares.transfer(to.at, amount);
    }

    // ERC-20

    function test_it_is_a_named_token_of_eighteen_decimals() public view {
        vm.assertEq(shares.name(), "Digits Shares");
        vm.assertEq(shares.symbol(), "DIGIT");
        vm.assertEq(shares.decimals(), 18);
        vm.assertEq(shares.totalSupply(), 1_000 * SHARE);
        vm.assertEq(shares.datasetId(), datasetId);
        vm.assertEq(shares.money(), address(money));
    }

    function test_a_transfer_moves_shares() public {
        vm.expectEmit();
        emit IERC20.Transfer(ada.at, stranger.at, 10 * SHARE);
        _transfer(ada, stranger, 10 * SHARE);
        vm.assertEq(shares.balanceOf(ada.at), 490 * SHARE);
        vm.assertEq(shares.balanceOf(stranger.at), 10 * SHARE);
    }

    function test_a_transfer_to_oneself_changes_nothing() public {
        _transfer(ada, ada, 10 * SHARE);
        vm.assertEq(shares.balanceOf(ada.at), 500 * SHARE);
        vm.assertEq(shares.getVotes(ada.at), 500 * SHARE);
    }

    function test_more_than_the_balance_cannot_be_sent() public {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, ada.at, 500 * SHARE, 501 * SHARE)
        );
        _transfer(ada, stranger, 501 * SHARE);
    }

    function test_shares_cannot_be_burned_by_mistake() public {
        _expect(IERC20Errors.ERC20InvalidReceiver.selector, 0);
        vm.prank(ada.at);
        shares.transfer(address(0), 1);
        _expect(IERC20Errors.ERC20InvalidReceiver.selector, 0);
        _mint(address(0), 1);
    }

    /// @dev There they would vote for nobody, and what they earn would be nobody's.
    function test_shares_are_given_to_no_contract_of_the_market() public {
        address[11] memory refused = [
            address(shares),
            address(datasets),
            address(proposals),
            address(jobs),
            address(workers),
            address(usage),
            address(models),
            address(predictions),
            address(requests),
            address(keys),
            address(money)
        ];
        vm.prank(ada.at);
        shares.approve(stranger.at, type(uint256).max);
        for (uint256 i; i < refused.length; ++i) {
            bytes memory refusal = abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, refused[i]);
            vm.expectRevert(refusal);
            vm.prank(ada.at);
            shares.transfer(refused[i], SHARE);
            vm.expectRevert(refusal);
            vm.prank(stranger.at);
            shares.transferFrom(ada.at, refused[i], SHARE);
        }
    }

    function test_shares_are_not_given_to_the_token_of_another_dataset() public {
        address other = datasets.sharesOf(datasets.create(_charter()));
        _expect(IERC20Errors.ERC20InvalidReceiver.selector, _word(other));
        vm.prank(ada.at);
        shares.transfer(other, SHARE);
    }

    /// @dev A wallet that is a contract knows nothing of the question; whatever it answers, it takes shares unless it says no.
    function test_other_contracts_hold_shares() public {
        bytes[5] memory codes = [
            bytes(hex"00"), // answers nothing
            hex"60006000fd", // reverts
            hex"fe", // takes all gas
            hex"60025f5260205ff3", // answers 2
            hex"60015f5260406000f3" // answers two words, the first of them 1
        ];
        for (uint256 i; i < codes.length; ++i) {
            address wallet = address(uint160(0x5afe + i));
            vm.etch(wallet, codes[i]);
            vm.prank(ada.at);
            shares.transfer(wallet, SHARE);
            vm.assertEq(shares.balanceOf(wallet), SHARE);
        }
    }

    function test_an_allowance_is_used_up_unless_it_has_no_end() public {
        vm.expectEmit();
        emit IERC20.Approval(ada.at, stranger.at, 15);
        vm.prank(ada.at);
        shares.approve(stranger.at, 15);
        vm.prank(stranger.at);
        shares.transferFrom(ada.at, ben.at, 10);
        vm.assertEq(shares.allowance(ada.at, stranger.at), 5);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, stranger.at, 5, 6)
        );
        vm.prank(stranger.at);
        shares.transferFrom(ada.at, ben.at, 6);
        vm.prank(ada.at);
        shares.approve(stranger.at, type(uint256).max);
        vm.prank(stranger.at);
        shares.transferFrom(ada.at, ben.at, 6);
        vm.assertEq(shares.allowance(ada.at, stranger.at), type(uint256).max);
        _expect(IERC20Errors.ERC20InvalidSpender.selector, 0);
        shares.approve(address(0), 1);
    }

    function test_only_the_datasets_contract_mints_and_names() public {
        _expect(IShares.OnlyDatasets.selector, _word(address(this)));
        shares.mint(ada.at, 1);
        _expect(IShares.OnlyDatasets.selector, _word(address(this)));
        shares.initialise(1, "", "");
        vm.prank(address(datasets));
        _expect(IShares.AlreadyInitialised.selector);
        shares.initialise(1, "", "");
    }

    function test_a_mint_stops_at_the_greatest_supply() public {
        vm.assertEq(_mint(ada.at, type(uint256).max), MAX - 1_000 * SHARE);
        vm.assertEq(shares.totalSupply(), MAX);
        vm.assertEq(_mint(ada.at, 1), 0);
    }

    // Votes

    function test_a_holder_votes_without_delegating() public view {
        vm.assertEq(shares.delegates(ada.at), ada.at);
        vm.assertEq(shares.getVotes(ada.at), 500 * SHARE);
        vm.assertEq(shares.clock(), block.number);
        vm.assertEq(shares.CLOCK_MODE(), "mode=blocknumber&from=default");
    }

    function test_votes_follow_the_shares_or_the_delegation() public {
        vm.expectEmit();
        emit IVotes.DelegateChanged(ada.at, ada.at, stranger.at);
        vm.prank(ada.at);
        shares.delegate(stranger.at);
        vm.assertEq(shares.getVotes(ada.at), 0);
        vm.assertEq(shares.getVotes(stranger.at), 500 * SHARE);
        vm.assertEq(shares.delegates(ada.at), stranger.at);
        _transfer(ada, ben, 100 * SHARE);
        vm.assertEq(shares.getVotes(stranger.at), 400 * SHARE);
        vm.assertEq(shares.getVotes(ben.at), 400 * SHARE);
        _transfer(ben, ada, 50 * SHARE);
        vm.assertEq(shares.getVotes(stranger.at), 450 * SHARE);
        _mint(ada.at, SHARE);
        vm.assertEq(shares.getVotes(stranger.at), 451 * SHARE);
        vm.prank(ada.at);
        shares.delegate(address(0));
        vm.assertEq(shares.delegates(ada.at), ada.at);
        vm.assertEq(shares.getVotes(ada.at), 451 * SHARE);
        vm.assertEq(shares.getVotes(stranger.at), 0);
    }

    function test_delegation_moves_votes_and_no_dividends() public {
        vm.prank(ada.at);
        shares.delegate(stranger.at);
        shares.deposit(1_000);
        vm.assertEq(shares.claimable(ada.at), 500);
        vm.assertEq(shares.claimable(stranger.at), 0);
    }

    function test_a_delegation_can_be_signed_once() public {
        bytes32 digest = _digest(
            keccak256(
                abi.encode(
                    keccak256("Delegation(address delegatee,uint256 nonce,uint256 expiry)"),
                    stranger.at,
                    uint256(0),
                    vm.getBlockTimestamp()
                )
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ada.key, digest);
        uint256 expiry = vm.getBlockTimestamp();
        skip(1);
        _expect(IVotes.VotesExpiredSignature.selector, expiry);
        shares.delegateBySig(stranger.at, 0, expiry, v, r, s);
        vm.warp(expiry);
        shares.delegateBySig(stranger.at, 0, expiry, v, r, s);
        vm.assertEq(shares.getVotes(stranger.at), 500 * SHARE);
        _expect(Nonces.InvalidAccountNonce.selector, _word(ada.at), 1);
        shares.delegateBySig(stranger.at, 0, expiry, v, r, s);
    }

    function test_only_past_blocks_are_looked_up() public {
        uint256 current = vm.getBlockNumber();
        _expect(IShares.BlockNotPast.selector, current, current);
        shares.getPastVotes(ada.at, current);
        _expect(IShares.BlockNotPast.selector, current, current);
        shares.getPastTotalSupply(current);
        vm.assertEq(shares.getPastVotes(ada.at, 99), 0);
        vm.assertEq(shares.getPastTotalSupply(99), 0);
        vm.assertEq(shares.getPastVotes(ada.at, 100), 500 * SHARE);
        vm.assertEq(shares.getPastTotalSupply(100), 1_000 * SHARE);
    }

    /// @dev Against the obvious twin: write every block's value down.
    function testFuzz_the_past_never_changes(uint256 seed) public {
        uint256 start = vm.getBlockNumber();
        uint256[24] memory votes;
        uint256[24] memory supplies;
        for (uint256 i; i < 24; ++i) {
            for (uint256 j = seed % 3; j > 0; --j) {
                seed = uint256(keccak256(abi.encode(seed)));
                if (seed % 4 == 0) _mint(ada.at, seed % SHARE);
                else if (seed % 4 == 1) _transfer(ada, ben, seed % SHARE);
                else if (seed % 4 == 2) _transfer(ben, ada, seed % SHARE);
            }
            seed = uint256(keccak256(abi.encode(seed)));
            votes[i] = shares.getVotes(ada.at);
            supplies[i] = shares.totalSupply();
            mine(1);
        }
        for (uint256 i; i < 24; ++i) {
            vm.assertEq(shares.getPastVotes(ada.at, start + i), votes[i]);
            vm.assertEq(shares.getPastTotalSupply(start + i), supplies[i]);
        }
    }

    // Dividends

    function test_a_seller_keeps_what_was_earned_and_a_buyer_starts_from_now() public {
        vm.expectEmit();
        emit IShares.DividendDeposited(address(this), 1_000 * DOLLAR, 1_000 * SHARE);
        shares.deposit(1_000 * DOLLAR);
        _transfer(ada, stranger, 500 * SHARE);
        vm.assertEq(shares.claimable(ada.at), 500 * DOLLAR);
        vm.assertEq(shares.claimable(stranger.at), 0);
        shares.deposit(1_000 * DOLLAR);
        vm.assertEq(shares.claimable(ada.at), 500 * DOLLAR);
        vm.assertEq(shares.claimable(stranger.at), 500 * DOLLAR);
        vm.assertEq(shares.totalDeposited(), 2_000 * DOLLAR);
        uint256 before = money.balanceOf(ada.at);
        vm.expectEmit();
        emit IShares.DividendClaimed(ada.at, 500 * DOLLAR);
        vm.prank(ada.at);
        vm.assertEq(shares.claim(), 500 * DOLLAR);
        vm.assertEq(money.balanceOf(ada.at), before + 500 * DOLLAR);
    }

    function test_new_shares_earn_from_now() public {
        shares.deposit(1_000 * DOLLAR);
        _mint(stranger.at, 1_000 * SHARE);
        vm.assertEq(shares.claimable(stranger.at), 0);
        shares.deposit(1_000 * DOLLAR);
        vm.assertEq(shares.claimable(stranger.at), 500 * DOLLAR);
        vm.assertEq(shares.claimable(ada.at), 750 * DOLLAR);
    }

    function test_nothing_is_claimed_twice() public {
        shares.deposit(1_000);
        shares.claimFor(ada.at);
        _expect(IShares.NothingToClaim.selector, _word(ada.at));
        shares.claimFor(ada.at);
        _expect(IShares.NothingToClaim.selector, _word(stranger.at));
        shares.claimFor(stranger.at);
    }

    function test_fractions_of_a_unit_are_not_lost() public {
        for (uint256 i; i < 10; ++i) {
            shares.deposit(1);
            _transfer(ben, ben, 1);
        }
        vm.assertEq(shares.claimable(ben.at), 3, "ten times 0.3, settled every time");
        vm.assertEq(shares.claimable(cleo.at), 2);
        vm.assertEq(shares.claimable(ada.at), 5);
    }

    function test_a_remainder_waits_for_the_next_deposit() public {
        _mint(ada.at, MAX);
        for (uint256 i; i < 100; ++i) {
            shares.deposit(1);
        }
        uint256 all = shares.claimable(ada.at) + shares.claimable(ben.at) + shares.claimable(cleo.at);
        vm.assertLe(all, 100);
        shares.deposit(1_000_000_000);
        all = shares.claimable(ada.at) + shares.claimable(ben.at) + shares.claimable(cleo.at);
        vm.assertApproxEqAbs(all, 1_000_000_100, 100_000_000, "below one step of the index");
    }

    function test_without_shares_there_is_nobody_to_pay() public {
        Shares empty = Shares(vm.deployCode("Shares.sol:Shares", abi.encode(money)));
        _expect(IShares.NoShares.selector);
        empty.deposit(1);
    }

    function test_a_deposit_beyond_all_money_is_refused() public {
        _mint(ada.at, MAX);
        shares.deposit(MAX - 1);
        _expect(IShares.DividendTooLarge.selector, 2, 1);
        shares.deposit(2);
    }

    function test_a_deposit_beyond_the_index_is_refused() public {
        Shares tiny = Shares(vm.deployCode("Shares.sol:Shares", abi.encode(money)));
        tiny.mint(ada.at, 1);
        money.approve(address(tiny), type(uint256).max);
        uint256 limit = MAX / 1e21;
        _expect(IShares.DividendTooLarge.selector, limit + 1, limit);
        tiny.deposit(limit + 1);
        tiny.deposit(limit);
        vm.assertEq(tiny.claimable(ada.at), limit);
        vm.prank(ada.at);
        tiny.transfer(ben.at, 1);
        vm.assertEq(tiny.claimFor(ada.at), limit);
    }

    function testFuzz_what_is_claimed_never_exceeds_what_was_deposited(uint96[8] calldata amounts, uint256 seed)
        public
    {
        uint256 paid;
        uint256 claimed;
        Person[4] memory people = [ada, ben, cleo, stranger];
        for (uint256 i; i < 8; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 amount = amounts[i] % 1e24;
            shares.deposit(amount);
            paid += amount;
            Person memory from = people[seed % 4];
            _transfer(from, people[(seed >> 8) % 4], (seed >> 16) % (shares.balanceOf(from.at) + 1));
            if (seed >> 250 & 1 == 1) _mint(people[(seed >> 100) % 4].at, (seed >> 110) % (100 * SHARE));
            Person memory claimer = people[(seed >> 120) % 4];
            if (shares.claimable(claimer.at) != 0) claimed += shares.claimFor(claimer.at);
        }
        uint256 open;
        for (uint256 i; i < 4; ++i) {
            open += shares.claimable(people[i].at);
        }
        vm.assertLe(claimed + open, paid);
        vm.assertLe(paid - claimed - open, 5, "less than a unit for each holder and one for the remainder");
        vm.assertEq(money.balanceOf(address(shares)), paid - claimed);
    }

    // Permit

    function test_a_permit_approves_once_and_in_time() public {
        uint256 deadline = vm.getBlockTimestamp();
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ada.key, _permitDigest(deadline));
        _expect(IShares.PermitSignerInvalid.selector, _word(_recovered(v, r, s, deadline)), _word(ben.at));
        shares.permit(ben.at, stranger.at, 7, deadline, v, r, s);
        skip(1);
        _expect(IShares.PermitExpired.selector, deadline);
        shares.permit(ada.at, stranger.at, 7, deadline, v, r, s);
        vm.warp(deadline);
        shares.permit(ada.at, stranger.at, 7, deadline, v, r, s);
        vm.assertEq(shares.allowance(ada.at, stranger.at), 7);
        vm.assertEq(shares.nonces(ada.at), 1);
        vm.expectRevert();
        shares.permit(ada.at, stranger.at, 7, deadline, v, r, s);
    }

    function test_the_domain_names_the_token() public view {
        (bytes1 fields, string memory name, string memory version, uint256 chain, address at,,) =
            shares.eip712Domain();
        vm.assertTrue(fields == hex"0f");
        vm.assertEq(name, "Digits Shares");
        vm.assertEq(version, "1");
        vm.assertEq(chain, block.chainid);
        vm.assertEq(at, address(shares));
        bytes32 kind =
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        vm.assertEq(
            shares.DOMAIN_SEPARATOR(),
            keccak256(abi.encode(kind, keccak256("Digits Shares"), keccak256("1"), block.chainid, address(shares)))
        );
    }

    function _permitStruct(address owner, uint256 deadline) private view returns (bytes32) {
        bytes32 kind =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        return keccak256(abi.encode(kind, owner, stranger.at, uint256(7), uint256(0), deadline));
    }

    function _permitDigest(uint256 deadline) private view returns (bytes32) {
        return _digest(_permitStruct(ada.at, deadline));
    }

    function _recovered(uint8 v, bytes32 r, bytes32 s, uint256 deadline) private view returns (address) {
        return ecrecover(_digest(_permitStruct(ben.at, deadline)), v, r, s);
    }

    function _digest(bytes32 inner) private view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", shares.DOMAIN_SEPARATOR(), inner));
    }
}
