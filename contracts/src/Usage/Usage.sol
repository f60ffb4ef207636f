// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IDatasets} from "../Datasets/IDatasets.sol";
import {IJobs} from "../Jobs/IJobs.sol";
import {Credits} from "../Money/Credits.sol";
import {Escrow} from "../Money/Escrow.sol";
import {NoHolder} from "../Shares/Holders.sol";
import {IShares} from "../Shares/IShares.sol";
import {ITrustedKeys} from "../Trust/ITrustedKeys.sol";
import {IUsage} from "./IUsage.sol";

/// @title Usage
/// @dev Deployed by the jobs contract, which hands a job's part over when it is final who gets it, and only then. There is no
/// way from silence to money here: only a posting that could be challenged, or a referee's word, moves the part, and only a
/// referee's word moves the bonds of a challenge.
contract Usage is IUsage, Credits, EIP712, NoHolder {
    using Escrow for IERC20;
    using SafeERC20 for IERC20;

    bytes32 private constant RULING_TYPE =
        keccak256("Ruling(uint256 jobId,bytes32 root,uint96 total,bytes32 evidenceDigest)");

    uint40 public constant POSTING_PERIOD = 30 days;
    uint256 private constant WINDOW_MAX = 90 days;

    IJobs private immutable _jobs;
    IDatasets private immutable _datasets;
    ITrustedKeys private immutable _trustedKeys;
    uint96 public immutable bond;
    uint40 public immutable window;

    mapping(uint256 jobId => Posting) private _postings;
    mapping(uint256 jobId => mapping(address contributor => bool)) public isClaimed;

    constructor(IERC20 money_, ITrustedKeys trustedKeys, IDatasets datasets, uint96 bond_, uint40 window_)
        Credits(money_)
        EIP712("DataBright Usage", "1")
    {
        if (bond_ == 0) revert UsageBondInvalid(bond_);
        if (window_ == 0 || window_ > WINDOW_MAX) revert UsageWindowInvalid(window_);
        _jobs = IJobs(msg.sender);
        _datasets = datasets;
        _trustedKeys = trustedKeys;
        bond = bond_;
        window = window_;
    }

    /// @inheritdoc IUsage
    function post(uint256 jobId, bytes32 root, uint96 total, bytes calldata evidenceCid) external {
        _requireState(jobId, State.None);
        address scheduler = _jobs.job(jobId).scheduler;
        if (msg.sender != scheduler) revert IJobs.NotTheScheduler(jobId, scheduler, msg.sender);
        _trustedKeys.requireTrusted(scheduler, ITrustedKeys.Role.Scheduler);
        _requireCovered(jobId, total);
        uint40 until = uint40(block.timestamp) + window;

        _postings[jobId] = Posting(State.Posted, msg.sender, address(0), until, root, total);
        emit UsagePosted(jobId, msg.sender, root, total, until, evidenceCid);

        _money.take(msg.sender, bond);
    }

    /// @inheritdoc IUsage
    function challenge(uint256 jobId, string calldata reason) external {
        Posting storage posted = _requireState(jobId, State.Posted);
        if (block.timestamp > posted.until) revert ChallengeIsOver(jobId, posted.until);
        uint40 until = uint40(block.timestamp) + window;

        (posted.state, posted.challenger, posted.until) = (State.Challenged, msg.sender, until);
        emit UsageChallenged(jobId, msg.sender, until, reason);

        _money.take(msg.sender, bond);
    }

    /// @inheritdoc IUsage
    function rule(Ruling calldata ruling, bytes calldata signature) external {
        uint256 jobId = ruling.jobId;
        Posting storage posted = _postings[jobId];
        IJobs.Job memory job = _jobs.job(jobId);
        address referee = _requireReferee(jobId, job, _ownUntil(jobId, posted, job), rulingDigest(ruling), signature);
        _requireCovered(jobId, ruling.total);

        State state = posted.state;
        bool upheld = state != State.None && ruling.root == posted.root && ruling.total == posted.total;
        if (state == State.None) posted.poster = referee;
        (posted.root, posted.total) = (ruling.root, ruling.total);
        emit UsageRuled(jobId, referee, ruling.root, ruling.total, upheld, ruling.evidenceDigest);
        _finish(jobId, posted, job.datasetId, _award(posted, state, upheld));
    }

    /// @dev Gives the bonds to whoever was right, and returns what is left of them for the shareholders: half of a liar's, or it
    /// could challenge itself before others do and lose nothing, and all of it where nobody challenged.
    function _award(Posting storage posted, State state, bool upheld) private returns (uint256 fine) {
        if (state == State.None) return 0;
        uint256 pledged = state == State.Challenged ? uint256(bond) * 2 : bond;
        if (!upheld) fine = state == State.Challenged ? bond / 2 : bond;
        _credit(upheld ? posted.poster : posted.challenger, pledged - fine);
    }

    /// @dev The last second in which nobody but the job's own referee may rule. Reverts where a ruling is not called for: while
    /// the scheduler may still post, and while what it posted stands on its own.
    function _ownUntil(uint256 jobId, Posting storage posted, IJobs.Job memory job) private view returns (uint256) {
        State state = posted.state;
        if (state == State.Challenged) return posted.until;
        if (state == State.Final) revert UsageStateInvalid(jobId, state);
        uint256 from = job.deadline + POSTING_PERIOD;
        bool revoked = _isRevoked(_trustedKeys.idOf(job.scheduler));
        if (state == State.Posted) {
            if (!revoked) revert UsageStateInvalid(jobId, state);
            return posted.until;
        }
        if (!revoked && block.timestamp < from) revert PostingNotOver(jobId, from);
        return from + window;
    }

    /// @dev The job's own referee, or, when its time is over or its key revoked, any other.
    function _requireReferee(
        uint256 jobId,
        IJobs.Job memory job,
        uint256 ownUntil,
        bytes32 digest,
        bytes calldata signature
    ) private view returns (address referee) {
        referee = ECDSA.recover(digest, signature);
        uint256 refereeId = _trustedKeys.requireTrusted(referee, ITrustedKeys.Role.Referee);
        bool own = refereeId == job.refereeId;
        if (!own && block.timestamp <= ownUntil && !_isRevoked(job.refereeId)) {
            revert IJobs.NotTheReferee(jobId, job.refereeId, referee);
        }
    }

    function _isRevoked(uint16 keyId) private view returns (bool) {
        return _trustedKeys.keyAt(keyId).revoked;
    }

    /// @inheritdoc IUsage
    function confirm(uint256 jobId) external {
        Posting storage posted = _requireState(jobId, State.Posted);
        if (block.timestamp <= posted.until) revert ChallengeNotOver(jobId, posted.until);
        _trustedKeys.requireTrusted(posted.poster, ITrustedKeys.Role.Scheduler);

        _credit(posted.poster, bond);
        _finish(jobId, posted, _jobs.job(jobId).datasetId, 0);
    }

    /// @inheritdoc IUsage
    function claimFor(uint256 jobId, address contributor, uint96 amount, bytes32[] calldata proof) external {
        Posting storage posted = _requireState(jobId, State.Final);
        if (isClaimed[jobId][contributor]) revert UsageAlreadyClaimed(jobId, contributor);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(jobId, contributor, amount))));
        if (!MerkleProof.verifyCalldata(proof, posted.root, leaf)) {
            revert UsageProofInvalid(jobId, contributor, amount);
        }
        if (amount > posted.total) revert UsageTooHigh(jobId, amount, posted.total);

        isClaimed[jobId][contributor] = true;
        posted.total -= amount;
        emit UsageClaimed(jobId, contributor, amount);

        _money.safeTransfer(contributor, amount);
    }

    /// @inheritdoc IUsage
    function posting(uint256 jobId) external view returns (Posting memory) {
        return _postings[jobId];
    }

    /// @inheritdoc IUsage
    function rulingDigest(Ruling calldata ruling) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(RULING_TYPE, ruling)));
    }

    /// @dev Takes the job's part over and gives the shareholders what no leaf names, and a fine.
    function _finish(uint256 jobId, Posting storage posted, uint256 datasetId, uint256 fine) private {
        posted.state = State.Final;
        uint256 rest = _jobs.releaseUsage(jobId) - posted.total;
        emit UsageFinal(jobId, posted.root, posted.total, rest);
        _payShareholders(datasetId, rest + fine);
    }

    function _payShareholders(uint256 datasetId, uint256 amount) private {
        if (amount == 0) return;
        address shares = _datasets.sharesOf(datasetId);
        _money.forceApprove(shares, amount);
        IShares(shares).deposit(amount);
    }

    function _requireCovered(uint256 jobId, uint256 total) private view {
        uint256 amount = _jobs.usageOf(jobId);
        if (amount == 0) revert UsageEmpty(jobId);
        if (total > amount) revert UsageTooHigh(jobId, total, amount);
    }

    function _requireState(uint256 jobId, State state) private view returns (Posting storage posted) {
        posted = _postings[jobId];
        if (posted.state != state) revert UsageStateInvalid(jobId, posted.state);
    }
}
