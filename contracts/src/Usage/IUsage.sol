// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Usage: the part of a job's price for data that goes to contributors by the use their points were of
/// @notice When a training job is settled, the part that the dataset's policy names stays with the jobs contract. The job's
/// scheduler values the points while it trains, and posts a Merkle root over what each contributor gets, with the evidence
/// and a bond. Anybody may challenge it within a window by putting up as much; the job's referee then does the valuation
/// again and rules, and the root of the ruling stands. `None → Posted → Final` and `Posted → Challenged → Final`.
/// Nobody gains by waiting. Where the scheduler does not post, or its key is revoked, the referee does its work: `None → Final`
/// and `Posted → Final`. Where the job's referee does not rule, or its key is revoked, any other of the registry may. Until one of
/// them does, the money stays where it is, and so do the bonds of a challenge, whoever's they are.
interface IUsage {
    enum State {
        None,
        Posted,
        Challenged,
        Final
    }

    struct Posting {
        State state;
        /// @dev The job's scheduler; the referee where nothing was posted.
        address poster;
        address challenger;
        /// @dev Posted: the last second for a challenge. Challenged: the last second in which the job's own referee alone may rule.
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
    /// @param upheld The ruling found what was posted; false where nothing was.
    event UsageRuled(
        uint256 indexed jobId, address indexed referee, bytes32 root, uint96 total, bool upheld, bytes32 evidenceDigest
    );
    /// @param total For the contributors.
    /// @param rest For the shareholders, beside what a posting that was found wrong forfeits of its bond.
    event UsageFinal(uint256 indexed jobId, bytes32 root, uint96 total, uint256 rest);
    event UsageClaimed(uint256 indexed jobId, address indexed contributor, uint256 amount);

    /// @dev A challenge has a price.
    error UsageBondInvalid(uint256 bond);
    /// @dev Zero, or more than 90 days.
    error UsageWindowInvalid(uint256 window);
    error UsageStateInvalid(uint256 jobId, State state);
    error UsageEmpty(uint256 jobId);
    error UsageTooHigh(uint256 jobId, uint256 total, uint256 limit);
    error ChallengeIsOver(uint256 jobId, uint256 until);
    error ChallengeNotOver(uint256 jobId, uint256 until);
    /// @dev The job's scheduler may still post.
    error PostingNotOver(uint256 jobId, uint256 until);
    error UsageAlreadyClaimed(uint256 jobId, address contributor);
    error UsageProofInvalid(uint256 jobId, address contributor, uint256 amount);

    /// @notice The job's scheduler says who gets what; puts up the bond.
    /// @param evidenceCid Where the valuation's evidence is, a binary CID.
    function post(uint256 jobId, bytes32 root, uint96 total, bytes calldata evidenceCid) external;

    /// @notice Anyone says that it is wrong; puts up as much. There is one challenge to a posting, and it ends with a ruling: whoever
    /// was wrong has lost its bond then, and until then nobody has it back.
    function challenge(uint256 jobId, string calldata reason) external;

    /// @notice Says who gets what by a referee's own valuation, which is final: of a challenged posting, of one whose scheduler's key
    /// was revoked before it was final, and of a job for which nothing is posted although the scheduler's key is revoked or
    /// `POSTING_PERIOD` has passed since the deadline. By the job's referee; by any live referee of the registry once that one's
    /// key is revoked, or a window has passed since a ruling could be had.
    /// A posting that was right gets both bonds; a challenger that was right gets its own and half of the poster's, and the
    /// shareholders the other half, or all of the bond of a wrong posting that nobody challenged.
    function rule(Ruling calldata ruling, bytes calldata signature) external;

    /// @notice Makes final what nobody challenged in time, as long as the poster's key is live. Anyone may send it.
    function confirm(uint256 jobId) external;

    /// @notice Pays a contributor what a final posting gives it. Anyone may send it.
    function claimFor(uint256 jobId, address contributor, uint96 amount, bytes32[] calldata proof) external;

    function posting(uint256 jobId) external view returns (Posting memory);
    function isClaimed(uint256 jobId, address contributor) external view returns (bool);
    function rulingDigest(Ruling calldata ruling) external view returns (bytes32);
    /// @notice Put up by whoever posts and by whoever challenges.
    function bond() external view returns (uint96);
    /// @notice Seconds in which a posting can be challenged, and in which the job's own referee alone may rule.
    function window() external view returns (uint40);
    /// @notice Seconds after a job's deadline from which a referee says who gets what, where nothing is posted.
    function POSTING_PERIOD() external view returns (uint40);
}
