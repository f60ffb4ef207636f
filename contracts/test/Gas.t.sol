// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IDatasets} from "../src/Datasets/IDatasets.sol";
import {IJobs} from "../src/Jobs/IJobs.sol";
import {IModels} from "../src/Models/IModels.sol";
import {IProposals} from "../src/Proposals/IProposals.sol";
import {IRequests} from "../src/Requests/IRequests.sol";
import {Market} from "./Market.sol";

/// @notice What whole transactions cost, base cost and calldata included: every call below is its own transaction.
/// The figures are written to contracts/snapshots/ and the bars of the design are asserted here.
/// forge-config: default.isolate = true
contract GasTest is Market {
    uint256 private _total;

    function _take(string memory group, string memory name) private returns (uint256 gas) {
        gas = vm.snapshotGasLastCall(group, name);
        _total += gas;
    }

    /// @dev As the deployment does it: no balance of the market ever starts at nothing.
    function setUp() public override {
        super.setUp();
        money.mint(address(proposals), 1);
        money.mint(address(jobs), 1);
    }

    /// @dev Exactly what is needed, as the client library does it.
    function _approve(address payer, address spender, uint256 amount) private {
        vm.prank(payer);
        money.approve(spender, amount);
    }

    function test_gas_of_one_accepted_shard_with_three_votes() public {
        // Nobody has ever proposed or voted here.
        _approve(contributor.at, address(proposals), BOND);
        vm.prank(contributor.at);
        uint256 id = proposals.propose(datasetId, _root("shard"), 1_000, _cid(_root("shard")));
        vm.assertLe(_take("Proposals", "propose"), 130_000, "propose");
        mine(1);
        _post(_evaluation(id, 900_000, 910_000), referee.key);
        vm.snapshotGasLastCall("Proposals", "postEvaluation");
        _vote(id, ada, IProposals.Choice.Yes);
        vm.assertLe(_take("Proposals", "vote (first)"), 60_000, "first vote");
        _vote(id, ben, IProposals.Choice.No);
        vm.assertLe(_take("Proposals", "vote (second)"), 60_000, "second vote");
        _vote(id, cleo, IProposals.Choice.Yes);
        vm.assertLe(_take("Proposals", "vote (third)"), 60_000, "third vote");
        _finalise(id);
        vm.assertLe(_take("Proposals", "finalise with mint"), 160_000, "finalise");
        vm.assertLe(_total, 470_000, "shard");
        vm.snapshotValue("Proposals", "one shard accepted with three votes", _total);
        vm.assertEq(shares.balanceOf(contributor.at), 110 * SHARE);

        proposals.withdrawBond(id);
        vm.snapshotGasLastCall("Proposals", "withdrawBond");
        mine(1);
        _approve(contributor.at, address(proposals), 2 * BOND);
        vm.prank(contributor.at);
        id = proposals.propose(datasetId, _root("next"), 1_000, _cid(_root("next")));
        vm.assertLe(vm.snapshotGasLastCall("Proposals", "propose (more approved than the bond)"), 130_000, "propose again");
        mine(1);
        _vote(id, ada, IProposals.Choice.Yes);
        vm.snapshotGasLastCall("Proposals", "vote (of a voter who voted before)");
        vm.prank(ben.at);
        proposals.voteWithReason(id, IProposals.Choice.Yes, "The labels agree with mine.");
        vm.snapshotGasLastCall("Proposals", "voteWithReason");
        _finalise(id);
        vm.snapshotGasLastCall("Proposals", "finalise with mint (again)");
    }

    function test_gas_of_dividends() public {
        money.mint(address(this), 1_000 * DOLLAR);
        money.approve(address(shares), type(uint256).max);
        shares.deposit(100 * DOLLAR);
        vm.snapshotGasLastCall("Shares", "deposit (first ever)");
        shares.deposit(100 * DOLLAR);
        vm.assertLe(vm.snapshotGasLastCall("Shares", "deposit"), 70_000, "deposit");
        shares.claimFor(ben.at);
        vm.snapshotGasLastCall("Shares", "claim (first money of the holder)");
        shares.deposit(100 * DOLLAR);
        vm.prank(ben.at);
        shares.claim();
        vm.assertLe(vm.snapshotGasLastCall("Shares", "claim"), 60_000, "claim");
        vm.prank(ada.at);
        shares.transfer(stranger.at, 10 * SHARE);
        vm.snapshotGasLastCall("Shares", "transfer (to a new holder)");
        mine(1);
        vm.prank(ada.at);
        shares.transfer(stranger.at, 10 * SHARE);
        vm.snapshotGasLastCall("Shares", "transfer");
    }

    function test_gas_of_a_job_of_three_workers() public {
        _enrol();
        // The contracts hold money and the dataset has earned before.
        _create(_order());
        money.mint(address(shares), 1);
        models.register(_registration());
        _approve(buyer.at, address(jobs), PRICE + 35 * DOLLAR);
        uint256 id = _create(_order());
        _take("Jobs", "create");
        bytes32 ordered = jobs.job(id).transcript;
        mine(1);
        uint256 acceptedAt = vm.getBlockNumber();
        _accept(id);
        _take("Jobs", "accept");
        mine(1);
        _assign(id, ordered, acceptedAt);
        _take("Jobs", "assign");

        bytes32 result = _root("checkpoint");
        (bytes32 commits, bytes32[][3] memory proofs) = _tree(
            [
                _commitment(id, crew[0].at, result, 985_000),
                _commitment(id, crew[1].at, result, 985_000),
                _commitment(id, crew[2].at, result, 985_000)
            ],
            _root("all other tasks")
        );
        bytes32 previous = jobs.job(id).transcript;
        mine(1);
        uint256 anchoredAt = vm.getBlockNumber();
        _anchor(id, commits);
        _take("Jobs", "anchor");
        mine(1);

        IJobs.Receipt[] memory receipts = new IJobs.Receipt[](3);
        for (uint256 i; i < 3; ++i) {
            receipts[i] = _receipt(id, crew[i], result, 985_000, proofs[i]);
        }
        (bytes32 payRoot, bytes32[][3] memory payProofs) = _tree(
            [
                _payLeaf(id, crew[0].at, 10 * DOLLAR),
                _payLeaf(id, crew[1].at, 10 * DOLLAR),
                _payLeaf(id, crew[2].at, 10 * DOLLAR)
            ],
            _payLeaf(id, scheduler.at, 5 * DOLLAR)
        );
        IJobs.Outcome memory outcome = IJobs.Outcome(jobs.job(id).transcript, result, 985_000, payRoot);
        vm.prank(scheduler.at);
        jobs.settle(id, IJobs.Anchor(previous, commits, anchoredAt), outcome, receipts, 35 * DOLLAR);
        _take("Jobs", "settle");

        IModels.Registration memory r = _registration();
        (r.checkpointHash, r.cid, r.jobId) = (result, _cid(result), uint64(id));
        (r.transcript, r.payRoot, r.price) = (outcome.previous, payRoot, 1e6);
        vm.prank(buyer.at);
        models.register(r);
        _take("Models", "register");
        vm.snapshotValue("Jobs", "job of three workers to the registered model", _total);

        jobs.claimPay(id, outcome, crew[0].at, 10 * DOLLAR, payProofs[0]);
        vm.snapshotGasLastCall("Jobs", "claimPay");
        jobs.withdrawFor(crew[0].at);
        vm.snapshotGasLastCall("Jobs", "withdraw");
        vm.assertLe(_total, 500_000, "job");
    }

    function test_gas_of_predictions() public {
        money.mint(address(predictions), 1);
        IModels.Registration memory r = _registration();
        r.price = 10_000;
        uint256 parent = _register(ada, r);
        r.parents = new uint256[](1);
        r.parents[0] = parent;
        uint256 model = _register(stranger, r);
        vm.prank(stranger.at);
        predictions.appoint(model, crew[0].at, 3_000);
        _approve(buyer.at, address(predictions), 20 * DOLLAR);
        vm.prank(buyer.at);
        uint256 id = predictions.open(model, crew[0].at, address(0), 10 * DOLLAR);
        vm.snapshotGasLastCall("Predictions", "open");
        // Nobody has earned anything yet: all that is written is written for the first time.
        predictions.settle(id, 5 * DOLLAR, _voucher(id, 5 * DOLLAR, buyer.key));
        vm.assertLe(vm.snapshotGasLastCall("Predictions", "settle (first ever)"), 100_000, "first settlement");
        predictions.settle(id, 10 * DOLLAR, _voucher(id, 10 * DOLLAR, buyer.key));
        vm.assertLe(vm.snapshotGasLastCall("Predictions", "settle"), 100_000, "settlement");
        predictions.distribute(model, r.parents);
        vm.snapshotGasLastCall("Predictions", "distribute (one parent)");
        vm.prank(buyer.at);
        predictions.beginClosing(id);
        vm.snapshotGasLastCall("Predictions", "beginClosing");
        vm.prank(crew[0].at);
        predictions.close(id);
        vm.snapshotGasLastCall("Predictions", "close");
    }

    function test_gas_of_a_review_by_three_curators() public {
        IDatasets.Charter memory charter = _charter();
        charter.policy.revealPeriod = 1 days;
        charter.curators = new address[](3);
        (charter.curators[0], charter.curators[1], charter.curators[2]) = (ada.at, referee.at, stranger.at);
        datasetId = datasets.create(charter);
        mine(1);
        uint256 id = _propose("shard", 1_000);
        Person[3] memory panel = [ada, referee, stranger];
        for (uint256 i; i < 3; ++i) {
            vm.prank(panel[i].at);
            proposals.commitVote(id, keccak256(abi.encode(id, panel[i].at, IProposals.Choice.Yes, bytes32("salt"))));
        }
        vm.snapshotGasLastCall("Proposals", "commitVote (curator)");
        skip(3 days + 1);
        for (uint256 i; i < 3; ++i) {
            proposals.revealVote(id, panel[i].at, IProposals.Choice.Yes, "salt", "");
        }
        vm.snapshotGasLastCall("Proposals", "revealVote (curator)");
        skip(1 days);
        vm.prank(ben.at);
        proposals.appeal(id);
        vm.snapshotGasLastCall("Proposals", "appeal");
    }

    function test_gas_of_a_request() public {
        money.mint(address(requests), 1);
        IRequests.Ask memory ask = IRequests.Ask({
            metadataDigest: _root("about"),
            schemaHash: "schema",
            association: 0,
            rewardPerPoint: 10_000,
            deadline: uint40(vm.getBlockTimestamp() + 30 days),
            sponsorship: 100 * DOLLAR
        });
        _approve(buyer.at, address(requests), 200 * DOLLAR);
        vm.prank(buyer.at);
        uint256 id = requests.open(ask);
        vm.snapshotGasLastCall("Requests", "open");
        vm.prank(buyer.at);
        requests.sponsor(id, 100 * DOLLAR);
        vm.snapshotGasLastCall("Requests", "sponsor (again)");
        vm.prank(buyer.at);
        requests.adopt(id, datasetId);
        vm.snapshotGasLastCall("Requests", "adopt");
        mine(1);
        uint256 proposalId = _propose("shard", 1_000);
        _vote(proposalId, ada, IProposals.Choice.Yes);
        _vote(proposalId, cleo, IProposals.Choice.Yes);
        _finalise(proposalId);
        requests.payReward(id, _root("shard"));
        vm.snapshotGasLastCall("Requests", "payReward");
    }
}
