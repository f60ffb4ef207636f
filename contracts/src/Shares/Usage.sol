// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IDatasets} from "../Datasets/IDatasets.sol";
import {IJobs} from "../Jobs/IJobs.sol";
import {ITrustedKeys} from "../Jobs/ITrustedKeys.sol";
import {Credits} from "../Money/Credits.sol";
import {Escrow} from "../Money/Escrow.sol";
import {IShares} from "./IShares.sol";
import {IUsage} from "./IUsage.sol";

/// @title Usage
/// @dev Deployed by the jobs contract, which hands a job's part over when it is final who gets it, and only then.
contract Usage is IUsage, Credits, EIP712 {
    using Escrow for IERC20;
    using SafeERC20 for IERC20;

    bytes32 private constant RULING_TYPE =
        keccak256("Ruling(uint256 jobId,bytes32 root,uint96 total,bytes32 evidenceDigest)");

    uint40 public constant POSTING_PERIOD = 30 days;

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
        Posting storage posted = _requireState(jobId, State.Challenged);
        if (block.timestamp > posted.until) revert ChallengeIsOver(jobId, posted.until);
        address referee = ECDSA.recover(rulingDigest(ruling), signature);
        uint256 refereeId = _trustedKeys.requireTrusted(referee, ITrustedKeys.Role.Referee);
        uint256 expected = _jobs.job(jobId).refereeId;
        if (refereeId != expected) revert IJobs.NotTheReferee(jobId, expected, referee);
        _requireCovered(jobId, ruling.total);

        bool upheld = ruling.root == posted.root && ruling.total == posted.total;
        (posted.root, posted.total) = (ruling.root, ruling.total);
        emit UsageRuled(jobId, referee, ruling.root, ruling.total, upheld, ruling.evidenceDigest);
        // Half of a liar's bond is the shareholders', or it could challenge itself before others do and lose nothing.
        uint256 fine = upheld ? 0 : bond / 2;
        _credit(upheld ? posted.poster : posted.challenger, uint256(bond) * 2 - fine);
        _finish(jobId, posted, fine);
    }

    /// @inheritdoc IUsage
    function abandon(uint256 jobId) external {
        Posting storage posted = _requireState(jobId, State.Challenged);
        if (block.timestamp <= posted.until) revert ChallengeNotOver(jobId, posted.until);
        (address poster, address challenger) = (posted.poster, posted.challenger);

        delete _postings[jobId];
        emit UsageAbandoned(jobId);
        _credit(poster, bond);
        _credit(challenger, bond);
    }

    /// @inheritdoc IUsage
    function confirm(uint256 jobId) external {
        Posting storage posted = _requireState(jobId, State.Posted);
        if (block.timestamp <= posted.until) revert ChallengeNotOver(jobId, posted.until);

        _credit(posted.poster, bond);
        _finish(jobId, posted, 0);
    }

    /// @inheritdoc IUsage
    function lapse(uint256 jobId) external {
        Posting storage posted = _requireState(jobId, State.None);
        IJobs.Job memory job = _jobs.job(jobId);
        uint256 from = job.deadline + POSTING_PERIOD;
        if (block.timestamp < from) revert ChallengeNotOver(jobId, from);
        _requireCovered(jobId, 0);

        posted.state = State.Lapsed;
        uint256 amount = _jobs.releaseUsage(jobId);
        emit UsageLapsed(jobId, amount);
        _payShareholders(job.datasetId, amount);
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
    function _finish(uint256 jobId, Posting storage posted, uint256 fine) private {
        posted.state = State.Final;
        uint256 rest = _jobs.releaseUsage(jobId) - posted.total;
        emit UsageFinal(jobId, posted.root, posted.total, rest);
        _payShareholders(_jobs.job(jobId).datasetId, rest + fine);
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
