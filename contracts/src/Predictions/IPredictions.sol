// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Predictions: paid one by one, settled as many as one likes at a time
/// @notice A buyer opens a channel to one worker that serves one model, and deposits money. With each request it sends a
/// voucher off the chain: a signed sum of all it has paid through the channel so far. The worker settles the latest one
/// whenever it likes. The worker's part is its credit at once; the rest is the model's, and is distributed to the model's
/// owner, to the shareholders of its dataset and, as royalties, to the models it was made from, which distribute in turn.
/// Channel ids count from 1. `Open → Closing → Closed`; the worker may close at once.
interface IPredictions {
    enum State {
        None,
        Open,
        Closing,
        Closed
    }

    /// @notice The latest sum a buyer has paid, EIP-712 `Voucher(uint256 channelId,uint256 cumulative)`, signed by the
    /// channel's signer, 65 bytes.
    /// @dev A voucher only ever raises what was settled, so it is its own nonce.
    struct Voucher {
        uint256 channelId;
        uint256 cumulative;
    }

    struct Channel {
        State state;
        /// @dev Gets back what was not spent.
        address buyer;
        /// @dev Whose vouchers count: the buyer, or a key it uses for this channel alone.
        address signer;
        address worker;
        uint256 modelId;
        /// @dev The worker's part of every voucher, fixed when the channel was opened.
        uint256 workerBps;
        uint256 deposit;
        uint256 settled;
        /// @dev The second from which anyone may close it; zero unless closing.
        uint256 closesAt;
    }

    /// @notice The model's owner lets a worker serve it for a part of the price.
    event WorkerAppointed(uint256 indexed modelId, address indexed worker, uint256 workerBps);
    event WorkerDismissed(uint256 indexed modelId, address indexed worker);
    event ChannelOpened(
        uint256 indexed channelId,
        uint256 indexed modelId,
        address indexed buyer,
        address worker,
        address signer,
        uint256 workerBps,
        uint256 deposit
    );
    /// @param deposit All that was ever deposited in the channel.
    event ChannelToppedUp(uint256 indexed channelId, address indexed payer, uint256 amount, uint256 deposit);
    /// @param workerPart What this settlement credited to the worker.
    /// @param modelPart What it added to the model's earnings.
    event VoucherSettled(uint256 indexed channelId, uint256 cumulative, uint256 workerPart, uint256 modelPart);
    event ClosingBegun(uint256 indexed channelId, uint256 closesAt);
    event ChannelClosed(uint256 indexed channelId, uint256 refund);
    /// @param datasetPart Deposited as a dividend of the model's dataset.
    /// @param ownerPart Credited to the model's owner.
    event EarningsDistributed(uint256 indexed modelId, uint256 amount, uint256 datasetPart, uint256 ownerPart);
    /// @notice A part of a model's earnings became its parent's.
    event RoyaltyPaid(uint256 indexed modelId, uint256 indexed parent, uint256 amount);

    /// @dev Zero, or more than 90 days.
    error ChallengePeriodInvalid(uint256 period);
    error NotTheOwner(uint256 modelId, address owner, address caller);
    /// @dev More than 5,000.
    error WorkerBpsInvalid(uint256 workerBps);
    /// @dev Only a model's owner and the workers it appointed serve it.
    error WorkerNotAppointed(uint256 modelId, address worker);
    error ChannelUnknown(uint256 channelId);
    error ChannelNotOpen(uint256 channelId, State state);
    error ChannelNotClosable(uint256 channelId, uint256 closesAt);
    error NotThePayer(uint256 channelId, address buyer, address caller);
    /// @dev The voucher was settled before, or a higher one was.
    error VoucherSpent(uint256 channelId, uint256 cumulative, uint256 settled);
    error VoucherTooHigh(uint256 channelId, uint256 cumulative, uint256 deposit);
    error VoucherSignatureInvalid(uint256 channelId, address signer, address recovered);
    error NothingEarned(uint256 modelId);
    error LineageMismatch(uint256 modelId);

    /// @notice The model's owner lets `worker` serve it for `workerBps` of what buyers pay, half at most: the dataset and the
    /// parents share in the rest. Again to change the part.
    /// Channels that are open keep theirs.
    function appoint(uint256 modelId, address worker, uint16 workerBps) external;

    /// @notice No new channels to this worker; those that are open go on.
    function dismiss(uint256 modelId, address worker) external;

    /// @notice Opens a channel with `amount` of the caller's money.
    /// @param signer Whose vouchers count; zero for the caller itself.
    function open(uint256 modelId, address worker, address signer, uint96 amount) external returns (uint256 channelId);

    /// @notice Adds to an open channel's deposit; anyone may.
    function topUp(uint256 channelId, uint96 amount) external;

    /// @notice Turns a voucher into credits. Anyone may send it; until the channel is closed.
    function settle(uint256 channelId, uint96 cumulative, bytes calldata signature) external;

    /// @notice The buyer asks for its money back: the worker has the challenge period to settle its latest voucher.
    function beginClosing(uint256 channelId) external;

    /// @notice Ends a channel and credits the buyer what was not settled: by the worker at any time, by anyone once the
    /// challenge period is over.
    function close(uint256 channelId) external;

    /// @notice Distributes what a model has earned. Anyone may send it.
    /// @param parents As they were registered.
    function distribute(uint256 modelId, uint256[] calldata parents) external;

    function channelCount() external view returns (uint256);
    function channel(uint256 channelId) external view returns (Channel memory);
    /// @notice What a model has earned and not distributed.
    function earned(uint256 modelId) external view returns (uint256);
    /// @notice Reverts with `WorkerNotAppointed` if the worker does not serve the model.
    function termsOf(uint256 modelId, address worker) external view returns (uint256 workerBps);
    function voucherDigest(Voucher memory voucher) external view returns (bytes32);
    /// @notice Seconds between the buyer's wish to close and the closing.
    function challengePeriod() external view returns (uint40);
}
