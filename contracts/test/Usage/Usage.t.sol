// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IDatasets} from "../../src/Datasets/IDatasets.sol";
import {IJobs} from "../../src/Jobs/IJobs.sol";
import {Shares} from "../../src/Shares/Shares.sol";
import {ITrustedKeys} from "../../src/Trust/ITrustedKeys.sol";
import {IUsage} from "../../src/Usage/IUsage.sol";
import {JobFlow} from "../Jobs/JobFlow.sol";

contract UsageTest is JobFlow {
    uint96 private constant PART = 30 * DOLLAR;
    /// @dev What the leaves name: ada 12, ben 10, cleo 3; the fourth branch is nobody's.
    uint96 private constant TOTAL = 25 * DOLLAR;

    bytes32 private _root_;
    bytes32[][3] private _proofs;

    function _policy() internal pure override returns (IDatasets.Policy memory policy) {
        policy = super._policy();
        policy.usageBps = 6_000;
    }

    function setUp() public override {
        super.setUp();
        _fund(scheduler.at);
        _settled();
        (_root_, _proofs) = _leaves(12, 10, 3);
    }

    function _leaves(uint256 a, uint256 b, uint256 c) private view returns (bytes32, bytes32[][3] memory) {
        return _tree(
            [
                _payLeaf(job, ada.at, a * DOLLAR),
                _payLeaf(job, ben.at, b * DOLLAR),
                _payLeaf(job, cleo.at, c * DOLLAR)
            ],
            "nobody"
        );
    }

    function _post() private {
        vm.prank(scheduler.at);
        usage.post(job, _root_, TOTAL, _cid("evidence"));
    }

    function _challenge() private {
        vm.prank(stranger.at);
        usage.challenge(job, "Ben's points were no use.");
    }

    function _rule(bytes32 root, uint96 total) private {
        IUsage.Ruling memory ruling = IUsage.Ruling(job, root, total, "redone");
        usage.rule(ruling, _sign(referee.key, usage.rulingDigest(ruling)));
    }

    function _final() private {
        _post();
        skip(CHALLENGE + 1);
        usage.confirm(job);
    }

    function _is(IUsage.State state) private view {
        vm.assertEq(uint256(usage.posting(job).state), uint256(state));
    }

    // The part that is kept

    function test_a_settled_job_keeps_the_contributors_part() public view {
        vm.assertEq(jobs.usageOf(job), PART);
        vm.assertEq(shares.totalDeposited(), PRICE - PART);
        vm.assertEq(jobs.usage(), address(usage));
        vm.assertEq(usage.bond(), BOND);
        vm.assertEq(usage.window(), CHALLENGE);
    }

    function test_an_unsettled_job_and_an_evaluation_keep_nothing() public {
        uint256 open = _create(_order());
        vm.assertEq(jobs.usageOf(open), 0);
        _expect(IUsage.UsageEmpty.selector, open);
        vm.prank(scheduler.at);
        usage.post(open, _root_, 0, "");
        _expect(IJobs.JobUnknown.selector, 99);
        jobs.usageOf(99);
    }

    function test_only_the_usage_contract_gets_it() public {
        _expect(IJobs.OnlyUsage.selector, _word(stranger.at));
        vm.prank(stranger.at);
        jobs.releaseUsage(job);
    }

    // Posting

    function test_the_scheduler_posts_who_gets_what() public {
        vm.expectEmit();
        emit IUsage.UsagePosted(
            job, scheduler.at, _root_, TOTAL, vm.getBlockTimestamp() + CHALLENGE, _cid("evidence")
        );
        _post();
        IUsage.Posting memory p = usage.posting(job);
        _is(IUsage.State.Posted);
        vm.assertEq(p.poster, scheduler.at);
        vm.assertEq(p.root, _root_);
        vm.assertEq(p.total, TOTAL);
        vm.assertEq(money.balanceOf(address(usage)), BOND);
        vm.assertEq(jobs.usageOf(job), PART, "it moves when it is final");
    }

    function test_nobody_else_posts_and_no_more_than_there_is() public {
        vm.expectRevert(abi.encodeWithSelector(IJobs.NotTheScheduler.selector, job, scheduler.at, stranger.at));
        vm.prank(stranger.at);
        usage.post(job, _root_, TOTAL, "");
        _expect(IUsage.UsageTooHigh.selector, job, PART + 1, PART);
        vm.prank(scheduler.at);
        usage.post(job, _root_, PART + 1, "");
    }

    function test_a_revoked_scheduler_posts_nothing() public {
        keys.revoke(schedulerId);
        vm.expectRevert(
            abi.encodeWithSelector(ITrustedKeys.KeyNotTrusted.selector, scheduler.at, ITrustedKeys.Role.Scheduler)
        );
        vm.prank(scheduler.at);
        usage.post(job, _root_, TOTAL, "");
    }

    function test_what_nobody_challenges_is_final_and_pays() public {
        _post();
        uint256 until = vm.getBlockTimestamp() + CHALLENGE;
        _expect(IUsage.ChallengeNotOver.selector, job, until);
        usage.confirm(job);
        skip(CHALLENGE + 1);
        _expect(IUsage.ChallengeIsOver.selector, job, until);
        _challenge();
        vm.expectEmit();
        emit IUsage.UsageFinal(job, _root_, TOTAL, PART - TOTAL);
        usage.confirm(job);
        vm.assertEq(usage.owed(scheduler.at), BOND);
        vm.assertEq(shares.totalDeposited(), PRICE - TOTAL, "what no leaf names is the shareholders'");
        vm.assertEq(jobs.usageOf(job), 0);
        uint256 before = money.balanceOf(ben.at);
        vm.prank(stranger.at);
        usage.claimFor(job, ben.at, 10 * DOLLAR, _proofs[1]);
        vm.assertEq(money.balanceOf(ben.at), before + 10 * DOLLAR);
        vm.assertEq(usage.posting(job).total, 15 * DOLLAR);
        _expect(IUsage.UsageAlreadyClaimed.selector, job, _word(ben.at));
        usage.claimFor(job, ben.at, 10 * DOLLAR, _proofs[1]);
        usage.withdrawFor(scheduler.at);
        vm.assertEq(money.balanceOf(address(usage)), 15 * DOLLAR);
    }

    function test_a_leaf_that_is_not_there_pays_nothing() public {
        _final();
        _expect(IUsage.UsageProofInvalid.selector, job, _word(ben.at), 11 * DOLLAR);
        usage.claimFor(job, ben.at, 11 * DOLLAR, _proofs[1]);
        _expect(IUsage.UsageProofInvalid.selector, job, _word(ada.at), 10 * DOLLAR);
        usage.claimFor(job, ada.at, 10 * DOLLAR, _proofs[1]);
        _expect(IUsage.UsageProofInvalid.selector, job, _word(ben.at), 10 * DOLLAR);
        usage.claimFor(job, ben.at, 10 * DOLLAR, new bytes32[](0));
    }

    /// @dev Leaves that promise more than the total cannot take another job's money.
    function test_leaves_that_promise_too_much_are_bounded_by_the_total() public {
        (_root_, _proofs) = _leaves(20, 10, 3);
        _final();
        usage.claimFor(job, ada.at, 20 * DOLLAR, _proofs[0]);
        _expect(IUsage.UsageTooHigh.selector, job, 10 * DOLLAR, 5 * DOLLAR);
        usage.claimFor(job, ben.at, 10 * DOLLAR, _proofs[1]);
    }

    // Challenges

    function test_a_challenge_that_is_right_replaces_the_posting_and_takes_the_bond() public {
        _post();
        vm.expectEmit();
        emit IUsage.UsageChallenged(
            job, stranger.at, vm.getBlockTimestamp() + CHALLENGE, "Ben's points were no use."
        );
        _challenge();
        (bytes32 root, bytes32[][3] memory proofs) = _leaves(12, 0, 3);
        vm.expectEmit();
        emit IUsage.UsageRuled(job, referee.at, root, 15 * DOLLAR, false, "redone");
        _rule(root, 15 * DOLLAR);
        _is(IUsage.State.Final);
        vm.assertEq(usage.owed(stranger.at), BOND + BOND / 2);
        vm.assertEq(usage.owed(scheduler.at), 0);
        vm.assertEq(shares.totalDeposited(), PRICE - 15 * DOLLAR + BOND / 2);
        usage.claimFor(job, ada.at, 12 * DOLLAR, proofs[0]);
        _expect(IUsage.UsageProofInvalid.selector, job, _word(ben.at), 10 * DOLLAR);
        usage.claimFor(job, ben.at, 10 * DOLLAR, _proofs[1]);
    }

    function test_a_challenge_that_is_wrong_loses_its_bond() public {
        _post();
        _challenge();
        _rule(_root_, TOTAL);
        vm.assertEq(usage.owed(scheduler.at), 2 * BOND);
        vm.assertEq(usage.owed(stranger.at), 0);
        usage.claimFor(job, ada.at, 12 * DOLLAR, _proofs[0]);
    }

    /// @dev The same root with another total is another posting: the total says what the shareholders get.
    function test_a_wrong_total_alone_is_a_wrong_posting() public {
        _post();
        _challenge();
        _rule(_root_, TOTAL - 1);
        vm.assertEq(usage.owed(stranger.at), BOND + BOND / 2);
    }

    /// @dev Before an honest challenge is mined, the poster could make its own from another account.
    function test_a_liar_that_challenges_itself_loses_half_of_its_bond() public {
        uint256 before = money.balanceOf(scheduler.at);
        _post();
        vm.prank(scheduler.at);
        usage.challenge(job, "I see you coming.");
        _rule(_root_, TOTAL - 1);
        vm.prank(scheduler.at);
        usage.withdraw();
        vm.assertEq(before - money.balanceOf(scheduler.at), BOND / 2);
        vm.assertEq(shares.totalDeposited(), PRICE - (TOTAL - 1) + BOND / 2);
    }

    function test_only_the_jobs_referee_rules_and_only_on_this_job_and_chain() public {
        _post();
        _challenge();
        IUsage.Ruling memory ruling = IUsage.Ruling(job, _root_, TOTAL, "redone");
        bytes memory signature = _sign(stranger.key, usage.rulingDigest(ruling));
        vm.expectRevert(
            abi.encodeWithSelector(ITrustedKeys.KeyNotTrusted.selector, stranger.at, ITrustedKeys.Role.Referee)
        );
        usage.rule(ruling, signature);
        uint16 id = keys.register(ada.at, ITrustedKeys.Role.Referee, ITrustedKeys.Attestation.None, 0);
        signature = _sign(ada.key, usage.rulingDigest(ruling));
        vm.assertEq(id, refereeId + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobs.NotTheReferee.selector, job, refereeId, ada.at));
        usage.rule(ruling, signature);
        signature = _sign(referee.key, usage.rulingDigest(ruling));
        ruling.total -= 1;
        vm.expectRevert();
        usage.rule(ruling, signature);
        ruling.total += 1;
        vm.chainId(5);
        vm.expectRevert();
        usage.rule(ruling, signature);
        vm.chainId(31337);
        ruling.total = PART + 1;
        signature = _sign(referee.key, usage.rulingDigest(ruling));
        _expect(IUsage.UsageTooHigh.selector, job, PART + 1, PART);
        usage.rule(ruling, signature);
    }

    // Silence

    function _ruledBy(Person memory who, bytes32 root, uint96 total) private {
        IUsage.Ruling memory ruling = IUsage.Ruling(job, root, total, "redone");
        usage.rule(ruling, _sign(who.key, usage.rulingDigest(ruling)));
    }

    function _refusedTo(Person memory who) private {
        IUsage.Ruling memory ruling = IUsage.Ruling(job, _root_, TOTAL, "redone");
        bytes memory signature = _sign(who.key, usage.rulingDigest(ruling));
        vm.expectRevert(abi.encodeWithSelector(IJobs.NotTheReferee.selector, job, refereeId, who.at));
        usage.rule(ruling, signature);
    }

    function _secondReferee() private returns (Person memory) {
        keys.register(cleo.at, ITrustedKeys.Role.Referee, ITrustedKeys.Attestation.None, 0);
        return cleo;
    }

    /// @dev A shareholder that challenges, and whose referee stays silent, waits for nothing: neither does the part become the
    /// shareholders', nor has it the bond back.
    function test_a_challenge_that_nobody_rules_on_gives_nobody_anything() public {
        _post();
        _challenge();
        skip(3_650 days);
        _is(IUsage.State.Challenged);
        vm.assertEq(usage.owed(stranger.at) + usage.owed(scheduler.at), 0);
        vm.assertEq(jobs.usageOf(job), PART);
        bytes memory refusal = abi.encodeWithSelector(IUsage.UsageStateInvalid.selector, job, IUsage.State.Challenged);
        vm.expectRevert(refusal);
        usage.confirm(job);
        vm.expectRevert(refusal);
        vm.prank(stranger.at);
        usage.challenge(job, "again");
        _rule(_root_, TOTAL);
        vm.assertEq(usage.owed(scheduler.at), 2 * BOND, "late is not too late");
        vm.assertEq(shares.totalDeposited(), PRICE - TOTAL);
    }

    function test_another_referee_rules_when_the_jobs_own_has_had_its_window() public {
        Person memory second = _secondReferee();
        _post();
        skip(CHALLENGE);
        _challenge();
        skip(CHALLENGE);
        _refusedTo(second);
        skip(1);
        _ruledBy(second, _root_, TOTAL);
        _is(IUsage.State.Final);
        vm.assertEq(usage.owed(scheduler.at), 2 * BOND);
        vm.assertEq(usage.owed(stranger.at), 0, "a challenge that fails is paid for");
    }

    function test_another_referee_rules_at_once_when_the_jobs_own_is_revoked() public {
        Person memory second = _secondReferee();
        _post();
        _challenge();
        _refusedTo(second);
        keys.revoke(refereeId);
        IUsage.Ruling memory ruling = IUsage.Ruling(job, _root_, TOTAL, "redone");
        bytes memory signature = _sign(referee.key, usage.rulingDigest(ruling));
        vm.expectRevert(
            abi.encodeWithSelector(ITrustedKeys.KeyNotTrusted.selector, referee.at, ITrustedKeys.Role.Referee)
        );
        usage.rule(ruling, signature);
        _ruledBy(second, _root_, TOTAL - 1);
        vm.assertEq(usage.owed(stranger.at), BOND + BOND / 2);
    }

    /// @dev Nobody has posted and nobody will: the part waits for a referee, and not for the shareholders.
    function test_the_referee_says_who_gets_what_where_the_scheduler_is_silent() public {
        Person memory second = _secondReferee();
        uint256 from = jobs.job(job).deadline + 30 days;
        vm.warp(from - 1);
        IUsage.Ruling memory ruling = IUsage.Ruling(job, _root_, TOTAL, "redone");
        bytes memory signature = _sign(referee.key, usage.rulingDigest(ruling));
        _expect(IUsage.PostingNotOver.selector, job, from);
        usage.rule(ruling, signature);
        vm.warp(from + CHALLENGE);
        _refusedTo(second);
        vm.expectEmit();
        emit IUsage.UsageRuled(job, referee.at, _root_, TOTAL, false, "redone");
        vm.expectEmit();
        emit IUsage.UsageFinal(job, _root_, TOTAL, PART - TOTAL);
        usage.rule(ruling, signature);
        vm.assertEq(shares.totalDeposited(), PRICE - TOTAL);
        vm.assertEq(usage.posting(job).poster, referee.at);
        vm.assertEq(usage.owed(referee.at), 0, "no bond was put up");
        usage.claimFor(job, ben.at, 10 * DOLLAR, _proofs[1]);
    }

    function test_a_silent_scheduler_and_a_silent_referee_give_the_shareholders_nothing() public {
        Person memory second = _secondReferee();
        skip(3_650 days);
        vm.assertEq(jobs.usageOf(job), PART);
        vm.assertEq(shares.totalDeposited(), PRICE - PART);
        _ruledBy(second, _root_, TOTAL);
        vm.assertEq(shares.totalDeposited(), PRICE - TOTAL);
    }

    function test_a_silent_scheduler_may_come_late() public {
        skip(3_650 days);
        _final();
        usage.claimFor(job, ada.at, 12 * DOLLAR, _proofs[0]);
    }

    /// @dev Its key can be revoked in the hour after the settlement; the contributors' part is theirs all the same.
    function test_the_referee_says_who_gets_what_of_a_revoked_scheduler_at_once() public {
        Person memory second = _secondReferee();
        keys.revoke(schedulerId);
        _refusedTo(second);
        _rule(_root_, TOTAL);
        _is(IUsage.State.Final);
        vm.assertEq(shares.totalDeposited(), PRICE - TOTAL);
        usage.claimFor(job, ben.at, 10 * DOLLAR, _proofs[1]);
    }

    function test_with_both_keys_revoked_any_referee_says_who_gets_what() public {
        Person memory second = _secondReferee();
        keys.revoke(schedulerId);
        keys.revoke(refereeId);
        _ruledBy(second, _root_, TOTAL);
        _is(IUsage.State.Final);
    }

    /// @dev A thief posts that all of it is the shareholders', and is found out within the window, by nobody who challenges.
    function test_what_a_key_posted_that_is_revoked_waits_for_a_referee() public {
        vm.prank(scheduler.at);
        usage.post(job, 0, 0, "");
        IUsage.Ruling memory ruling = IUsage.Ruling(job, _root_, TOTAL, "redone");
        bytes memory signature = _sign(referee.key, usage.rulingDigest(ruling));
        _expect(IUsage.UsageStateInvalid.selector, job, uint256(IUsage.State.Posted));
        usage.rule(ruling, signature);
        Person memory second = _secondReferee();
        keys.revoke(schedulerId);
        skip(CHALLENGE);
        _refusedTo(second);
        skip(1);
        vm.expectRevert(
            abi.encodeWithSelector(ITrustedKeys.KeyNotTrusted.selector, scheduler.at, ITrustedKeys.Role.Scheduler)
        );
        usage.confirm(job);
        _ruledBy(second, _root_, TOTAL);
        vm.assertEq(usage.owed(scheduler.at), 0);
        vm.assertEq(shares.totalDeposited(), PRICE - TOTAL + BOND, "nobody else has a claim to the bond");
        usage.claimFor(job, ada.at, 12 * DOLLAR, _proofs[0]);
    }

    function test_a_right_posting_of_a_revoked_key_costs_it_nothing() public {
        _post();
        keys.revoke(schedulerId);
        _rule(_root_, TOTAL);
        vm.assertEq(usage.owed(scheduler.at), BOND);
        vm.assertEq(shares.totalDeposited(), PRICE - TOTAL);
    }

    function test_nothing_is_ruled_on_that_keeps_nothing() public {
        uint256 open = _create(_order());
        skip(60 days);
        IUsage.Ruling memory ruling = IUsage.Ruling(open, _root_, 0, "redone");
        bytes memory signature = _sign(referee.key, usage.rulingDigest(ruling));
        _expect(IUsage.UsageEmpty.selector, open);
        usage.rule(ruling, signature);
    }

    function test_a_bond_is_never_nothing_and_a_window_has_an_end() public {
        uint40[3] memory windows = [uint40(0), 90 days + 1, type(uint40).max];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IUsage.UsageWindowInvalid.selector, windows[i]));
            vm.deployCode("Usage.sol:Usage", abi.encode(money, keys, datasets, BOND, windows[i]));
        }
        vm.expectRevert(abi.encodeWithSelector(IUsage.UsageBondInvalid.selector, 0));
        vm.deployCode("Usage.sol:Usage", abi.encode(money, keys, datasets, 0, CHALLENGE));
        vm.deployCode("Usage.sol:Usage", abi.encode(money, keys, datasets, 1, 90 days));
    }

    /// @dev Every step in every state that forbids it.
    function test_the_steps_a_state_forbids() public {
        _refuse(IUsage.State.None);
        _post();
        _refuse(IUsage.State.Posted);
        _challenge();
        _refuse(IUsage.State.Challenged);
        _rule(_root_, TOTAL);
        _refuse(IUsage.State.Final);
    }

    function _refuse(IUsage.State state) private {
        bytes memory refusal = abi.encodeWithSelector(IUsage.UsageStateInvalid.selector, job, state);
        if (state != IUsage.State.None) {
            vm.expectRevert(refusal);
            vm.prank(scheduler.at);
            usage.post(job, _root_, TOTAL, "");
        }
        if (state != IUsage.State.Posted) {
            vm.expectRevert(refusal);
            usage.challenge(job, "");
            vm.expectRevert(refusal);
            usage.confirm(job);
        }
        if (state == IUsage.State.Posted || state == IUsage.State.Final) {
            vm.expectRevert(refusal);
            usage.rule(IUsage.Ruling(job, _root_, TOTAL, "redone"), "");
        }
        if (state != IUsage.State.Final) {
            vm.expectRevert(refusal);
            usage.claimFor(job, ada.at, 12 * DOLLAR, _proofs[0]);
        }
    }

    function test_where_all_of_a_price_goes_by_use_the_shareholders_wait_for_the_rest() public {
        IDatasets.Charter memory charter = _charter();
        charter.policy.usageBps = 10_000;
        datasetId = datasets.create(charter);
        shares = Shares(datasets.sharesOf(datasetId));
        mine(1);
        _settled();
        vm.assertEq(jobs.usageOf(job), PRICE);
        vm.assertEq(shares.totalDeposited(), 0);
    }

    function test_all_of_a_price_may_go_by_use_and_none_be_left_over() public {
        vm.prank(scheduler.at);
        usage.post(job, _root_, PART, "");
        skip(CHALLENGE + 1);
        usage.confirm(job);
        vm.assertEq(shares.totalDeposited(), PRICE - PART);
    }
}
