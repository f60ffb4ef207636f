// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Escrow} from "../Money/Escrow.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IShares} from "./IShares.sol";
import {Line, Lines, Past} from "./Line.sol";

/// @title Shares
/// @dev Not built on OpenZeppelin's ERC20Votes: balance, dividend index, votes and unclaimed money share two slots per
/// holder here and six there, which is most of what accepting a shard costs.
contract Shares is IShares, IERC5267, IERC20Errors, Nonces {
    using Escrow for IERC20;
    using SafeERC20 for IERC20;
    using Lines for Line;

    /// @dev Money per share is kept in units of 2^-72; a holder's fraction of a unit of money in units of 2^-56.
    uint256 private constant INDEX_BITS = 72;
    uint256 private constant FRACTION_BITS = 56;
    uint256 private constant MAX = type(uint96).max;

    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant PERMIT_TYPE =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    bytes32 private constant DELEGATION_TYPE =
        keccak256("Delegation(address delegatee,uint256 nonce,uint256 expiry)");

    struct Holder {
        uint96 balance;
        /// @dev The dividend index up to which the holder's earnings are settled.
        uint96 index;
        uint56 fraction;
        bool delegates;
        /// @dev Votes; attached: earnings settled and not claimed.
        Line votes;
    }

    IERC20 private immutable _money;
    address private immutable _datasets;

    /// @dev Supply; attached: money ever earned by one share.
    Line private _supply;
    /// @dev Deposited money, in units of 2^-72, that was too little for one step of the index. Always below the supply.
    uint96 private _remainder;
    uint96 private _deposited;
    uint32 private _datasetId;

    mapping(address holder => Holder) private _holders;
    mapping(address holder => mapping(uint256 => Past)) private _pastVotes;
    mapping(uint256 => Past) private _pastSupply;
    mapping(address holder => address) private _delegatees;
    mapping(address owner => mapping(address spender => uint256)) public allowance;
    string public name;
    string public symbol;

    constructor(IERC20 money_) {
        _money = money_;
        _datasets = msg.sender;
    }

    modifier onlyDatasets() {
        if (msg.sender != _datasets) revert OnlyDatasets(msg.sender);
        _;
    }

    /// @inheritdoc IShares
    function initialise(uint256 datasetId_, string calldata name_, string calldata symbol_) external onlyDatasets {
        if (_datasetId != 0) revert AlreadyInitialised();
        _datasetId = uint32(datasetId_);
        name = name_;
        symbol = symbol_;
    }

    /// @inheritdoc IShares
    function mint(address to, uint256 amount) external onlyDatasets returns (uint256 minted) {
        if (to == address(0)) revert ERC20InvalidReceiver(to);
        uint256 supply = _supply.value;
        minted = amount < MAX - supply ? amount : MAX - supply;
        if (minted == 0) return 0;

        _supply.set(_pastSupply, supply + minted);
        Holder storage holder = _holders[to];
        _settle(holder);
        holder.balance += uint96(minted);
        emit Transfer(address(0), to, minted);
        _moveVotes(address(0), _delegateeOf(to, holder), minted);
    }

    // Dividends

    /// @inheritdoc IShares
    function deposit(uint256 amount) external {
        uint256 supply = _supply.value;
        if (supply == 0) revert NoShares();
        if (amount > MAX - _deposited) revert DividendTooLarge(amount, MAX - _deposited);
        uint256 spread = (amount << INDEX_BITS) + _remainder;
        uint256 index = _supply.attached + spread / supply;
        if (index > MAX) revert DividendTooLarge(amount, ((MAX - _supply.attached) * supply) >> INDEX_BITS);

        _supply.attached = uint96(index);
        _remainder = uint96(spread % supply);
        _deposited += uint96(amount);
        emit DividendDeposited(msg.sender, amount, supply);

        _money.take(msg.sender, amount);
    }

    /// @inheritdoc IShares
    function claim() external returns (uint256) {
        return claimFor(msg.sender);
    }

    /// @inheritdoc IShares
    function claimFor(address account) public returns (uint256 amount) {
        Holder storage holder = _holders[account];
        uint256 fraction;
        (amount, fraction) = _earned(holder);
        if (amount == 0) revert NothingToClaim(account);

        holder.index = _supply.attached;
        holder.fraction = uint56(fraction);
        if (holder.votes.attached != 0) holder.votes.attached = 0;
        emit DividendClaimed(account, amount);

        _money.safeTransfer(account, amount);
    }

    /// @inheritdoc IShares
    function claimable(address account) external view returns (uint256 amount) {
        (amount,) = _earned(_holders[account]);
    }

    /// @dev Rounded down to a unit of money; the fraction below it stays with the holder.
    function _earned(Holder storage holder) private view returns (uint256 amount, uint256 fraction) {
        uint256 grown = uint256(holder.balance) * (_supply.attached - holder.index);
        uint256 earned = (grown >> (INDEX_BITS - FRACTION_BITS)) + holder.fraction;
        amount = holder.votes.attached + (earned >> FRACTION_BITS);
        fraction = earned & ((1 << FRACTION_BITS) - 1);
    }

    /// @dev Before every change of a balance, so that nobody earns on shares before owning them.
    function _settle(Holder storage holder) private {
        (uint256 amount, uint256 fraction) = _earned(holder);
        holder.index = _supply.attached;
        if (fraction != holder.fraction) holder.fraction = uint56(fraction);
        // Fits: all that was ever deposited does.
        if (amount != holder.votes.attached) holder.votes.attached = uint96(amount);
    }

    // ERC-20

    function decimals() external pure returns (uint8) {
        return 18;
    }

    function totalSupply() external view returns (uint256) {
        return _supply.value;
    }

    function balanceOf(address account) external view returns (uint256) {
        return _holders[account].balance;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        _transfer(msg.sender, to, amount);
        return true;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        _approve(msg.sender, spender, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        uint256 allowed = allowance[from][msg.sender];
        if (allowed != type(uint256).max) {
            if (allowed < amount) revert ERC20InsufficientAllowance(msg.sender, allowed, amount);
            allowance[from][msg.sender] = allowed - amount;
        }
        _transfer(from, to, amount);
        return true;
    }

    function _approve(address owner, address spender, uint256 amount) private {
        if (spender == address(0)) revert ERC20InvalidSpender(spender);
        allowance[owner][spender] = amount;
        emit Approval(owner, spender, amount);
    }

    function _transfer(address from, address to, uint256 amount) private {
        if (to == address(0)) revert ERC20InvalidReceiver(to);
        Holder storage sender = _holders[from];
        Holder storage receiver = _holders[to];
        uint256 balance = sender.balance;
        if (balance < amount) revert ERC20InsufficientBalance(from, balance, amount);

        _settle(sender);
        _settle(receiver);
        sender.balance = uint96(balance - amount);
        receiver.balance += uint96(amount);
        emit Transfer(from, to, amount);
        _moveVotes(_delegateeOf(from, sender), _delegateeOf(to, receiver), amount);
    }

    // Votes

    function clock() public view returns (uint48) {
        return uint48(block.number);
    }

    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=blocknumber&from=default";
    }

    function getVotes(address account) external view returns (uint256) {
        return _holders[account].votes.value;
    }

    function getPastVotes(address account, uint256 timepoint) external view returns (uint256) {
        _requirePast(timepoint);
        return _holders[account].votes.at(_pastVotes[account], timepoint);
    }

    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        _requirePast(timepoint);
        return _supply.at(_pastSupply, timepoint);
    }

    /// @notice The holder itself unless it chose another.
    function delegates(address account) external view returns (address) {
        return _delegateeOf(account, _holders[account]);
    }

    /// @notice Lets another vote with the caller's shares; its own address or zero takes the votes back.
    function delegate(address delegatee) external {
        _delegate(msg.sender, delegatee);
    }

    function delegateBySig(address delegatee, uint256 nonce, uint256 expiry, uint8 v, bytes32 r, bytes32 s) external {
        if (block.timestamp > expiry) revert VotesExpiredSignature(expiry);
        address signer = ECDSA.recover(_digest(keccak256(abi.encode(DELEGATION_TYPE, delegatee, nonce, expiry))), v, r, s);
        _useCheckedNonce(signer, nonce);
        _delegate(signer, delegatee);
    }

    function _requirePast(uint256 timepoint) private view {
        if (timepoint >= block.number) revert BlockNotPast(timepoint, block.number);
    }

    function _delegateeOf(address account, Holder storage holder) private view returns (address) {
        return holder.delegates ? _delegatees[account] : account;
    }

    function _delegate(address account, address delegatee) private {
        Holder storage holder = _holders[account];
        address from = _delegateeOf(account, holder);
        address to = delegatee == address(0) ? account : delegatee;
        holder.delegates = to != account;
        _delegatees[account] = to;
        emit DelegateChanged(account, from, to);
        _moveVotes(from, to, holder.balance);
    }

    function _moveVotes(address from, address to, uint256 amount) private {
        if (from == to || amount == 0) return;
        if (from != address(0)) {
            uint256 votes = _holders[from].votes.value;
            _holders[from].votes.set(_pastVotes[from], votes - amount);
            emit DelegateVotesChanged(from, votes, votes - amount);
        }
        uint256 current = _holders[to].votes.value;
        _holders[to].votes.set(_pastVotes[to], current + amount);
        emit DelegateVotesChanged(to, current, current + amount);
    }

    // Permit

    /// @inheritdoc IShares
    function datasetId() external view returns (uint256) {
        return _datasetId;
    }

    /// @inheritdoc IShares
    function money() external view returns (address) {
        return address(_money);
    }

    /// @inheritdoc IShares
    function totalDeposited() external view returns (uint256) {
        return _deposited;
    }

    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
    {
        if (block.timestamp > deadline) revert PermitExpired(deadline);
        bytes32 digest = _digest(keccak256(abi.encode(PERMIT_TYPE, owner, spender, value, _useNonce(owner), deadline)));
        address signer = ECDSA.recover(digest, v, r, s);
        if (signer != owner) revert PermitSignerInvalid(signer, owner);
        _approve(owner, spender, value);
    }

    function nonces(address owner) public view override(Nonces, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }

    // solhint-disable-next-line func-name-mixedcase
    function DOMAIN_SEPARATOR() public view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPE, keccak256(bytes(name)), keccak256("1"), block.chainid, address(this)));
    }

    /// @inheritdoc IERC5267
    function eip712Domain()
        external
        view
        returns (bytes1, string memory, string memory, uint256, address, bytes32, uint256[] memory)
    {
        return (hex"0f", name, "1", block.chainid, address(this), bytes32(0), new uint256[](0));
    }

    function _digest(bytes32 structHash) private view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(DOMAIN_SEPARATOR(), structHash);
    }
}
