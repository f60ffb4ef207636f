// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IDatasets} from "../Datasets/IDatasets.sol";
import {IModels} from "../Models/IModels.sol";
import {Credits} from "../Money/Credits.sol";
import {Escrow} from "../Money/Escrow.sol";
import {NoHolder} from "../Shares/Holders.sol";
import {IShares} from "../Shares/IShares.sol";
import {IPredictions} from "./IPredictions.sol";

/// @title Predictions
/// @dev A settlement writes three words: the channel's, the worker's credit and the model's earnings. Who shares in the
/// earnings is worked out when they are distributed, so that the price of a settlement does not depend on the lineage.
contract Predictions is IPredictions, Credits, EIP712, NoHolder {
    using Escrow for IERC20;
    using SafeERC20 for IERC20;

    uint256 private constant BPS = 10_000;
    uint40 private constant CLOSED = type(uint40).max;
    /// @dev An owner may appoint itself under another name: the dataset and the parents must be left something to share in.
    uint256 private constant WORKER_MAX = 5_000;
    uint256 private constant CHALLENGE_PERIOD_MAX = 90 days;

    bytes32 private constant VOUCHER_TYPE = keccak256("Voucher(uint256 channelId,uint256 cumulative)");

    /// @dev Three slots; a settlement reads them all and writes the second.
    struct Record {
        address signer;
        uint96 deposit;
        address worker;
        uint96 settled;
        address buyer;
        uint40 modelId;
        uint16 workerBps;
        uint40 closesAt;
    }

    struct Appointment {
        bool serves;
        uint16 workerBps;
    }

    IDatasets private immutable _datasets;
    IModels private immutable _models;
    uint40 public immutable challengePeriod;

    uint256 private _nextId = 1;
    mapping(uint256 channelId => Record) private _records;
    mapping(uint256 modelId => uint256) public earned;
    mapping(uint256 modelId => mapping(address worker => Appointment)) private _appointments;

    constructor(IERC20 money_, IDatasets datasets, IModels models, uint40 challengePeriod_)
        Credits(money_)
        EIP712("DataBright Predictions", "1")
    {
        if (challengePeriod_ == 0 || challengePeriod_ > CHALLENGE_PERIOD_MAX) {
            revert ChallengePeriodInvalid(challengePeriod_);
        }
        _datasets = datasets;
        _models = models;
        challengePeriod = challengePeriod_;
    }

    // Serving

    /// @inheritdoc IPredictions
    function appoint(uint256 modelId, address worker, uint16 workerBps) external {
        _requireOwner(modelId);
        if (workerBps > WORKER_MAX) revert WorkerBpsInvalid(workerBps);
        _appointments[modelId][worker] = Appointment(true, workerBps);
        emit WorkerAppointed(modelId, worker, workerBps);
    }

    /// @inheritdoc IPredictions
    function dismiss(uint256 modelId, address worker) external {
        _requireOwner(modelId);
        if (!_appointments[modelId][worker].serves) revert WorkerNotAppointed(modelId, worker);
        delete _appointments[modelId][worker];
        emit WorkerDismissed(modelId, worker);
    }

    // Channels

    /// @inheritdoc IPredictions
    function open(uint256 modelId, address worker, address signer, uint96 amount)
        external
        returns (uint256 channelId)
    {
        uint256 workerBps = termsOf(modelId, worker);
        if (signer == address(0)) signer = msg.sender;
        channelId = _nextId++;
        // Fits: a model's id counts registrations, and a part is at most 10,000.
        _records[channelId] = Record(signer, amount, worker, 0, msg.sender, uint40(modelId), uint16(workerBps), 0);
        emit ChannelOpened(channelId, modelId, msg.sender, worker, signer, workerBps, amount);

        _money.take(msg.sender, amount);
    }

    /// @inheritdoc IPredictions
    function topUp(uint256 channelId, uint96 amount) external {
        Record storage record = _known(channelId);
        State state = _stateOf(record.closesAt);
        if (state != State.Open) revert ChannelNotOpen(channelId, state);
        uint96 deposit = record.deposit + amount;

        record.deposit = deposit;
        emit ChannelToppedUp(channelId, msg.sender, amount, deposit);

        _money.take(msg.sender, amount);
    }

    /// @inheritdoc IPredictions
    function settle(uint256 channelId, uint96 cumulative, bytes calldata signature) external {
        Record storage record = _known(channelId);
        Record memory r = record;
        if (r.closesAt == CLOSED) revert ChannelNotOpen(channelId, State.Closed);
        if (cumulative <= r.settled) revert VoucherSpent(channelId, cumulative, r.settled);
        if (cumulative > r.deposit) revert VoucherTooHigh(channelId, cumulative, r.deposit);
        address recovered = ECDSA.recover(voucherDigest(Voucher(channelId, cumulative)), signature);
        if (recovered != r.signer) revert VoucherSignatureInvalid(channelId, r.signer, recovered);

        // Of the sums and not of the difference: however often it settles, the worker gets the same.
        uint256 workerPart = cumulative * uint256(r.workerBps) / BPS - r.settled * uint256(r.workerBps) / BPS;
        uint256 modelPart = cumulative - r.settled - workerPart;
        record.settled = cumulative;
        if (modelPart != 0) earned[r.modelId] += modelPart;
        emit VoucherSettled(channelId, cumulative, workerPart, modelPart);
        _credit(r.worker, workerPart);
    }

    /// @inheritdoc IPredictions
    function beginClosing(uint256 channelId) external {
        Record storage record = _known(channelId);
        if (msg.sender != record.buyer) revert NotThePayer(channelId, record.buyer, msg.sender);
        State state = _stateOf(record.closesAt);
        if (state != State.Open) revert ChannelNotOpen(channelId, state);
        uint40 closesAt = uint40(block.timestamp) + challengePeriod;

        record.closesAt = closesAt;
        emit ClosingBegun(channelId, closesAt);
    }

    /// @inheritdoc IPredictions
    function close(uint256 channelId) external {
        Record storage record = _known(channelId);
        uint40 closesAt = record.closesAt;
        if (closesAt == CLOSED) revert ChannelNotOpen(channelId, State.Closed);
        bool over = closesAt != 0 && block.timestamp >= closesAt;
        if (!over && msg.sender != record.worker) revert ChannelNotClosable(channelId, closesAt);
        uint256 refund = record.deposit - record.settled;

        record.closesAt = CLOSED;
        emit ChannelClosed(channelId, refund);
        _credit(record.buyer, refund);
    }

    // Earnings

    /// @inheritdoc IPredictions
    /// @dev The dataset's part and the royalties together are at most nine tenths, see Datasets and Models.
    function distribute(uint256 modelId, uint256[] calldata parents) external {
        IModels.Model memory model = _models.model(modelId);
        bytes32 lineage = parents.length == 0 ? bytes32(0) : keccak256(abi.encode(parents));
        if (_models.lineageOf(modelId) != lineage) revert LineageMismatch(modelId);
        uint256 amount = earned[modelId];
        if (amount == 0) revert NothingEarned(modelId);

        earned[modelId] = 0;
        uint256 datasetPart = amount * _datasets.royaltyBps(model.datasetId) / BPS;
        uint256 ownerPart = amount - datasetPart - _payRoyalties(modelId, amount, parents);
        emit EarningsDistributed(modelId, amount, datasetPart, ownerPart);
        _credit(model.owner, ownerPart);

        _payDataset(model.datasetId, datasetPart);
    }

    function _payRoyalties(uint256 modelId, uint256 amount, uint256[] calldata parents)
        private
        returns (uint256 total)
    {
        for (uint256 i; i < parents.length; ++i) {
            uint256 royalty = amount * _models.royaltyBps(parents[i]) / BPS;
            if (royalty == 0) continue;
            total += royalty;
            earned[parents[i]] += royalty;
            emit RoyaltyPaid(modelId, parents[i], royalty);
        }
    }

    function _payDataset(uint256 datasetId, uint256 amount) private {
        if (amount == 0) return;
        address shares = _datasets.sharesOf(datasetId);
        _money.forceApprove(shares, amount);
        IShares(shares).deposit(amount);
    }

    // Reading

    /// @inheritdoc IPredictions
    function channelCount() external view returns (uint256) {
        return _nextId - 1;
    }

    /// @inheritdoc IPredictions
    function channel(uint256 channelId) external view returns (Channel memory) {
        Record memory r = _known(channelId);
        return Channel({
            state: _stateOf(r.closesAt),
            buyer: r.buyer,
            signer: r.signer,
            worker: r.worker,
            modelId: r.modelId,
            workerBps: r.workerBps,
            deposit: r.deposit,
            settled: r.settled,
            closesAt: r.closesAt == CLOSED ? 0 : r.closesAt
        });
    }

    /// @inheritdoc IPredictions
    function termsOf(uint256 modelId, address worker) public view returns (uint256 workerBps) {
        Appointment memory appointment = _appointments[modelId][worker];
        if (appointment.serves) return appointment.workerBps;
        if (_models.model(modelId).owner != worker) revert WorkerNotAppointed(modelId, worker);
    }

    /// @inheritdoc IPredictions
    function voucherDigest(Voucher memory voucher) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(VOUCHER_TYPE, voucher.channelId, voucher.cumulative)));
    }

    function _requireOwner(uint256 modelId) private view {
        address owner = _models.model(modelId).owner;
        if (owner != msg.sender) revert NotTheOwner(modelId, owner, msg.sender);
    }

    function _known(uint256 channelId) private view returns (Record storage record) {
        record = _records[channelId];
        if (record.buyer == address(0)) revert ChannelUnknown(channelId);
    }

    function _stateOf(uint40 closesAt) private pure returns (State) {
        return closesAt == 0 ? State.Open : closesAt == CLOSED ? State.Closed : State.Closing;
    }
}
