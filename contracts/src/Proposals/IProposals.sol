// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Proposals: shareholders decide which data joins, which leaves, and which checkpoint is their best
/// @notice `Open → Accepted | Rejected | Expired`, and `Accepted → Delisted` by a second vote. Ids count from 1.
/// A voter's weight is what it held in the block before the proposal opened, so shares that are bought, borrowed or
/// moved later count nowhere twice.
interface IProposals {
    enum State {
        None,
        Open,
        Accepted,
        Rejected,
        Expired,
        Delisted
    }

    enum Kind {
        Listing,
        Delisting,
        /// @dev Of the dataset's best checkpoint; the models contract carries it out.
        Replacement
    }

    enum Choice {
        No,
        Yes
    }

    struct Proposal {
        State state;
        Kind kind;
        bool shielded;
        /// @dev The deadline was moved once by a late vote, which brought the quorum or turned the outcome.
        bool extended;
        bool bondWithdrawn;
        /// @dev The dataset's curators judge it, one vote each, without seeing the others': `yes` and `no` count them, and how
        /// far they agree. An appeal turns it into a vote of all shareholders.
        bool underReview;
        uint256 datasetId;
        /// @dev Of a replacement: the replaced model's id, shifted left by 96, the id of the one in its place, by 32, and its metric.
        bytes32 shardRoot;
        /// @dev Data points; zero for a delisting and for a replacement.
        uint256 count;
        /// @dev Who proposed, receives the shares and gets the bond back.
        address contributor;
        /// @dev Votes are weighed at the end of this block.
        uint256 snapshot;
        /// @dev Last second in which a vote (shielded: a commitment) is taken.
        uint256 deadline;
        uint256 yes;
        uint256 no;
    }

    /// @notice A vote signed off the chain, EIP-712:
    /// `Ballot(uint256 proposalId,uint8 choice,address voter,string reason,uint256 deadline)`.
    /// @dev The proposal is the nonce: a voter votes on it once, however the vote arrives.
    struct Ballot {
        uint256 proposalId;
        Choice choice;
        address voter;
        string reason;
        uint256 deadline;
    }

    /// @notice A measured effect of the proposed points, signed by a registered referee, EIP-712:
    /// `Evaluation(uint256 datasetId,uint256 proposalId,uint32 accuracyBefore,uint32 accuracyAfter,int32 lowerEnd,
    /// uint32 points,uint32 copies,bytes32 measurementHash,bytes32 checkpointHash,uint64 jobId,uint256 deadline)`.
    /// @dev Accuracies in parts per million. The job is the nonce: each is posted once. It is a settled evaluation of that very
    /// proposal.
    struct Evaluation {
        uint256 datasetId;
        uint256 proposalId;
        uint32 accuracyBefore;
        uint32 accuracyAfter;
        /// @dev The lower end of the gain's 95 % interval. Shares follow it, so that chance earns none.
        int32 lowerEnd;
        /// @dev Points that were measured.
        uint32 points;
        /// @dev Points that were left out because they are copies, or nearly, of others.
        uint32 copies;
        /// @dev Hash of the terms that were measured by: the dataset's.
        bytes32 measurementHash;
        bytes32 checkpointHash;
        uint64 jobId;
        uint256 deadline;
    }

    /// @notice What is kept of an evaluation.
    struct Measurement {
        uint32 accuracyBefore;
        uint32 accuracyAfter;
        int32 lowerEnd;
        uint64 jobId;
    }

    /// @dev The bond is the one of the dataset's policy, which never changes.
    event Proposed(
        uint256 indexed proposalId,
        uint256 indexed datasetId,
        address indexed contributor,
        bytes32 shardRoot,
        uint256 count,
        uint256 snapshot,
        uint256 deadline,
        bytes cid
    );
    event DelistingProposed(
        uint256 indexed proposalId,
        uint256 indexed datasetId,
        address indexed proposer,
        bytes32 shardRoot,
        uint256 snapshot,
        uint256 deadline,
        string reason
    );
    event ReplacementProposed(
        uint256 indexed proposalId,
        uint256 indexed datasetId,
        address indexed proposer,
        uint256 replacedId,
        uint256 modelId,
        uint32 metric,
        uint256 snapshot,
        uint256 deadline,
        string reason
    );
    event Voted(uint256 indexed proposalId, address indexed voter, Choice choice, uint256 weight);
    /// @notice Follows `Voted` if the voter gave a reason.
    event VoteExplained(uint256 indexed proposalId, address indexed voter, string reason);
    event VoteCommitted(uint256 indexed proposalId, address indexed voter, bytes32 commitment);
    /// @notice What a curator thinks, revealed after all have committed.
    event Judged(uint256 indexed proposalId, address indexed curator, Choice choice, string reason);
    /// @notice A shareholder asked all shareholders. What the curators had found is kept here.
    event Appealed(uint256 indexed proposalId, address indexed holder, uint256 deadline, uint256 yes, uint256 no);
    event DeadlineExtended(uint256 indexed proposalId, uint256 deadline);
    event EvaluationPosted(
        uint256 indexed proposalId,
        uint256 indexed jobId,
        address indexed referee,
        Evaluation evaluation
    );
    /// @dev What acceptance listed and minted is in `ShardListed` of the datasets contract.
    event ProposalFinalised(uint256 indexed proposalId, State state, uint256 yes, uint256 no);
    event ProposalDelisted(uint256 indexed proposalId, uint256 indexed delistingId);
    event BondWithdrawn(uint256 indexed proposalId, address indexed contributor, uint256 amount);

    error ProposalUnknown(uint256 proposalId);
    error ProposalNotOpen(uint256 proposalId, State state);
    error VotingIsOver(uint256 proposalId, uint256 deadline);
    error VotingNotOver(uint256 proposalId, uint256 deadline);
    error RevealIsOver(uint256 proposalId, uint256 revealDeadline);
    error AlreadyVoted(uint256 proposalId, address voter);
    error NoVotingWeight(uint256 proposalId, address voter, uint256 snapshot);
    error NotACurator(uint256 proposalId, address account);
    error NotUnderReview(uint256 proposalId);
    error ReviewNotOver(uint256 proposalId, uint256 until);
    error AppealIsOver(uint256 proposalId, uint256 until);
    error VotesAreShielded(uint256 proposalId);
    error VotesAreOpen(uint256 proposalId);
    error CommitmentMismatch(uint256 proposalId, address voter, bytes32 expected, bytes32 actual);
    /// @dev Whoever reveals for somebody else says nothing in its name.
    error ReasonOfAnother(uint256 proposalId, address voter, address caller);
    error OutcomeUndecided(uint256 proposalId, uint256 deadline);
    /// @dev Decided early and not measured yet: until the deadline only its contributor may go without a bonus.
    error EvaluationMayFollow(uint256 proposalId, uint256 deadline);
    error SignatureExpired(uint256 deadline);
    error BallotSignatureInvalid(address voter);
    error EvaluationAlreadyPosted(uint256 proposalId, uint256 jobId);
    error EvaluationsFull(uint256 proposalId, uint256 count);
    error MeasurementInvalid(uint256 proposalId, bytes32 expected, bytes32 actual);
    error EvaluationMismatch(uint256 proposalId, uint256 datasetId, uint256 signedDatasetId);
    /// @dev There is no such job, it is not settled, or it measured something else.
    error EvaluationJobInvalid(uint256 proposalId, uint256 jobId);
    error NotAListing(uint256 proposalId);
    /// @dev An accuracy above one, a lower end that is no difference of two, or one above the gain.
    error AccuracyInvalid(uint256 accuracyBefore, uint256 accuracyAfter, int256 lowerEnd);
    /// @dev What was measured and what was left out as copies are together what is offered.
    error PointsInvalid(uint256 proposalId, uint256 count, uint256 points, uint256 copies);
    error ShardAlreadyDelisted(uint256 datasetId, bytes32 shardRoot);
    /// @dev The metric is above a million, or is one of no model.
    error ReplacementInvalid(uint256 modelId, uint256 metric);
    error BondNotReturnable(uint256 proposalId, State state);
    error BondAlreadyWithdrawn(uint256 proposalId);

    /// @notice Offers a shard to a dataset. The caller must have approved the dataset's bond.
    function propose(uint256 datasetId, bytes32 shardRoot, uint24 count, bytes calldata cid)
        external
        returns (uint256 proposalId);

    /// @notice Asks the shareholders to take a listed shard off the list. The same bond applies.
    function proposeDelisting(uint256 datasetId, bytes32 shardRoot, string calldata reason)
        external
        returns (uint256 proposalId);

    /// @notice Asks the shareholders to name another best checkpoint, or none. The bond and the threshold of a delisting apply.
    /// @param replacedId The model that is best and shall not be; zero: there is none. Where it is `modelId`, only its metric changes.
    /// @param modelId The model that shall be best; zero: none, until another is.
    /// @param metric What it has to be better than afterwards, in parts per million: its own accuracy, which voters check.
    function proposeReplacement(
        uint256 datasetId,
        uint64 replacedId,
        uint64 modelId,
        uint32 metric,
        string calldata reason
    ) external returns (uint256 proposalId);

    function vote(uint256 proposalId, Choice choice) external;
    function voteWithReason(uint256 proposalId, Choice choice, string calldata reason) external;

    /// @notice Casts a signed vote; `signature` is the voter's (65 bytes, or ERC-1271 if the voter is a contract).
    function voteBySig(Ballot calldata ballot, bytes calldata signature) external;

    /// @notice Shielded votes, first step, until the deadline.
    /// @param commitment keccak256(abi.encode(proposalId, voter, uint8(choice), salt)).
    function commitVote(uint256 proposalId, bytes32 commitment) external;

    /// @notice Shielded votes, second step, in the reveal period after the deadline. Anyone who knows the salt may send it;
    /// a reason is taken from the voter alone.
    function revealVote(uint256 proposalId, address voter, Choice choice, bytes32 salt, string calldata reason) external;

    /// @notice Takes a proposal from the curators to all shareholders, who then vote openly for a whole voting period. Anyone
    /// with weight at the snapshot may, in the time after the reveals that is as long as the reveal period.
    function appeal(uint256 proposalId) external;

    /// @notice Posts a measured effect of an open proposal, once the job that measured it is settled. Anyone may post, each job
    /// once and 31 in all; what counts is the median by the lower end, so that nobody's posting shuts out another's.
    /// @param signature 65 bytes, by a live referee key of the registry.
    function postEvaluation(Evaluation calldata evaluation, bytes calldata signature) external;

    /// @notice Ends a proposal whose outcome can no longer change. Anyone may send it; one that is accepted before its deadline and
    /// not measured yet, where a gain brings shares, only its contributor.
    function finalise(uint256 proposalId) external returns (State state);

    /// @notice Pays the bond of an accepted or expired proposal back to its contributor. Anyone may send it.
    function withdrawBond(uint256 proposalId) external returns (uint256 amount);

    function proposalCount() external view returns (uint256);
    function proposal(uint256 proposalId) external view returns (Proposal memory);
    /// @notice What `finalise` would do now: the state it would end in, or `Open` while the outcome can change.
    function outcome(uint256 proposalId) external view returns (State);
    function hasVoted(uint256 proposalId, address voter) external view returns (bool);
    function commitmentOf(uint256 proposalId, address voter) external view returns (bytes32);
    /// @notice How many measurements were posted, and the one in the middle: of two, the lower.
    function evaluationOf(uint256 proposalId)
        external
        view
        returns (uint256 posted, Measurement memory median);
    function ballotDigest(Ballot calldata ballot) external view returns (bytes32);
    function evaluationDigest(Evaluation calldata evaluation) external view returns (bytes32);
    /// @notice The jobs contract whose settled evaluations count.
    function measuredByJobs() external view returns (address);
}
