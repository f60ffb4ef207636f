// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IDatasets} from "../../src/Datasets/IDatasets.sol";
import {IModels} from "../../src/Models/IModels.sol";
import {ICredits} from "../../src/Money/ICredits.sol";
import {IPredictions} from "../../src/Predictions/IPredictions.sol";
import {Predictions} from "../../src/Predictions/Predictions.sol";
import {Market} from "../Market.sol";

contract PredictionsTest is Market {
    uint96 private constant DEPOSIT = 10 * DOLLAR;

    uint256 private _model;
    uint256 private _id;

    function setUp() public override {
        super.setUp();
        _model = _register(stranger, _registration());
        vm.prank(stranger.at);
        predictions.appoint(_model, crew[0].at, 3_000);
        _id = _open(buyer, address(0), DEPOSIT);
    }

    function _open(Person memory payer, address signer, uint96 amount) private returns (uint256) {
        vm.prank(payer.at);
        return predictions.open(_model, crew[0].at, signer, amount);
    }

    function _settle(uint256 id, uint96 cumulative) private {
        predictions.settle(id, cumulative, _voucher(id, cumulative, buyer.key));
    }

    function _closed() private {
        vm.prank(crew[0].at);
        predictions.close(_id);
    }

    function _is(IPredictions.State state) private view {
        vm.assertEq(uint256(predictions.channel(_id).state), uint256(state));
    }

    // Opening

    function test_a_channel_says_everything_it_was_opened_with() public {
        vm.expectEmit();
        emit IPredictions.ChannelOpened(2, _model, buyer.at, crew[0].at, ben.at, 3_000, 7);
        uint256 id = _open(buyer, ben.at, 7);
        IPredictions.Channel memory c = predictions.channel(id);
        vm.assertEq(uint256(c.state), uint256(IPredictions.State.Open));
        vm.assertEq(c.buyer, buyer.at);
        vm.assertEq(c.signer, ben.at);
        vm.assertEq(c.worker, crew[0].at);
        vm.assertEq(c.modelId, _model);
        vm.assertEq(c.workerBps, 3_000);
        vm.assertEq(c.deposit, 7);
        vm.assertEq(c.settled, 0);
        vm.assertEq(c.closesAt, 0);
        vm.assertEq(predictions.channelCount(), 2);
        vm.assertEq(predictions.channel(_id).signer, buyer.at); // Where nobody else is named.
        vm.assertEq(money.balanceOf(address(predictions)), DEPOSIT + 7);
        vm.assertEq(predictions.money(), address(money));
        vm.assertEq(predictions.challengePeriod(), CHALLENGE);
    }

    function test_only_the_owner_appoints_and_dismisses() public {
        vm.prank(ada.at);
        vm.expectRevert(
            abi.encodeWithSelector(IPredictions.NotTheOwner.selector, _model, stranger.at, ada.at)
        );
        predictions.appoint(_model, ada.at, 5_000);
        vm.prank(ada.at);
        vm.expectRevert(
            abi.encodeWithSelector(IPredictions.NotTheOwner.selector, _model, stranger.at, ada.at)
        );
        predictions.dismiss(_model, crew[0].at);
        vm.prank(stranger.at);
        _expect(IPredictions.WorkerBpsInvalid.selector, 5_001);
        predictions.appoint(_model, ada.at, 5_001);
        _expect(IModels.ModelUnknown.selector, 9);
        predictions.appoint(9, ada.at, 1);
    }

    /// @dev Private weights go to chosen workers alone, so money for them must not go anywhere else.
    function test_only_appointed_workers_and_the_owner_serve_a_model() public {
        _expect(IPredictions.WorkerNotAppointed.selector, _model, _word(ada.at));
        vm.prank(buyer.at);
        predictions.open(_model, ada.at, address(0), DEPOSIT);
        vm.prank(buyer.at);
        uint256 id = predictions.open(_model, stranger.at, address(0), DEPOSIT);
        vm.assertEq(predictions.channel(id).workerBps, 0, "the owner gets everything anyway");
        _expect(IModels.ModelUnknown.selector, 9);
        predictions.termsOf(9, ada.at);
    }

    function test_a_dismissed_worker_keeps_its_channels_and_gets_no_new_ones() public {
        vm.expectEmit();
        emit IPredictions.WorkerDismissed(_model, crew[0].at);
        vm.prank(stranger.at);
        predictions.dismiss(_model, crew[0].at);
        _expect(IPredictions.WorkerNotAppointed.selector, _model, _word(crew[0].at));
        _open(buyer, address(0), DEPOSIT);
        _settle(_id, DOLLAR);
        vm.assertEq(predictions.owed(crew[0].at), DOLLAR * 3 / 10);
        _expect(IPredictions.WorkerNotAppointed.selector, _model, _word(crew[0].at));
        vm.prank(stranger.at);
        predictions.dismiss(_model, crew[0].at);
    }

    function test_new_terms_are_for_new_channels() public {
        vm.expectEmit();
        emit IPredictions.WorkerAppointed(_model, crew[0].at, 5_000);
        vm.prank(stranger.at);
        predictions.appoint(_model, crew[0].at, 5_000);
        vm.assertEq(predictions.termsOf(_model, crew[0].at), 5_000);
        _settle(_id, DOLLAR);
        vm.assertEq(predictions.earned(_model), DOLLAR * 7 / 10);
        _settle(_open(buyer, address(0), DEPOSIT), DOLLAR);
        vm.assertEq(predictions.earned(_model), DOLLAR * 12 / 10, "half of it is the worker's");
    }

    // Vouchers

    function test_a_thousand_predictions_are_one_settlement() public {
        vm.expectEmit();
        emit IPredictions.VoucherSettled(_id, DEPOSIT, DEPOSIT * 3 / 10, DEPOSIT * 7 / 10);
        _settle(_id, DEPOSIT);
        vm.assertEq(predictions.owed(crew[0].at), DEPOSIT * 3 / 10);
        vm.assertEq(predictions.earned(_model), DEPOSIT * 7 / 10);
        vm.assertEq(predictions.channel(_id).settled, DEPOSIT);
        vm.assertEq(predictions.withdrawFor(crew[0].at), DEPOSIT * 3 / 10);
        vm.assertEq(money.balanceOf(crew[0].at), 10_000 * DOLLAR + DEPOSIT * 3 / 10);
    }

    function test_a_replayed_or_lower_voucher_buys_nothing() public {
        bytes memory early = _voucher(_id, DOLLAR, buyer.key);
        bytes memory late = _voucher(_id, 2 * DOLLAR, buyer.key);
        predictions.settle(_id, 2 * DOLLAR, late);
        _expect(IPredictions.VoucherSpent.selector, _id, DOLLAR, 2 * DOLLAR);
        predictions.settle(_id, DOLLAR, early);
        _expect(IPredictions.VoucherSpent.selector, _id, 2 * DOLLAR, 2 * DOLLAR);
        predictions.settle(_id, 2 * DOLLAR, late);
    }

    function test_a_voucher_above_the_deposit_buys_nothing() public {
        bytes memory signature = _voucher(_id, DEPOSIT + 1, buyer.key);
        _expect(IPredictions.VoucherTooHigh.selector, _id, DEPOSIT + 1, DEPOSIT);
        predictions.settle(_id, DEPOSIT + 1, signature);
    }

    function test_a_voucher_of_another_channel_buys_nothing() public {
        uint256 other = _open(buyer, address(0), DEPOSIT);
        bytes memory signature = _voucher(other, DOLLAR, buyer.key);
        vm.expectRevert();
        predictions.settle(_id, DOLLAR, signature);
    }

    function test_a_forged_voucher_buys_nothing() public {
        bytes memory signature = _voucher(_id, DOLLAR, crew[0].key);
        vm.expectRevert(
            abi.encodeWithSelector(IPredictions.VoucherSignatureInvalid.selector, _id, buyer.at, crew[0].at)
        );
        predictions.settle(_id, DOLLAR, signature);
        signature = _voucher(_id, DOLLAR, buyer.key);
        vm.expectRevert();
        predictions.settle(_id, 2 * DOLLAR, signature);
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 0));
        predictions.settle(_id, DOLLAR, "");
    }

    function test_a_voucher_of_another_chain_or_contract_buys_nothing() public {
        bytes memory signature = _voucher(_id, DOLLAR, buyer.key);
        vm.chainId(5);
        vm.expectRevert();
        predictions.settle(_id, DOLLAR, signature);
        vm.chainId(31337);
        Predictions twin = Predictions(
            vm.deployCode("Predictions.sol:Predictions", abi.encode(money, datasets, models, CHALLENGE))
        );
        vm.prank(stranger.at);
        twin.appoint(_model, crew[0].at, 3_000);
        vm.prank(buyer.at);
        money.approve(address(twin), DEPOSIT);
        vm.prank(buyer.at);
        vm.assertEq(twin.open(_model, crew[0].at, address(0), DEPOSIT), _id, "the same number there");
        vm.expectRevert();
        twin.settle(_id, DOLLAR, signature);
        predictions.settle(_id, DOLLAR, signature);
    }

    function test_a_challenge_period_is_neither_nothing_nor_without_end() public {
        uint256[3] memory refused = [uint256(0), 90 days + 1, type(uint40).max];
        for (uint256 i; i < 3; ++i) {
            bytes memory terms = abi.encode(money, datasets, models, refused[i]);
            vm.expectRevert(abi.encodeWithSelector(IPredictions.ChallengePeriodInvalid.selector, refused[i]));
            vm.deployCode("Predictions.sol:Predictions", terms);
        }
        vm.deployCode("Predictions.sol:Predictions", abi.encode(money, datasets, models, 1));
        vm.deployCode("Predictions.sol:Predictions", abi.encode(money, datasets, models, 90 days));
    }

    function test_a_key_for_one_channel_signs_for_that_channel_alone() public {
        uint256 id = _open(buyer, ben.at, DEPOSIT);
        predictions.settle(id, DOLLAR, _voucher(id, DOLLAR, ben.key));
        bytes memory signature = _voucher(id, 2 * DOLLAR, buyer.key);
        vm.expectRevert(
            abi.encodeWithSelector(IPredictions.VoucherSignatureInvalid.selector, id, ben.at, buyer.at)
        );
        predictions.settle(id, 2 * DOLLAR, signature);
        signature = _voucher(_id, DOLLAR, ben.key);
        vm.expectRevert(
            abi.encodeWithSelector(IPredictions.VoucherSignatureInvalid.selector, _id, buyer.at, ben.at)
        );
        predictions.settle(_id, DOLLAR, signature);
    }

    /// @dev Whoever settles often must not lose or win units by rounding.
    function testFuzz_the_parts_do_not_depend_on_how_often_is_settled(uint96[8] memory sums, uint16 workerBps) public {
        workerBps = uint16(bound(workerBps, 0, 5_000));
        vm.prank(stranger.at);
        predictions.appoint(_model, crew[0].at, workerBps);
        uint256 id = _open(buyer, address(0), DEPOSIT);
        uint256 last;
        for (uint256 i; i < 8; ++i) {
            uint96 sum = uint96(bound(sums[i], 1, DEPOSIT));
            if (sum <= last) continue;
            _settle(id, sum);
            last = sum;
        }
        vm.assertEq(predictions.owed(crew[0].at), last * workerBps / 10_000);
        vm.assertEq(predictions.earned(_model), last - last * workerBps / 10_000);
    }

    // Topping up and closing

    function test_anyone_tops_up_an_open_channel() public {
        vm.expectEmit();
        emit IPredictions.ChannelToppedUp(_id, ada.at, 5, DEPOSIT + 5);
        vm.prank(ada.at);
        predictions.topUp(_id, 5);
        _settle(_id, DEPOSIT + 5);
    }

    function test_the_worker_closes_at_once() public {
        _settle(_id, 4 * DOLLAR);
        vm.expectEmit();
        emit IPredictions.ChannelClosed(_id, 6 * DOLLAR);
        _closed();
        _is(IPredictions.State.Closed);
        vm.assertEq(predictions.channel(_id).closesAt, 0);
        vm.assertEq(predictions.owed(buyer.at), 6 * DOLLAR);
    }

    function test_the_buyer_closes_after_the_worker_had_its_chance() public {
        vm.expectEmit();
        emit IPredictions.ClosingBegun(_id, 1_800_000_000 + CHALLENGE);
        vm.prank(buyer.at);
        predictions.beginClosing(_id);
        _is(IPredictions.State.Closing);
        skip(CHALLENGE - 1);
        _expect(IPredictions.ChannelNotClosable.selector, _id, 1_800_000_000 + CHALLENGE);
        vm.prank(buyer.at);
        predictions.close(_id);
        _settle(_id, DOLLAR);
        skip(1);
        predictions.close(_id);
        vm.assertEq(predictions.owed(buyer.at), 9 * DOLLAR);
    }

    function test_the_buyer_cannot_close_at_once() public {
        _expect(IPredictions.ChannelNotClosable.selector, _id, 0);
        vm.prank(buyer.at);
        predictions.close(_id);
        vm.prank(ada.at);
        vm.expectRevert(abi.encodeWithSelector(IPredictions.NotThePayer.selector, _id, buyer.at, ada.at));
        predictions.beginClosing(_id);
    }

    /// @dev Every step in every state that forbids it.
    function test_the_steps_a_state_forbids() public {
        vm.prank(buyer.at);
        predictions.beginClosing(_id);
        _refusesToOpenAgain(IPredictions.State.Closing);
        _closed();
        _refusesToOpenAgain(IPredictions.State.Closed);
        bytes memory signature = _voucher(_id, DOLLAR, buyer.key);
        _expect(IPredictions.ChannelNotOpen.selector, _id, uint256(IPredictions.State.Closed));
        predictions.settle(_id, DOLLAR, signature);
        _expect(IPredictions.ChannelNotOpen.selector, _id, uint256(IPredictions.State.Closed));
        vm.prank(crew[0].at);
        predictions.close(_id);
    }

    function _refusesToOpenAgain(IPredictions.State state) private {
        _expect(IPredictions.ChannelNotOpen.selector, _id, uint256(state));
        vm.prank(buyer.at);
        predictions.beginClosing(_id);
        _expect(IPredictions.ChannelNotOpen.selector, _id, uint256(state));
        vm.prank(buyer.at);
        predictions.topUp(_id, 1);
    }

    function test_a_channel_that_does_not_exist_does_nothing() public {
        _expect(IPredictions.ChannelUnknown.selector, 9);
        predictions.channel(9);
        _expect(IPredictions.ChannelUnknown.selector, 9);
        predictions.topUp(9, 1);
        _expect(IPredictions.ChannelUnknown.selector, 9);
        predictions.settle(9, 1, "");
        _expect(IPredictions.ChannelUnknown.selector, 9);
        predictions.beginClosing(9);
        _expect(IPredictions.ChannelUnknown.selector, 9);
        predictions.close(9);
    }

    // Earnings

    function test_earnings_go_to_owner_dataset_and_parents_and_on_from_there() public {
        IModels.Registration memory r = _registration();
        uint256 free = _register(cleo, r);
        r.royaltyBps = 1_000;
        uint256 grandparent = _register(cleo, r);
        r.parents = new uint256[](1);
        r.parents[0] = grandparent;
        r.royaltyBps = 500;
        uint256 parent = _register(ada, r);
        r.parents = new uint256[](3);
        (r.parents[0], r.parents[1], r.parents[2]) = (free, grandparent, parent);
        _model = _register(stranger, r);
        vm.prank(stranger.at);
        predictions.appoint(_model, crew[0].at, 0);
        _settle(_open(buyer, address(0), DEPOSIT), DEPOSIT);

        vm.expectEmit();
        emit IPredictions.RoyaltyPaid(_model, grandparent, DOLLAR);
        vm.expectEmit();
        emit IPredictions.RoyaltyPaid(_model, parent, DOLLAR / 2);
        vm.expectEmit();
        emit IPredictions.EarningsDistributed(_model, DEPOSIT, 2 * DOLLAR, 65 * DOLLAR / 10);
        predictions.distribute(_model, r.parents);
        vm.assertEq(predictions.owed(stranger.at), 65 * DOLLAR / 10);
        vm.assertEq(shares.totalDeposited(), 2 * DOLLAR);
        vm.assertEq(predictions.earned(_model), 0);

        uint256[] memory grand = new uint256[](1);
        grand[0] = grandparent;
        predictions.distribute(parent, grand);
        vm.assertEq(predictions.owed(ada.at), DOLLAR * 35 / 100);
        predictions.distribute(grandparent, new uint256[](0));
        vm.assertEq(predictions.owed(cleo.at), DOLLAR * 84 / 100);
        vm.assertEq(shares.totalDeposited(), 2 * DOLLAR + DOLLAR / 10 + DOLLAR * 21 / 100);
    }

    function test_a_lineage_that_was_not_registered_distributes_nothing() public {
        _settle(_id, DOLLAR);
        uint256[] memory invented = new uint256[](1);
        invented[0] = 1;
        _expect(IPredictions.LineageMismatch.selector, _model);
        predictions.distribute(_model, invented);
        IModels.Registration memory r = _registration();
        r.parents = invented;
        uint256 child = _register(ada, r);
        _expect(IPredictions.LineageMismatch.selector, child);
        predictions.distribute(child, new uint256[](0));
    }

    function test_nothing_is_distributed_twice() public {
        _settle(_id, DOLLAR);
        predictions.distribute(_model, new uint256[](0));
        _expect(IPredictions.NothingEarned.selector, _model);
        predictions.distribute(_model, new uint256[](0));
        _expect(IModels.ModelUnknown.selector, 9);
        predictions.distribute(9, new uint256[](0));
    }

    function test_a_dataset_without_royalties_is_paid_nothing() public {
        IModels.Registration memory r = _registration();
        r.datasetId = uint32(datasetId + 1);
        IDatasets.Charter memory charter = _charter();
        charter.policy.royaltyBps = 0;
        datasets.create(charter);
        _model = _register(stranger, r);
        vm.prank(stranger.at);
        predictions.appoint(_model, crew[0].at, 0);
        _settle(_open(buyer, address(0), DEPOSIT), DEPOSIT);
        predictions.distribute(_model, new uint256[](0));
        vm.assertEq(predictions.owed(stranger.at), DEPOSIT);
    }

    function test_credits_are_withdrawn_once_and_by_anyone_for_their_owner() public {
        _settle(_id, DOLLAR);
        vm.prank(crew[0].at);
        vm.assertEq(predictions.withdraw(), DOLLAR * 3 / 10);
        vm.expectRevert(abi.encodeWithSelector(ICredits.NothingOwed.selector, crew[0].at));
        predictions.withdrawFor(crew[0].at);
    }
}
