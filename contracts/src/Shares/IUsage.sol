// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Usage: the part of a job's price for data that goes to contributors by the use their points were of
/// @notice When a training job is settled, the part that the dataset's policy names stays with the jobs contract. The job's
/// scheduler values the points while it trains, and posts a Merkle root over what each contributor gets, with the evidence
/// and a bond. Anybody may challenge it within a window by putting up as much; the job's referee then does the valuation
/// again and rules, and the root of the ruling stands. `None → Posted → Final`, `Posted → Challenged → Final`,
/// `Challenged → None` without a ruling in time, and `None → Lapsed` when nobody posts: then all of it is the shareholders'.
interface IUsage {
    enum State {
        None,
        Posted,
        Challenged,
        Final,
        Lapsed
    }

    struct Posting {
        State state;
        address poster;
        address challenger;
        /// @dev Posted: the last second for a challenge. Challenged: the last second for a ruling.
        uint40 until;
        /// @dev Over keccak256(bytes.concat(keccak256(abi.encode(jobId, contributor, amount)))), sorted pairs.
        bytes32 root;
        /// @dev What the leaves sum up to; the rest is the shareholders'. When final: what was not claimed yet.
        uint96 total;
    }

    /// @notice A valuation done again by the job's referee, EIP-712
    /// `Ruling(uint256 jobId,bytes32 root,uint96 total,bytes32 evidenceDigest)`, 65 bytes.
    struct Ruling {
        uint256 jobId;
        bytes32 root;
        uint96 total;
        bytes32 evidenceDigest;
    }

    event UsagePosted(
        uint256 indexed jobId, address indexed poster, bytes32 root, uint96 total, uint256 until, bytes evidenceCid
    );
    event UsageChallenged(uint256 indexed jobId, address indexed challenger, uint256 until, string reason);
    /// @param upheld The ruling found what was posted.
    event UsageRuled(
        uint256 indexed jobId, address indexed referee, bytes32 root, uint96 total, bool upheld, bytes32 evidenceDigest
    );
    /// @notice No ruling came in time: both bonds go back, and the scheduler may post again.
    event UsageAbandoned(uint256 indexed jobId);
    /// @param total For the contributors.
    /// @param rest For the shareholders, beside half of the bond of a posting that was found wrong.
    event UsageFinal(uint256 indexed jobId, bytes32 root, uint96 total, uint256 rest);
    event UsageLapsed(uint256 indexed jobId, uint256 amount);
    event UsageClaimed(uint256 indexed jobId, address indexed contributor, uint256 amount);

    error UsageStateInvalid(uint256 jobId, State state);
    error UsageEmpty(uint256 jobId);
    error UsageTooHigh(uint256 jobId, uint256 total, uint256 limit);
    error ChallengeIsOver(uint256 jobId, uint256 until);
    error ChallengeNotOver(uint256 jobId, uint256 until);
    error UsageAlreadyClaimed(uint256 jobId, address contributor);
    error UsageProofInvalid(uint256 jobId, address contributor, uint256 amount);

    /// @notice The job's scheduler says who gets what; puts up the bond.
    /// @param evidenceCid Where the valuation's evidence is, a binary CID.
    function post(uint256 jobId, bytes32 root, uint96 total, bytes calldata evidenceCid) external;

    /// @notice Anyone says that it is wrong; puts up as much.
    function challenge(uint256 jobId, string calldata reason) external;

    /// @notice Ends a challenge by the job's referee's own valuation. A posting that was right gets both bonds; a challenger
    /// that was right gets its own and half of the poster's, and the shareholders the other half.
    function rule(Ruling calldata ruling, bytes calldata signature) external;

    /// @notice Ends a challenge on which the referee did not rule in time.
    function abandon(uint256 jobId) external;

    /// @notice Makes final what nobody challenged in time. Anyone may send it.
    function confirm(uint256 jobId) external;

    /// @notice Gives all of it to the shareholders when nothing was posted long after the job's deadline. Anyone may send it.
    function lapse(uint256 jobId) external;

    /// @notice Pays a contributor what a final posting gives it. Anyone may send it.
    function claimFor(uint256 jobId, address contributor, uint96 amount, bytes32[] calldata proof) external;

    function posting(uint256 jobId) external view returns (Posting memory);
    function isClaimed(uint256 jobId, address contributor) external view returns (bool);
    function rulingDigest(Ruling calldata ruling) external view returns (bytes32);
    /// @notice Put up by whoever posts and by whoever challenges.
    function bond() external view returns (uint96);
    /// @notice Seconds in which a posting can be challenged, and in which a challenge must be ruled on.
    function window() external view returns (uint40);
    /// @notice Seconds after a job's deadline from which what was not posted lapses.
    function POSTING_PERIOD() external view returns (uint40);
}
