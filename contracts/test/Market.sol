// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Datasets} from "../src/Datasets/Datasets.sol";
import {IDatasets} from "../src/Datasets/IDatasets.sol";
import {IJobs} from "../src/Jobs/IJobs.sol";
import {Jobs} from "../src/Jobs/Jobs.sol";
import {IModels} from "../src/Models/IModels.sol";
import {Models} from "../src/Models/Models.sol";
import {TestDollar} from "../src/Money/TestDollar.sol";
import {IPredictions} from "../src/Predictions/IPredictions.sol";
import {Predictions} from "../src/Predictions/Predictions.sol";
import {IProposals} from "../src/Proposals/IProposals.sol";
import {Proposals} from "../src/Proposals/Proposals.sol";
import {Requests} from "../src/Requests/Requests.sol";
import {Shares} from "../src/Shares/Shares.sol";
import {ITrustedKeys} from "../src/Trust/ITrustedKeys.sol";
import {TrustedKeys} from "../src/Trust/TrustedKeys.sol";
import {Usage} from "../src/Usage/Usage.sol";
import {Workers} from "../src/Workers/Workers.sol";
import {Test} from "./Test.sol";

/// @notice A whole market with one dataset, three founders and everyone else a test needs.
abstract contract Market is Test {
    struct Person {
        address at;
        uint256 key;
    }

    uint96 internal constant DOLLAR = 1e6;
    uint96 internal constant SHARE = 1e18;
    uint96 internal constant BOND = 10 * DOLLAR;
    uint80 internal constant PRICE = uint80(50 * DOLLAR);
    uint96 internal constant STAKE = 100 * DOLLAR;
    uint40 internal constant COOL_DOWN = 7 days;
    uint40 internal constant CHALLENGE = 1 days;

    TestDollar internal money;
    TrustedKeys internal keys;
    Datasets internal datasets;
    Proposals internal proposals;
    Shares internal shares;
    Jobs internal jobs;
    Workers internal workers;
    Usage internal usage;
    Models internal models;
    Predictions internal predictions;
    Requests internal requests;

    /// @dev Founders with 500, 300 and 200 shares.
    Person internal ada = _person(1);
    Person internal ben = _person(2);
    Person internal cleo = _person(3);
    Person internal contributor = _person(4);
    Person internal buyer = _person(5);
    Person internal stranger = _person(6);
    Person internal scheduler = _person(7);
    Person internal referee = _person(8);
    Person[3] internal crew;

    uint16 internal schedulerId;
    uint16 internal refereeId;
    uint256 internal datasetId;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        vm.roll(100);
        _deploy(_newMoney());
        datasetId = datasets.create(_charter());
        shares = Shares(datasets.sharesOf(datasetId));
        mine(1);
    }

    function _newMoney() internal virtual returns (IERC20) {
        return IERC20(vm.deployCode("TestDollar.sol", abi.encode(address(this))));
    }

    /// @dev From the artifacts, so that no test carries the market's bytecode in its own.
    function _deploy(IERC20 money_) internal {
        money = TestDollar(address(money_));
        keys = TrustedKeys(vm.deployCode("TrustedKeys.sol", abi.encode(address(this))));
        // The one after the next, which is the datasets'.
        address jobsAt = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        datasets =
            Datasets(vm.deployCode("Datasets.sol:Datasets", abi.encode(money_, keys, jobsAt, _sharesCodeHash(money_))));
        proposals = Proposals(datasets.proposals());
        jobs = Jobs(vm.deployCode("Jobs.sol:Jobs", abi.encode(money_, keys, datasets, STAKE, COOL_DOWN, BOND, CHALLENGE)));
        workers = Workers(jobs.workers());
        usage = Usage(jobs.usage());
        models = Models(vm.deployCode("Models.sol:Models", abi.encode(datasets, jobs, keys)));
        predictions = Predictions(
            vm.deployCode("Predictions.sol:Predictions", abi.encode(money_, datasets, models, CHALLENGE))
        );
        requests = Requests(vm.deployCode("Requests.sol:Requests", abi.encode(money_, datasets)));
        schedulerId =
            keys.register(scheduler.at, ITrustedKeys.Role.Scheduler, ITrustedKeys.Attestation.None, bytes32(0));
        refereeId = keys.register(referee.at, ITrustedKeys.Role.Referee, ITrustedKeys.Attestation.Sgx, "quote");
        crew = [_person(11), _person(12), _person(13)];
        _sort();
        _fund(contributor.at);
        _fund(buyer.at);
        _fund(ada.at);
        _fund(stranger.at);
        for (uint256 i; i < 3; ++i) {
            _fund(crew[i].at);
        }
    }

    function _sharesCodeHash(IERC20 money_) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(vm.getCode("Shares.sol:Shares"), abi.encode(money_)));
    }

    function _fund(address account) internal {
        money.mint(account, 10_000 * DOLLAR);
        vm.startPrank(account);
        money.approve(address(proposals), type(uint256).max);
        money.approve(address(jobs), type(uint256).max);
        money.approve(address(workers), type(uint256).max);
        money.approve(address(predictions), type(uint256).max);
        money.approve(address(usage), type(uint256).max);
        money.approve(address(requests), type(uint256).max);
        vm.stopPrank();
    }

    // Data

    function _policy() internal pure virtual returns (IDatasets.Policy memory) {
        return IDatasets.Policy({
            votingPeriod: 3 days,
            revealPeriod: 0,
            lateQuorumMinutes: 60,
            quorumBps: 2_000,
            thresholdBps: 5_000,
            delistThresholdBps: 6_667,
            gainBonusBps: 100_000,
            proposalBond: BOND,
            sharesPerPoint: 1e17,
            sharesCap: 1_000 * SHARE,
            trainingPrice: PRICE,
            usageBps: 0,
            royaltyBps: 2_000
        });
    }

    function _charter() internal view virtual returns (IDatasets.Charter memory charter) {
        IDatasets.Founder[] memory founders = new IDatasets.Founder[](3);
        founders[0] = IDatasets.Founder(ada.at, 500 * SHARE);
        founders[1] = IDatasets.Founder(ben.at, 300 * SHARE);
        founders[2] = IDatasets.Founder(cleo.at, 200 * SHARE);
        charter = IDatasets.Charter({
            metadataDigest: "metadata",
            schemaHash: "schema",
            heldOutDigest: "held out",
            measurementHash: "measurement",
            shareName: "Digits Shares",
            shareSymbol: "DIGIT",
            policy: _policy(),
            founders: founders,
            curators: new address[](0),
            shardRoot: "founding shard",
            shardCount: 500,
            shardCid: _cid("founding shard")
        });
    }

    /// @dev As long as a CIDv1 with a SHA-256 digest in binary.
    function _cid(bytes32 root) internal pure returns (bytes memory) {
        return abi.encodePacked(hex"01551220", keccak256(abi.encode(root)));
    }

    /// @dev Roots look like hashes, so that calldata costs what it costs.
    function _root(string memory name) internal pure returns (bytes32) {
        return keccak256(bytes(name));
    }

    // Proposals

    function _propose(string memory name, uint24 count) internal returns (uint256 id) {
        vm.prank(contributor.at);
        id = proposals.propose(datasetId, _root(name), count, _cid(_root(name)));
        mine(1);
    }

    /// @dev By its contributor, who may always.
    function _finalise(uint256 id) internal returns (IProposals.State) {
        address by = proposals.proposal(id).contributor;
        vm.prank(by);
        return proposals.finalise(id);
    }

    function _vote(uint256 id, Person memory voter, IProposals.Choice choice) internal {
        vm.prank(voter.at);
        proposals.vote(id, choice);
    }

    /// @dev By a job that measured it, where there can be one; its lower end is the gain itself.
    function _evaluation(uint256 id, uint32 before, uint32 later) internal returns (IProposals.Evaluation memory) {
        IProposals.Proposal memory offer;
        if (id <= proposals.proposalCount()) offer = proposals.proposal(id);
        bool open = offer.datasetId != 0 && offer.state == IProposals.State.Open;
        uint64 by = open ? _measured(id) : 1;
        return IProposals.Evaluation({
            datasetId: datasetId,
            proposalId: id,
            accuracyBefore: before,
            accuracyAfter: later,
            lowerEnd: int32(later) - int32(before),
            points: uint32(offer.count - offer.count / 10),
            copies: uint32(offer.count / 10),
            measurementHash: "measurement",
            checkpointHash: "checkpoint",
            jobId: by,
            deadline: vm.getBlockTimestamp() + 1 hours
        });
    }

    function _evaluationOrder(uint256 proposalId) internal view returns (IJobs.Order memory order) {
        order = _order();
        (order.kind, order.proposalId, order.redundancy, order.pay) = (IJobs.Kind.Evaluation, proposalId, 1, 0);
        order.datasetId = uint32(proposals.proposal(proposalId).datasetId);
    }

    /// @dev A settled evaluation job of one worker that nobody is paid for.
    function _measured(uint256 proposalId) internal returns (uint64) {
        uint256 id = _create(_evaluationOrder(proposalId));
        _settleAlone(id);
        return uint64(id);
    }

    function _settleAlone(uint256 id) internal {
        if (!workers.isRegistered(crew[0].at)) _enrolOne(crew[0].at);
        bytes32 previous = jobs.job(id).transcript;
        uint256 acceptedAt = vm.getBlockNumber();
        _accept(id);
        mine(1);
        _assign(id, previous, acceptedAt);
        previous = jobs.job(id).transcript;
        bytes32 root = _commitment(id, crew[0].at, _root("measured"), 1);
        IJobs.Anchor memory anchored = IJobs.Anchor(previous, root, vm.getBlockNumber());
        _anchor(id, root);
        mine(1);
        IJobs.Receipt[] memory receipts = new IJobs.Receipt[](1);
        receipts[0] = _receipt(id, crew[0], _root("measured"), 1, new bytes32[](0));
        IJobs.Outcome memory outcome = IJobs.Outcome(jobs.job(id).transcript, _root("measured"), 1, 0);
        vm.prank(scheduler.at);
        jobs.settle(id, anchored, outcome, receipts, 0);
    }

    function _post(IProposals.Evaluation memory evaluation, uint256 key) internal {
        proposals.postEvaluation(evaluation, _sign(key, proposals.evaluationDigest(evaluation)));
    }

    function _expect(bytes4 selector) internal {
        vm.expectRevert(abi.encodePacked(selector));
    }

    function _expect(bytes4 selector, uint256 a) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, a));
    }

    function _expect(bytes4 selector, uint256 a, uint256 b) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, a, b));
    }

    function _expect(bytes4 selector, uint256 a, uint256 b, uint256 c) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, a, b, c));
    }

    function _word(address account) internal pure returns (uint256) {
        return uint256(uint160(account));
    }

    // Models

    /// @dev Trained elsewhere.
    function _registration() internal view returns (IModels.Registration memory r) {
        r.checkpointHash = _root("checkpoint");
        r.architectureHash = _root("architecture");
        r.cardDigest = _root("card");
        r.cid = _cid(_root("checkpoint"));
        r.datasetId = uint32(datasetId);
        r.metric = 985_000;
        r.price = 7;
    }

    function _register(Person memory owner, IModels.Registration memory r) internal returns (uint256) {
        vm.prank(owner.at);
        return models.register(r);
    }

    function _bestStatement(uint256 id, uint32 metric) internal view returns (IModels.BestCheckpoint memory) {
        IModels.Model memory m = models.model(id);
        return IModels.BestCheckpoint(m.datasetId, id, m.checkpointHash, metric, vm.getBlockTimestamp() + 1 hours);
    }

    function _moveBest(uint256 id, uint32 metric) internal {
        IModels.BestCheckpoint memory s = _bestStatement(id, metric);
        models.moveBest(s, _sign(referee.key, models.bestDigest(s)));
    }

    function _voucher(uint256 channelId, uint256 cumulative, uint256 key) internal view returns (bytes memory) {
        return _sign(key, predictions.voucherDigest(IPredictions.Voucher(channelId, cumulative)));
    }

    // Jobs

    function _order() internal view returns (IJobs.Order memory) {
        return IJobs.Order({
            kind: IJobs.Kind.Training,
            datasetId: uint32(datasetId),
            proposalId: 0,
            planDigest: _root("plan"),
            scheduler: scheduler.at,
            referee: referee.at,
            redundancy: 3,
            pay: 35 * DOLLAR,
            deadline: uint40(vm.getBlockTimestamp() + 1 days)
        });
    }

    function _enrol() internal {
        for (uint256 i; i < 3; ++i) {
            if (!workers.isRegistered(crew[i].at)) _enrolOne(crew[i].at);
        }
    }

    function _enrolOne(address worker) private {
        vm.prank(worker);
        workers.register(STAKE, DOLLAR, abi.encodePacked(hex"02", _root("encryption key")), _root("capabilities"));
    }

    function _create(IJobs.Order memory order) internal returns (uint256 id) {
        vm.prank(buyer.at);
        id = jobs.create(order);
    }

    function _accept(uint256 id) internal {
        vm.prank(scheduler.at);
        jobs.accept(id, keccak256(abi.encode(_root("seed"))));
    }

    function _assign(uint256 id, bytes32 previous, uint256 acceptedAt) internal {
        vm.prank(scheduler.at);
        jobs.assign(id, previous, _root("seed"), acceptedAt, _root("assignment"));
    }

    function _anchor(uint256 id, bytes32 root) internal {
        vm.prank(scheduler.at);
        jobs.anchor(id, root);
    }

    function _commitment(uint256 id, address worker, bytes32 result, uint32 metric) internal pure returns (bytes32) {
        return _leaf(keccak256(abi.encode(id, worker, result, metric, _salt(worker))));
    }

    function _salt(address worker) internal pure returns (bytes32) {
        return keccak256(abi.encode("salt", worker));
    }

    function _payLeaf(uint256 id, address worker, uint256 amount) internal pure returns (bytes32) {
        return _leaf(keccak256(abi.encode(id, worker, amount)));
    }

    function _receipt(uint256 id, Person memory worker, bytes32 result, uint32 metric, bytes32[] memory proof)
        internal
        view
        returns (IJobs.Receipt memory)
    {
        bytes32 salt = _salt(worker.at);
        bytes memory signature = _sign(worker.key, jobs.receiptDigest(id, result, metric, salt));
        return IJobs.Receipt(worker.at, salt, signature, proof);
    }

    // Trees of three leaves and one other branch: ((a, b), (c, rest))

    function _leaf(bytes32 inner) internal pure returns (bytes32) {
        return keccak256(bytes.concat(inner));
    }

    function _pair(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    function _tree(bytes32[3] memory leaves, bytes32 rest)
        internal
        pure
        returns (bytes32 root, bytes32[][3] memory proofs)
    {
        bytes32 left = _pair(leaves[0], leaves[1]);
        bytes32 right = _pair(leaves[2], rest);
        root = _pair(left, right);
        for (uint256 i; i < 3; ++i) {
            proofs[i] = new bytes32[](2);
        }
        (proofs[0][0], proofs[0][1]) = (leaves[1], right);
        (proofs[1][0], proofs[1][1]) = (leaves[0], right);
        (proofs[2][0], proofs[2][1]) = (rest, left);
    }

    // People

    function _person(uint256 seed) internal pure returns (Person memory) {
        uint256 key = uint256(keccak256(abi.encode("person", seed)));
        return Person(vm.addr(key), key);
    }

    function _sort() private {
        for (uint256 i; i < 3; ++i) {
            for (uint256 j; j < 2; ++j) {
                if (crew[j].at > crew[j + 1].at) {
                    Person memory swapped = crew[j];
                    crew[j] = crew[j + 1];
                    crew[j + 1] = swapped;
                }
            }
        }
    }

    function _sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }
}
