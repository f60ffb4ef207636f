// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IDatasets} from "../../src/Datasets/IDatasets.sol";
import {IJobs} from "../../src/Jobs/IJobs.sol";
import {ITrustedKeys} from "../../src/Jobs/ITrustedKeys.sol";
import {IUsage} from "../../src/Shares/IUsage.sol";
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

    function test_a_referee_that_is_silent_ends_nothing_for_good() public {
        _post();
        _challenge();
        uint256 until = vm.getBlockTimestamp() + CHALLENGE;
        _expect(IUsage.ChallengeNotOver.selector, job, until);
        usage.abandon(job);
        skip(CHALLENGE + 1);
        IUsage.Ruling memory ruling = IUsage.Ruling(job, _root_, TOTAL, "late");
        bytes memory signature = _sign(referee.key, usage.rulingDigest(ruling));
        _expect(IUsage.ChallengeIsOver.selector, job, until);
        usage.rule(ruling, signature);
        vm.expectEmit();
        emit IUsage.UsageAbandoned(job);
        usage.abandon(job);
        vm.assertEq(usage.owed(scheduler.at), BOND);
        vm.assertEq(usage.owed(stranger.at), BOND);
        _final();
        vm.assertEq(usage.owed(scheduler.at), 2 * BOND);
    }

    // Lapsing

    function test_what_nobody_posts_is_the_shareholders_in_the_end() public {
        uint256 from = jobs.job(job).deadline + 30 days;
        vm.warp(from - 1);
        _expect(IUsage.ChallengeNotOver.selector, job, from);
        usage.lapse(job);
        vm.warp(from);
        vm.expectEmit();
        emit IUsage.UsageLapsed(job, PART);
        usage.lapse(job);
        vm.assertEq(shares.totalDeposited(), PRICE);
        vm.assertEq(jobs.usageOf(job), 0);
    }

    function test_an_unsettled_job_does_not_lapse() public {
        uint256 open = _create(_order());
        skip(60 days);
        _expect(IUsage.UsageEmpty.selector, open);
        usage.lapse(open);
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
        job = _another();
        skip(60 days);
        usage.lapse(job);
        _refuse(IUsage.State.Lapsed);
    }

    function _another() private returns (uint256) {
        delete schedulerProof;
        _settled();
        return job;
    }

    function _refuse(IUsage.State state) private {
        bytes memory refusal = abi.encodeWithSelector(IUsage.UsageStateInvalid.selector, job, state);
        if (state != IUsage.State.None) {
            vm.expectRevert(refusal);
            vm.prank(scheduler.at);
            usage.post(job, _root_, TOTAL, "");
            vm.expectRevert(refusal);
            usage.lapse(job);
        }
        if (state != IUsage.State.Posted) {
            vm.expectRevert(refusal);
            usage.challenge(job, "");
            vm.expectRevert(refusal);
            usage.confirm(job);
        }
        if (state != IUsage.State.Challenged) {
            vm.expectRevert(refusal);
            usage.rule(IUsage.Ruling(job, _root_, TOTAL, "redone"), "");
            vm.expectRevert(refusal);
            usage.abandon(job);
        }
        if (state != IUsage.State.Final) {
            vm.expectRevert(refusal);
            usage.claimFor(job, ada.at, 12 * DOLLAR, _proofs[0]);
        }
    }

    function test_all_of_a_price_may_go_by_use_and_none_be_left_over() public {
        vm.prank(scheduler.at);
        usage.post(job, _root_, PART, "");
        skip(CHALLENGE + 1);
        usage.confirm(job);
        vm.assertEq(shares.totalDeposited(), PRICE - PART);
    }
}
