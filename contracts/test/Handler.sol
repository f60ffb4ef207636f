// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IDatasets} from "../src/Datasets/IDatasets.sol";
import {IJobs} from "../src/Jobs/IJobs.sol";
import {IModels} from "../src/Models/IModels.sol";
import {IPredictions} from "../src/Predictions/IPredictions.sol";
import {IProposals} from "../src/Proposals/IProposals.sol";
import {IRequests} from "../src/Requests/IRequests.sol";
import {IUsage} from "../src/Usage/IUsage.sol";
import {Market} from "./Market.sol";

/// @notice Acts of everybody on one market, each made possible before it is tried, so that none may revert.
contract Handler is Market {
    struct Work {
        uint256 state;
        bytes32 previous;
        uint256 acceptedAt;
        IJobs.Anchor anchored;
        IJobs.Outcome outcome;
        bytes32[][3] proofs;
        bytes32[][3] payProofs;
    }

    Person[5] internal people;
    uint256 public paidIn;
    uint256 public takenOut;
    uint256 public minted;
    uint256 public best;
    /// @dev Set by a check within a call that must never fail.
    string public broken;

    mapping(uint256 => uint256) public proposalStates;
    mapping(uint256 => uint256) public supplyAt;
    uint256[] public blocks;
    mapping(uint256 => mapping(address => bool)) internal _hasVoted;
    mapping(uint256 => Work) private _work;
    mapping(uint256 => uint256) private _payOf;
    uint256[] public parents;
    mapping(uint256 => uint256) public settledOf;

    function _policy() internal pure virtual override returns (IDatasets.Policy memory policy) {
        policy = super._policy();
        policy.usageBps = 3_333;
    }

    constructor() {
        setUp();
        _fund(scheduler.at);
        people = [ada, ben, cleo, contributor, stranger];
        for (uint256 i; i < people.length; ++i) {
            _fund(people[i].at);
            vm.prank(people[i].at);
            money.approve(address(shares), type(uint256).max);
        }
        _enrol();
        IModels.Registration memory r = _registration();
        r.royaltyBps = 1_500;
        parents = [_register(ada, r)];
        r.parents = parents;
        _register(stranger, r);
        for (uint256 i; i < 3; ++i) {
            vm.prank(stranger.at);
            predictions.appoint(2, crew[i].at, uint16(2_500 * i));
        }
        paidIn = 3 * STAKE;
        minted = 1_000 * SHARE;
    }

    modifier counted() {
        _;
        blocks.push(vm.getBlockNumber());
        supplyAt[vm.getBlockNumber()] = shares.totalSupply();
        mine(1);
        for (uint256 id = 1; id <= proposals.proposalCount(); ++id) {
            uint256 state = uint256(proposals.proposal(id).state);
            uint256 before = proposalStates[id];
            bool delisted = before == uint256(IProposals.State.Accepted) && state == uint256(IProposals.State.Delisted);
            if (before > uint256(IProposals.State.Open) && before != state && !delisted) broken = "final state left";
            proposalStates[id] = state;
        }
    }

    function actors() external view returns (address[9] memory all) {
        for (uint256 i; i < 5; ++i) {
            all[i] = people[i].at;
        }
        for (uint256 i; i < 3; ++i) {
            all[5 + i] = crew[i].at;
        }
        all[8] = buyer.at;
    }

    function market() external view returns (address[10] memory) {
        return [
            address(money),
            address(datasets),
            address(proposals),
            address(shares),
            address(jobs),
            address(workers),
            address(models),
            address(predictions),
            address(usage),
            address(requests)
        ];
    }

    function schedulerAt() external view returns (address) {
        return scheduler.at;
    }

    function blockCount() external view returns (uint256) {
        return blocks.length;
    }

    // Shares

    function transfer(uint256 from, uint256 to, uint256 amount) external counted {
        address sender = people[from % 5].at;
        amount %= shares.balanceOf(sender) + 1;
        vm.prank(sender);
        shares.transfer(people[to % 5].at, amount);
    }

    function delegate(uint256 from, uint256 to) external counted {
        vm.prank(people[from % 5].at);
        shares.delegate(people[to % 5].at);
    }

    function deposit(uint256 from, uint256 amount) external counted {
        address payer = people[from % 5].at;
        amount %= money.balanceOf(payer) / 4 + 1;
        vm.prank(payer);
        shares.deposit(amount);
        paidIn += amount;
    }

    function claim(uint256 from) external counted {
        address holder = people[from % 5].at;
        if (shares.claimable(holder) == 0) return;
        takenOut += shares.claimFor(holder);
    }

    // Proposals

    function propose(uint256 from, uint256 count, uint256 root) external counted {
        address proposer = people[from % 5].at;
        if (money.balanceOf(proposer) < BOND) return;
        bytes32 shardRoot = keccak256(abi.encode(root % 12));
        (, bool known) = datasets.ballotRulesFor(datasetId, shardRoot);
        if (known && datasets.shard(datasetId, shardRoot).delisted) return;
        vm.prank(proposer);
        if (known) proposals.proposeDelisting(datasetId, shardRoot, "");
        else proposals.propose(datasetId, shardRoot, uint24(1 + count % 20_000), "");
        paidIn += BOND;
    }

    function vote(uint256 from, uint256 id, uint256 choice) external counted {
        uint256 count = proposals.proposalCount();
        if (count == 0) return;
        id = count - id % (count < 6 ? count : 6);
        Person memory voter = people[from % 5];
        IProposals.Proposal memory p = proposals.proposal(id);
        if (p.state != IProposals.State.Open || p.shielded || vm.getBlockTimestamp() > p.deadline) return;
        if (proposals.hasVoted(id, voter.at) || shares.getPastVotes(voter.at, p.snapshot) == 0) return;
        _vote(id, voter, choice % 4 == 0 ? IProposals.Choice.No : IProposals.Choice.Yes);
        _hasVoted[id][voter.at] = true;
    }

    function evaluate(uint256 id, uint256 before, uint256 later) external counted {
        uint256 count = proposals.proposalCount();
        if (count == 0) return;
        id = count - id % (count < 6 ? count : 6);
        IProposals.Proposal memory p = proposals.proposal(id);
        (uint256 posted,) = proposals.evaluationOf(id);
        if (posted == 2 || p.kind != IProposals.Kind.Listing) return;
        if (p.state != IProposals.State.Open || vm.getBlockTimestamp() > p.deadline) return;
        _post(_evaluation(id, uint32(before % 1_000_001), uint32(later % 1_000_001)), referee.key);
    }

    /// @dev The first from `id` on that can be finalised.
    function finalise(uint256 id) external counted {
        uint256 count = proposals.proposalCount();
        for (uint256 i; i < count; ++i) {
            uint256 candidate = 1 + (id % count + i) % count;
            if (proposals.proposal(candidate).state != IProposals.State.Open) continue;
            if (proposals.outcome(candidate) != IProposals.State.Open) return _end(candidate);
        }
    }

    function _end(uint256 id) private {
        IProposals.Proposal memory p = proposals.proposal(id);
        IProposals.State outcome = proposals.outcome(id);
        uint256 supply = shares.totalSupply();
        (uint256 posted,) = proposals.evaluationOf(id);
        if (posted == 0 && vm.getBlockTimestamp() <= p.deadline) vm.prank(p.contributor);
        if (proposals.finalise(id) != outcome) broken = "outcome not kept";
        uint256 created = shares.totalSupply() - supply;
        bool lists = outcome == IProposals.State.Accepted && p.kind == IProposals.Kind.Listing;
        if (created != 0 && !lists) broken = "minted without acceptance";
        if (created == 0 && lists && supply != type(uint96).max) broken = "accepted without minting";
        minted += created;
    }

    /// @dev That no proposal leaves a final state says something only if somebody tries.
    function decideAgain(uint256 id, uint256 from) external counted {
        uint256 count = proposals.proposalCount();
        if (count == 0) return;
        id = 1 + id % count;
        if (proposals.proposal(id).state == IProposals.State.Open) return;
        try proposals.finalise(id) {
            broken = "decided again";
        } catch {}
        vm.prank(people[from % 5].at);
        try proposals.vote(id, IProposals.Choice.Yes) {
            broken = "voted after the end";
        } catch {}
        vm.prank(people[from % 5].at);
        try proposals.appeal(id) {
            broken = "appealed after the end";
        } catch {}
    }

    function withdrawBond(uint256 id) external counted {
        uint256 count = proposals.proposalCount();
        if (count == 0) return;
        id = 1 + id % count;
        IProposals.Proposal memory p = proposals.proposal(id);
        if (p.bondWithdrawn || p.state == IProposals.State.Open || p.state == IProposals.State.Rejected) return;
        takenOut += proposals.withdrawBond(id);
    }

    function votedWeight(uint256 id) external view returns (uint256 sum) {
        uint256 snapshot = proposals.proposal(id).snapshot;
        for (uint256 i; i < 5; ++i) {
            if (_hasVoted[id][people[i].at]) sum += shares.getPastVotes(people[i].at, snapshot);
        }
    }

    // Jobs

    /// @dev Few at a time, so that some come to their end before their deadline.
    function order(uint256 pay, uint256 redundancy) external counted {
        uint256 last = jobs.jobCount();
        if (last != 0 && jobs.job(last).state < IJobs.State.Settled) return;
        IJobs.Order memory o = _order();
        o.pay = uint96(pay % (100 * DOLLAR));
        o.redundancy = uint8(1 + redundancy % 3);
        (uint256 total,) = jobs.priceOf(o);
        if (money.balanceOf(buyer.at) < total) return;
        uint256 id = _create(o);
        paidIn += total;
        _work[id].previous = jobs.job(id).transcript;
        _advance(id, IJobs.State.Open);
    }

    /// @dev Takes the first job from `id` on that has not ended one step further, or refunds it if it is too late.
    function step(uint256 id, uint256 pay, uint256 metric) external counted {
        uint256 count = jobs.jobCount();
        for (uint256 i; i < count; ++i) {
            uint256 candidate = 1 + (id % count + i) % count;
            if (jobs.job(candidate).state < IJobs.State.Settled) return _step(candidate, pay, metric);
        }
    }

    function _step(uint256 id, uint256 pay, uint256 metric) private {
        IJobs.Job memory j = jobs.job(id);
        if (vm.getBlockTimestamp() >= j.deadline) {
            jobs.refund(id);
            _advance(id, IJobs.State.Refunded);
        } else if (j.state == IJobs.State.Open && pay % 11 == 0) {
            vm.prank(j.buyer);
            jobs.refund(id);
            _advance(id, IJobs.State.Refunded);
        } else if (j.state == IJobs.State.Open) {
            _work[id].acceptedAt = vm.getBlockNumber();
            _accept(id);
            _advance(id, IJobs.State.Accepted);
        } else if (j.state == IJobs.State.Accepted) {
            if (blockhash(_work[id].acceptedAt) == 0) return;
            _assign(id, _work[id].previous, _work[id].acceptedAt);
            _advance(id, IJobs.State.Assigned);
        } else if (j.state == IJobs.State.Assigned) {
            _commit(id, pay, uint32(metric % 1_000_001));
            _advance(id, IJobs.State.Anchored);
        } else {
            _reveal(id, j.redundancy, pay);
        }
    }

    function _commit(uint256 id, uint256 pay, uint32 metric) private {
        Work storage work = _work[id];
        bytes32[3] memory leaves;
        bytes32[3] memory payLeaves;
        for (uint256 i; i < 3; ++i) {
            leaves[i] = _commitment(id, crew[i].at, _root("result"), metric);
            payLeaves[i] = _payLeaf(id, crew[i].at, pay % DOLLAR);
        }
        (bytes32 root, bytes32[][3] memory proofs) = _tree(leaves, "rest");
        (bytes32 payRoot, bytes32[][3] memory payProofs) = _tree(payLeaves, "rest");
        work.anchored = IJobs.Anchor(jobs.job(id).transcript, root, vm.getBlockNumber());
        _anchor(id, root);
        work.outcome = IJobs.Outcome(jobs.job(id).transcript, _root("result"), metric, payRoot);
        work.proofs = proofs;
        work.payProofs = payProofs;
        _payOf[id] = pay % DOLLAR;
    }

    function _reveal(uint256 id, uint256 redundancy, uint256 pay) private {
        Work storage work = _work[id];
        IJobs.Receipt[] memory receipts = new IJobs.Receipt[](redundancy);
        for (uint256 i; i < redundancy; ++i) {
            if (jobs.isConvicted(id, crew[i].at)) return;
            receipts[i] = _receipt(id, crew[i], _root("result"), work.outcome.metric, work.proofs[i]);
        }
        uint256 limit = jobs.job(id).pay;
        vm.prank(scheduler.at);
        jobs.settle(id, work.anchored, work.outcome, receipts, uint96(pay % (limit + 1)));
        _advance(id, IJobs.State.Settled);
    }

    function _advance(uint256 id, IJobs.State state) private {
        if (uint256(jobs.job(id).state) != uint256(state)) broken = "job elsewhere";
        if (uint256(state) <= _work[id].state) broken = "job went back";
        _work[id].state = uint256(state);
    }

    function claimPay(uint256 id, uint256 who) external counted {
        uint256 count = jobs.jobCount();
        if (count == 0) return;
        id = 1 + id % count;
        IJobs.Job memory j = jobs.job(id);
        address payee = crew[who % 3].at;
        if (j.kind == IJobs.Kind.Evaluation) return;
        if (j.state != IJobs.State.Settled || jobs.isPaid(id, payee) || j.pay < _payOf[id]) return;
        uint256 before = jobs.owed(payee);
        jobs.claimPay(id, _work[id].outcome, payee, uint96(_payOf[id]), _work[id].payProofs[who % 3]);
        if (jobs.isConvicted(id, payee) && jobs.owed(payee) != before) broken = "convicted worker paid";
    }

    function convict(uint256 id, uint256 who, uint256 reporter) external counted {
        uint256 count = jobs.jobCount();
        if (count == 0) return;
        id = 1 + id % count;
        address worker = crew[who % 3].at;
        if (jobs.isConvicted(id, worker) || workers.workerOf(worker).stake < DOLLAR) return;
        IJobs.Verdict memory verdict = IJobs.Verdict(id, worker, people[reporter % 5].at, "evidence");
        jobs.convict(verdict, _sign(referee.key, jobs.verdictDigest(verdict)));
    }

    function withdraw(uint256 who) external counted {
        address account = who % 9 < 5 ? people[who % 9].at : who % 9 < 8 ? crew[who % 9 - 5].at : buyer.at;
        if (jobs.owed(account) == 0) return;
        takenOut += jobs.withdrawFor(account);
    }

    function addStake(uint256 who, uint256 amount) external counted {
        address worker = crew[who % 3].at;
        amount %= 10 * DOLLAR;
        if (money.balanceOf(worker) < amount || workers.workerOf(worker).exitAt != 0) return;
        vm.prank(worker);
        workers.addStake(uint96(amount));
        paidIn += amount;
    }

    function register(uint256 id, uint256 metric) external counted {
        uint256 count = jobs.jobCount();
        if (count == 0) return;
        id = 1 + id % count;
        if (jobs.job(id).kind == IJobs.Kind.Evaluation) return;
        IModels.Registration memory r;
        r.checkpointHash = _root("result");
        r.datasetId = uint32(datasetId);
        r.metric = uint32(metric % 1_000_001);
        if (jobs.job(id).state == IJobs.State.Settled) {
            IJobs.Outcome memory outcome = _work[id].outcome;
            r.jobId = uint64(id);
            (r.metric, r.transcript, r.payRoot) = (outcome.metric, outcome.previous, outcome.payRoot);
        }
        vm.prank(buyer.at);
        uint256 modelId = models.register(r);
        (uint256 modelBefore, uint32 metricBefore) = models.bestOf(datasetId);
        IModels.BestCheckpoint memory s = _bestStatement(modelId, r.metric);
        try models.moveBest(s, _sign(referee.key, models.bestDigest(s))) {
            if (modelBefore != 0 && r.metric <= metricBefore) broken = "moved to a worse checkpoint";
        } catch {}
        (, uint32 now_) = models.bestOf(datasetId);
        if (now_ < best) broken = "best checkpoint got worse";
        best = now_;
    }

    // Predictions

    function openChannel(uint256 from, uint256 worker, uint256 amount) external counted {
        address payer = people[from % 5].at;
        amount %= money.balanceOf(payer) / 4 + 1;
        vm.prank(payer);
        predictions.open(2, crew[worker % 3].at, from % 2 == 0 ? address(0) : buyer.at, uint96(amount));
        paidIn += amount;
    }

    function topUp(uint256 id, uint256 from, uint256 amount) external counted {
        id = _channel(id);
        address payer = people[from % 5].at;
        amount %= money.balanceOf(payer) / 8 + 1;
        if (id == 0 || predictions.channel(id).state != IPredictions.State.Open) return;
        vm.prank(payer);
        predictions.topUp(id, uint96(amount));
        paidIn += amount;
    }

    /// @dev A voucher that buys nothing is tried as well, and must fail.
    function settleVoucher(uint256 id, uint256 amount) external counted {
        id = _channel(id);
        if (id == 0) return;
        IPredictions.Channel memory c = predictions.channel(id);
        uint96 cumulative = uint96(amount % (c.deposit + 2));
        bool good = c.state != IPredictions.State.Closed && cumulative > c.settled && cumulative <= c.deposit;
        bytes memory signature = _voucher(id, cumulative, _keyOf(c.signer));
        try predictions.settle(id, cumulative, signature) {
            if (!good) broken = "a voucher bought what it must not";
            settledOf[id] += cumulative - c.settled;
        } catch {
            if (good) broken = "a good voucher was refused";
        }
    }

    function closeChannel(uint256 id, uint256 how) external counted {
        id = _channel(id);
        if (id == 0) return;
        IPredictions.Channel memory c = predictions.channel(id);
        if (c.state == IPredictions.State.Closed) return;
        if (how % 3 == 0) {
            vm.prank(c.worker);
            predictions.close(id);
        } else if (c.state == IPredictions.State.Open) {
            vm.prank(c.buyer);
            predictions.beginClosing(id);
        } else if (vm.getBlockTimestamp() >= c.closesAt) {
            predictions.close(id);
        }
    }

    function distribute(uint256 model) external counted {
        model = 1 + model % 2;
        if (predictions.earned(model) == 0) return;
        predictions.distribute(model, model == 1 ? new uint256[](0) : parents);
    }

    function withdrawEarnings(uint256 who) external counted {
        address account = who % 9 < 5 ? people[who % 9].at : who % 9 < 8 ? crew[who % 9 - 5].at : buyer.at;
        if (predictions.owed(account) == 0) return;
        takenOut += predictions.withdrawFor(account);
    }

    function _channel(uint256 id) private view returns (uint256) {
        uint256 count = predictions.channelCount();
        return count == 0 ? 0 : count - id % (count < 8 ? count : 8);
    }

    function _keyOf(address signer) private view returns (uint256) {
        for (uint256 i; i < 5; ++i) {
            if (people[i].at == signer) return people[i].key;
        }
        return buyer.key;
    }

    // Usage

    mapping(uint256 => bytes32[][3]) private _usageProofs;
    mapping(uint256 => uint256) private _usageOf;

    /// @dev One step with the first settled job from `id` on that has one left.
    function usageStep(uint256 id, uint256 how, uint256 amount) external counted {
        uint256 count = jobs.jobCount();
        for (uint256 i; i < count; ++i) {
            uint256 candidate = 1 + (id % count + i) % count;
            IUsage.State state = usage.posting(candidate).state;
            bool kept = jobs.usageOf(candidate) != 0;
            if (kept || state == IUsage.State.Final) return _usageStep(candidate, state, how, amount);
        }
    }

    function _usageStep(uint256 id, IUsage.State state, uint256 how, uint256 amount) private {
        IUsage.Posting memory p = usage.posting(id);
        if (state == IUsage.State.None) {
            _postUsage(id, how, amount % (jobs.usageOf(id) / 4));
        } else if (state == IUsage.State.Posted && vm.getBlockTimestamp() > p.until) {
            usage.confirm(id);
        } else if (state == IUsage.State.Posted && how % 3 == 0) {
            address challenger = people[amount % 5].at;
            if (money.balanceOf(challenger) < BOND) return;
            vm.prank(challenger);
            usage.challenge(id, "");
            paidIn += BOND;
        } else if (state == IUsage.State.Challenged && how % 2 == 0) {
            _rule(id, p.root, amount % 2 == 0 ? p.total : uint96(jobs.usageOf(id)));
        } else if (state == IUsage.State.Final) {
            uint256 who = how % 3;
            if (usage.isClaimed(id, people[who].at) || _usageOf[id] > p.total) return;
            usage.claimFor(id, people[who].at, uint96(_usageOf[id]), _usageProofs[id][who]);
            takenOut += _usageOf[id];
        }
    }

    function _rule(uint256 id, bytes32 root, uint96 total) private {
        IUsage.Ruling memory ruling = IUsage.Ruling(id, root, total, "redone");
        usage.rule(ruling, _sign(referee.key, usage.rulingDigest(ruling)));
    }

    function _postUsage(uint256 id, uint256 how, uint256 each) private {
        bool isReferees = vm.getBlockTimestamp() >= jobs.job(id).deadline + 30 days && how % 2 == 0;
        if (!isReferees && money.balanceOf(scheduler.at) < BOND) return;
        bytes32[3] memory leaves;
        for (uint256 i; i < 3; ++i) {
            leaves[i] = _payLeaf(id, people[i].at, each);
        }
        (bytes32 root, bytes32[][3] memory proofs) = _tree(leaves, "rest");
        _usageProofs[id] = proofs;
        _usageOf[id] = each;
        if (isReferees) return _rule(id, root, uint96(3 * each));
        vm.prank(scheduler.at);
        usage.post(id, root, uint96(3 * each), "");
        paidIn += BOND;
    }

    function withdrawBonds(uint256 who) external counted {
        address account = who % 6 == 5 ? scheduler.at : people[who % 6].at;
        if (usage.owed(account) == 0) return;
        takenOut += usage.withdrawFor(account);
    }

    // Requests

    function openRequest(uint256 from, uint256 amount, uint256 curated) external counted {
        address initiator = people[from % 5].at;
        amount %= money.balanceOf(initiator) / 8 + 1;
        IRequests.Ask memory ask = IRequests.Ask({
            metadataDigest: "about",
            schemaHash: "schema",
            association: curated % 3 == 0 ? uint32(datasetId) : 0,
            rewardPerPoint: uint96(1 + amount % 1_000),
            deadline: uint40(vm.getBlockTimestamp() + 4 days),
            sponsorship: uint96(amount)
        });
        vm.prank(initiator);
        uint256 id = requests.open(ask);
        paidIn += amount;
        if (ask.association != 0) return;
        vm.prank(initiator);
        requests.adopt(id, datasetId);
    }

    function requestStep(uint256 id, uint256 from, uint256 amount) external counted {
        uint256 count = requests.requestCount();
        if (count == 0) return;
        id = count - id % (count < 6 ? count : 6);
        IRequests.Request memory r = requests.request(id);
        address who = people[from % 5].at;
        bool inTime = vm.getBlockTimestamp() <= r.deadline;
        if (r.state == IRequests.State.Refused || r.state == IRequests.State.Closed) {
            if (requests.sponsoredBy(id, who) * (r.pot - r.paid) < r.pot || r.pot == 0) return;
            takenOut += requests.refundFor(id, who);
        } else if (vm.getBlockTimestamp() > requests.closesAfter(id)) {
            requests.close(id);
        } else if (r.state == IRequests.State.Voting && vm.getBlockTimestamp() > requests.poll(id).deadline) {
            requests.decide(id);
        } else if (r.state == IRequests.State.Voting && amount % 2 == 0) {
            if (requests.hasVotedOn(id, who) || shares.getPastVotes(who, requests.poll(id).snapshot) == 0) return;
            vm.prank(who);
            requests.vote(id, amount % 8 == 0 ? IProposals.Choice.No : IProposals.Choice.Yes, "");
        } else if (inTime && amount % 2 == 1) {
            if (r.datasetId == 0 && who != r.initiator) return;
            amount %= money.balanceOf(who) / 16 + 1;
            vm.prank(who);
            requests.sponsor(id, uint96(amount));
            paidIn += amount;
        } else if (r.datasetId != 0 && r.pot > r.paid) {
            _reward(id, r, keccak256(abi.encode(amount % 12)));
        }
    }

    function _reward(uint256 id, IRequests.Request memory r, bytes32 shardRoot) private {
        (, bool known) = datasets.ballotRulesFor(datasetId, shardRoot);
        if (!known || requests.isRewarded(id, shardRoot)) return;
        IDatasets.Shard memory shard = datasets.shard(datasetId, shardRoot);
        if (shard.delisted || shard.listedAt <= r.adoptedAt) return;
        uint256 before = money.balanceOf(shard.contributor);
        vm.prank(shard.contributor);
        uint256 amount = requests.payReward(id, shardRoot);
        takenOut += amount;
        if (money.balanceOf(shard.contributor) != before + amount) broken = "somebody else was rewarded";
    }

    function wait_(uint256 seconds_) external counted {
        skip(seconds_ % 12 hours);
    }
}
