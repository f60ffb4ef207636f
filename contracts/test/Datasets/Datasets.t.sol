// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Datasets} from "../../src/Datasets/Datasets.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IDatasets} from "../../src/Datasets/IDatasets.sol";
import {IProposals} from "../../src/Proposals/IProposals.sol";
import {Shares} from "../../src/Shares/Shares.sol";
import {Market} from "../Market.sol";

contract DatasetsTest is Market {
    function _chain(bytes32 before, uint8 change, bytes32 root, uint24 count, address by)
        private
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(before, change, root, count, by));
    }

    function test_a_dataset_starts_from_its_charter() public {
        IDatasets.Charter memory charter = _charter();
        vm.prank(stranger.at);
        uint256 id = datasets.create(charter);
        vm.assertEq(id, 2);
        vm.assertEq(datasets.datasetCount(), 2);
        IDatasets.Dataset memory d = datasets.dataset(id);
        vm.assertEq(d.initiator, stranger.at);
        vm.assertEq(d.shares, datasets.sharesOf(id));
        vm.assertEq(d.metadataDigest, "metadata");
        vm.assertEq(d.schemaHash, "schema");
        vm.assertEq(d.heldOutDigest, "held out");
        vm.assertEq(d.measurementHash, "measurement");
        vm.assertEq(datasets.measurementHash(datasetId), "measurement");
        vm.assertEq(datasets.measurementHash(99), bytes32(0));
        vm.assertEq(d.versionRoot, _chain(0, 1, "founding shard", 500, stranger.at));
        vm.assertEq(keccak256(abi.encode(datasets.policy(id))), keccak256(abi.encode(charter.policy)));
        vm.assertEq(datasets.trainingPrice(id), PRICE);
        vm.assertEq(datasets.royaltyBps(id), 2_000);
        Shares token = Shares(d.shares);
        vm.assertEq(token.datasetId(), id);
        vm.assertEq(token.balanceOf(ada.at), 500 * SHARE);
        vm.assertEq(token.balanceOf(ben.at), 300 * SHARE);
        vm.assertEq(token.balanceOf(cleo.at), 200 * SHARE);
        IDatasets.Shard memory shard = datasets.shard(id, "founding shard");
        vm.assertEq(shard.contributor, stranger.at);
        vm.assertEq(shard.count, 500);
        vm.assertEq(shard.listedAt, vm.getBlockNumber());
        vm.assertEq(shard.proposalId, 0);
        vm.assertFalse(shard.delisted);
        vm.assertEq(datasets.money(), address(money));
    }

    function test_the_market_has_one_vote_for_all_datasets() public view {
        vm.assertEq(datasets.proposals(), address(proposals));
    }

    function test_every_field_of_a_policy_keeps_its_width() public {
        IDatasets.Charter memory charter = _charter();
        charter.policy = IDatasets.Policy({
            votingPeriod: 90 days,
            revealPeriod: 90 days,
            lateQuorumMinutes: type(uint16).max,
            quorumBps: 10_000,
            thresholdBps: 9_999,
            delistThresholdBps: 9_999,
            gainBonusBps: type(uint24).max,
            proposalBond: type(uint96).max,
            sharesPerPoint: type(uint80).max,
            sharesCap: type(uint96).max,
            trainingPrice: type(uint80).max,
            usageBps: 10_000,
            royaltyBps: 5_000
        });
        uint256 id = datasets.create(charter);
        vm.assertEq(keccak256(abi.encode(datasets.policy(id))), keccak256(abi.encode(charter.policy)));
        vm.assertEq(datasets.sharesFor(id, type(uint24).max, 1_000_000), type(uint96).max);
    }

    function test_policies_that_make_no_sense_are_refused() public {
        IDatasets.Charter memory charter = _charter();
        charter.policy.votingPeriod = 0;
        _refused(charter, "votingPeriod", 0);
        charter.policy.votingPeriod = 90 days + 1;
        _refused(charter, "votingPeriod", 90 days + 1);
        charter.policy.votingPeriod = type(uint32).max;
        _refused(charter, "votingPeriod", type(uint32).max);
        charter = _charter();
        charter.policy.revealPeriod = 90 days + 1;
        _refused(charter, "revealPeriod", 90 days + 1);
        charter = _charter();
        charter.policy.quorumBps = 0;
        _refused(charter, "quorumBps", 0);
        charter.policy.quorumBps = 10_001;
        _refused(charter, "quorumBps", 10_001);
        charter = _charter();
        charter.policy.thresholdBps = 4_999;
        _refused(charter, "thresholdBps", 4_999);
        charter.policy.thresholdBps = 10_000;
        _refused(charter, "thresholdBps", 10_000);
        charter = _charter();
        charter.policy.delistThresholdBps = 4_999;
        _refused(charter, "delistThresholdBps", 4_999);
        charter.policy.delistThresholdBps = 10_000;
        _refused(charter, "delistThresholdBps", 10_000);
        charter = _charter();
        charter.policy.sharesPerPoint = 0;
        _refused(charter, "sharesPerPoint", 0);
        charter = _charter();
        charter.policy.sharesCap = 0;
        _refused(charter, "sharesCap", 0);
        charter = _charter();
        charter.policy.usageBps = 10_001;
        _refused(charter, "usageBps", 10_001);
        charter = _charter();
        charter.policy.royaltyBps = 5_001;
        _refused(charter, "royaltyBps", 5_001);
        charter = _charter();
        charter.curators = new address[](1);
        _refused(charter, "revealPeriod", 0);
    }

    function _refused(IDatasets.Charter memory charter, string memory field, uint256 value) private {
        vm.expectRevert(abi.encodeWithSelector(IDatasets.PolicyInvalid.selector, field, value));
        datasets.create(charter);
    }

    function test_a_founding_shard_holds_something() public {
        IDatasets.Charter memory charter = _charter();
        charter.shardCount = 0;
        _expect(IDatasets.ShardEmpty.selector);
        datasets.create(charter);
    }

    function test_founders_hold_one_whole_share_at_least_and_are_few() public {
        IDatasets.Charter memory charter = _charter();
        charter.founders = new IDatasets.Founder[](0);
        _expect(IDatasets.FoundersInvalid.selector, 0, 0);
        datasets.create(charter);
        charter.founders = new IDatasets.Founder[](1);
        charter.founders[0] = IDatasets.Founder(ada.at, SHARE - 1);
        _expect(IDatasets.FoundersInvalid.selector, 1, SHARE - 1);
        datasets.create(charter);
        charter.founders[0] = IDatasets.Founder(address(0), SHARE);
        _expect(IERC20Errors.ERC20InvalidReceiver.selector, 0);
        datasets.create(charter);
        charter.founders = _many(65, SHARE);
        _expect(IDatasets.FoundersInvalid.selector, 65, 64 * SHARE);
        datasets.create(charter);
        charter.founders = _many(2, type(uint96).max);
        _expect(IDatasets.FoundersInvalid.selector, 2, 2 * uint256(type(uint96).max));
        datasets.create(charter);
        charter.founders = _many(64, SHARE);
        vm.assertEq(Shares(datasets.sharesOf(datasets.create(charter))).totalSupply(), 64 * SHARE);
    }

    function _many(uint256 count, uint96 each) private pure returns (IDatasets.Founder[] memory founders) {
        founders = new IDatasets.Founder[](count);
        for (uint256 i; i < count; ++i) {
            founders[i] = IDatasets.Founder(address(uint160(i + 1)), each);
        }
    }

    function test_curators_are_named_once_and_are_few() public {
        IDatasets.Charter memory charter = _charter();
        charter.policy.revealPeriod = 1 days;
        charter.curators = new address[](2);
        (charter.curators[0], charter.curators[1]) = (ada.at, ada.at);
        vm.expectRevert(abi.encodeWithSelector(IDatasets.CuratorInvalid.selector, ada.at, 2));
        datasets.create(charter);
        charter.curators[1] = address(0);
        vm.expectRevert(abi.encodeWithSelector(IDatasets.CuratorInvalid.selector, address(0), 2));
        datasets.create(charter);
        charter.curators = new address[](33);
        for (uint160 i; i < 33; ++i) {
            charter.curators[i] = address(i + 1);
        }
        vm.expectRevert(abi.encodeWithSelector(IDatasets.CuratorInvalid.selector, address(33), 33));
        datasets.create(charter);
        charter.curators[32] = charter.curators[0];
        address[] memory all = new address[](32);
        for (uint256 i; i < 32; ++i) {
            all[i] = charter.curators[i];
        }
        charter.curators = all;
        uint256 id = datasets.create(charter);
        vm.assertTrue(datasets.isCurator(id, address(32)));
        vm.assertFalse(datasets.isCurator(id, ada.at));
    }

    /// @dev A market that was set up for other shares works with none, instead of losing them.
    function test_shares_that_were_not_foreseen_are_refused() public {
        Datasets wrong = Datasets(vm.deployCode("Datasets.sol:Datasets", abi.encode(money, keys, jobs, bytes32("wrong"))));
        IDatasets.Charter memory charter = _charter();
        vm.expectRevert();
        wrong.create(charter);
        vm.assertEq(wrong.datasetCount(), 0);
    }

    /// @dev What a contract of the market holds votes for nobody and earns for nobody.
    function test_no_contract_of_the_market_is_a_founder() public {
        address[4] memory refused = [address(datasets), address(jobs), address(money), datasets.sharesOf(1)];
        for (uint256 i; i < 4; ++i) {
            IDatasets.Charter memory charter = _charter();
            charter.founders[2].holder = refused[i];
            vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, refused[i]));
            datasets.create(charter);
        }
        // Its own token, which is deployed before its founders are endowed.
        IDatasets.Charter memory own = _charter();
        own.founders[2].holder = datasets.sharesOf(2);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, own.founders[2].holder));
        datasets.create(own);
    }

    function test_unknown_ids_are_refused() public {
        _expect(IDatasets.DatasetUnknown.selector, 9);
        datasets.dataset(9);
        _expect(IDatasets.DatasetUnknown.selector, 9);
        datasets.policy(9);
        _expect(IDatasets.DatasetUnknown.selector, 9);
        datasets.ballotRules(9);
        _expect(IDatasets.DatasetUnknown.selector, 9);
        datasets.ballotRulesFor(9, 0);
        _expect(IDatasets.DatasetUnknown.selector, 9);
        datasets.trainingPrice(9);
        _expect(IDatasets.DatasetUnknown.selector, 9);
        datasets.sharesFor(9, 1, 0);
        _expect(IDatasets.ShardUnknown.selector, datasetId, 9);
        datasets.shard(datasetId, bytes32(uint256(9)));
    }

    function test_only_proposals_list_and_delist() public {
        _expect(IDatasets.OnlyProposals.selector, _word(address(this)));
        datasets.list(datasetId, "shard", 1, ada.at, 1, 0);
        _expect(IDatasets.OnlyProposals.selector, _word(address(this)));
        datasets.delist(datasetId, "founding shard");
    }

    function test_every_listing_and_delisting_advances_the_version() public {
        bytes32 version = _chain(0, 1, "founding shard", 500, address(this));
        uint256 id = _propose("shard", 10);
        _vote(id, ada, IProposals.Choice.Yes);
        _vote(id, ben, IProposals.Choice.Yes);
        version = _chain(version, 1, _root("shard"), 10, contributor.at);
        vm.prank(contributor.at);
        vm.expectEmit();
        emit IDatasets.ShardListed(datasetId, _root("shard"), contributor.at, 10, id, SHARE, version);
        proposals.finalise(id);
        vm.assertEq(datasets.dataset(datasetId).versionRoot, version);
        vm.assertEq(datasets.shard(datasetId, _root("shard")).proposalId, id);

        vm.prank(stranger.at);
        id = proposals.proposeDelisting(datasetId, _root("shard"), "");
        mine(1);
        _vote(id, ada, IProposals.Choice.Yes);
        _vote(id, ben, IProposals.Choice.Yes);
        version = _chain(version, 2, _root("shard"), 10, contributor.at);
        vm.prank(contributor.at);
        vm.expectEmit();
        emit IDatasets.ShardDelisted(datasetId, _root("shard"), version);
        proposals.finalise(id);
        vm.assertEq(datasets.dataset(datasetId).versionRoot, version);
    }

    function testFuzz_shares_follow_the_formula_rounded_down(
        uint24 count,
        uint32 gain,
        uint80 perPoint,
        uint24 bonus,
        uint96 cap
    ) public {
        gain %= 1_000_001;
        IDatasets.Charter memory charter = _charter();
        charter.policy.sharesPerPoint = perPoint == 0 ? 1 : perPoint;
        charter.policy.gainBonusBps = bonus;
        charter.policy.sharesCap = cap == 0 ? 1 : cap;
        uint256 id = datasets.create(charter);
        uint256 plain = uint256(count) * charter.policy.sharesPerPoint;
        uint256 extra = plain * bonus * gain;
        uint256 expected = plain + extra / 1e10;
        if (expected > charter.policy.sharesCap) expected = charter.policy.sharesCap;
        vm.assertEq(datasets.sharesFor(id, count, gain), expected);
    }

    function test_an_accepted_shard_mints_at_most_what_the_supply_leaves() public {
        IDatasets.Charter memory charter = _charter();
        charter.founders = new IDatasets.Founder[](1);
        charter.founders[0] = IDatasets.Founder(ada.at, type(uint96).max - 5);
        uint256 id = datasets.create(charter);
        mine(1);
        vm.prank(contributor.at);
        uint256 proposal = proposals.propose(id, _root("shard"), 10, "");
        mine(1);
        _vote(proposal, ada, IProposals.Choice.Yes);
        _finalise(proposal);
        vm.assertEq(Shares(datasets.sharesOf(id)).balanceOf(contributor.at), 5);
    }
}
