// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IProposals} from "../Proposals/IProposals.sol";

/// @title Requests: data that somebody wants, and money for whoever brings it
/// @notice An initiator asks for data: what it is about, its schema, a reward for each accepted data point. `Listed` at once, or, if
/// the request names an association, after a vote of the shareholders of that dataset: `Voting → Listed | Refused`. Anyone answers with
/// a dataset of that schema; the initiator adopts one. From then on anyone adds money to the pot, and every shard that the dataset's
/// shareholders accept is paid for out of the pot, whoever contributed it. After its deadline, and after the votes on what was proposed
/// by then, a request is `Closed`, and what is left goes back to the sponsors. Ids count from 1.
interface IRequests {
    enum State {
        None,
        Voting,
        Listed,
        Refused,
        Closed
    }

    struct Ask {
        /// @dev Digest of the description: purpose, licence, what counts as good data.
        bytes32 metadataDigest;
        bytes32 schemaHash;
        /// @dev The dataset whose shareholders must vote the request onto the list; zero lists it at once.
        uint32 association;
        /// @dev Money for each accepted data point, not zero.
        uint96 rewardPerPoint;
        /// @dev The last second for sponsors, within `TERM_MAX`; for the closing see `closesAfter`.
        uint40 deadline;
        /// @dev What the initiator puts into the pot itself.
        uint96 sponsorship;
    }

    struct Request {
        State state;
        address initiator;
        uint40 deadline;
        bytes32 schemaHash;
        uint96 rewardPerPoint;
        /// @dev The dataset that collects the answers; zero until one is adopted.
        uint32 datasetId;
        /// @dev Shards that were listed after this block are paid for.
        uint40 adoptedAt;
        /// @dev All that sponsors put in.
        uint96 pot;
        /// @dev What contributors were paid.
        uint96 paid;
    }

    /// @notice The vote of an association on a request.
    struct Poll {
        uint32 association;
        uint40 snapshot;
        uint40 deadline;
        /// @dev The deadline was moved once by a late vote, by the association's policy as in a vote on data.
        bool extended;
        uint96 yes;
        uint96 no;
    }

    event RequestOpened(uint256 indexed requestId, address indexed initiator, Ask ask, uint256 snapshot, uint256 votingEnds);
    event RequestSponsored(uint256 indexed requestId, address indexed sponsor, uint256 amount, uint256 pot);
    event RequestVoted(
        uint256 indexed requestId, address indexed voter, IProposals.Choice choice, uint256 weight, string reason
    );
    event RequestVoteExtended(uint256 indexed requestId, uint256 votingEnds);
    event RequestDecided(uint256 indexed requestId, State state, uint256 yes, uint256 no);
    event RequestAnswered(uint256 indexed requestId, uint256 indexed datasetId, address indexed by, string note);
    event RequestAdopted(uint256 indexed requestId, uint256 indexed datasetId);
    event RewardPaid(uint256 indexed requestId, bytes32 indexed shardRoot, address indexed contributor, uint256 amount);
    event RequestClosed(uint256 indexed requestId, uint256 left);
    event SponsorRefunded(uint256 indexed requestId, address indexed sponsor, uint256 amount);

    error RequestUnknown(uint256 requestId);
    error RequestStateInvalid(uint256 requestId, State state);
    error RequestInvalid(string field, uint256 value);
    error NotTheInitiator(uint256 requestId, address initiator, address caller);
    error RequestIsOver(uint256 requestId, uint256 deadline);
    error RequestNotOver(uint256 requestId, uint256 until);
    error RequestAlreadyVoted(uint256 requestId, address voter);
    error RequestNoWeight(uint256 requestId, address voter, uint256 snapshot);
    error SchemaMismatch(uint256 requestId, bytes32 schemaHash, bytes32 datasetSchemaHash);
    error RequestNotAdopted(uint256 requestId);
    error RequestAlreadyAdopted(uint256 requestId, uint256 datasetId);
    /// @dev Listed before the dataset was adopted, founding, delisted, or of a dataset that was not adopted.
    error ShardNotRewarded(uint256 requestId, bytes32 shardRoot);
    error RewardAlreadyPaid(uint256 requestId, bytes32 shardRoot);
    error PotEmpty(uint256 requestId);
    /// @dev Sponsors can add until the deadline; until then only the contributor may take less than is due.
    error PotTooLow(uint256 requestId, uint256 due, uint256 left);
    error NothingToRefund(uint256 requestId, address sponsor);

    function open(Ask calldata ask) external returns (uint256 requestId);
    /// @notice Adds to the pot, until the deadline. Others than the initiator only once a dataset is adopted, so that they know
    /// whose shareholders will decide what is paid for.
    function sponsor(uint256 requestId, uint96 amount) external;
    /// @notice A shareholder of the association votes with what it held before the request was opened.
    function vote(uint256 requestId, IProposals.Choice choice, string calldata reason) external;
    /// @notice Ends the vote after its deadline, by the association's quorum and threshold. Anyone may send it.
    function decide(uint256 requestId) external returns (State state);
    /// @notice Points to a dataset of the schema asked for. Anyone may, as often as they like.
    function answer(uint256 requestId, uint256 datasetId, string calldata note) external;
    /// @notice The initiator chooses the dataset that collects the answers, once.
    function adopt(uint256 requestId, uint256 datasetId) external;
    /// @notice Pays the contributor of a shard that the adopted dataset accepted. When the pot has too little, the contributor may
    /// take what there is, and after the deadline anyone may have it paid.
    function payReward(uint256 requestId, bytes32 shardRoot) external returns (uint256 amount);
    /// @notice Ends a request after the second that `closesAfter` says. Anyone may send it.
    function close(uint256 requestId) external;
    /// @notice Pays a sponsor its part of what is left of a closed or refused request. Anyone may send it.
    function refundFor(uint256 requestId, address account) external returns (uint256 amount);

    function requestCount() external view returns (uint256);
    function request(uint256 requestId) external view returns (Request memory);
    function poll(uint256 requestId) external view returns (Poll memory);
    function sponsoredBy(uint256 requestId, address account) external view returns (uint256);
    function isRewarded(uint256 requestId, bytes32 shardRoot) external view returns (bool);
    function hasVotedOn(uint256 requestId, address voter) external view returns (bool);
    /// @notice The last second in which a request cannot be closed: `GRACE` after its deadline, and where a dataset is adopted, as
    /// much later as its longest vote takes, so that what is proposed by the deadline is decided and can be collected.
    function closesAfter(uint256 requestId) external view returns (uint256);
    /// @notice Time for contributors to collect after the deadline, and after the votes.
    function GRACE() external view returns (uint40);
    /// @notice The longest time from the opening of a request to its deadline, in seconds.
    function TERM_MAX() external view returns (uint40);
}
