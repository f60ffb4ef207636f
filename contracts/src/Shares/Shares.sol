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
import {Account} from "./Account.sol";
import {Checkpoint96} from "./Checkpoint96.sol";
import {HolderVotes} from "./HolderVotes.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IShares} from "./IShares.sol";
import {Holders, NoHolder} from "./Holders.sol";
import {Supply} from "./Supply.sol";

/// @title Shares
/// @dev Not built on OpenZeppelin's ERC20Votes: balance, dividend index, votes and unclaimed money share two slots per
/// holder here and six there, which is most of what accepting a shard costs.
contract Shares is IShares, IERC5267, IERC20Errors, Nonces, NoHolder {
    using Escrow for IERC20;
    using SafeERC20 for IERC20;

    /// @dev Money earned by one smallest part of a share is kept in units of 1e-21, so that round sums over round
    /// supplies come out exact; a holder's fraction of a unit of money in units of 1e-16.
    uint256 private constant INDEX_ONE = 1e21;
    uint256 private constant FRACTION_ONE = 1e16;
    uint256 private constant MAX = type(uint96).max;

    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant PERMIT_TYPE =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    bytes32 private constant DELEGATION_TYPE =
        keccak256("Delegation(address delegatee,uint256 nonce,uint256 expiry)");

    struct Holder {
        Account account;
        HolderVotes votes;
    }

    IERC20 private immutable _money;
    address private immutable _datasets;

    Supply private _supply;
    /// @dev Deposited money, in units of 1e-21, that was too little for one step of the dividend index. Always below the supply.
    uint96 private _remainder;
    uint96 private _deposited;
    uint32 private _datasetId;

    mapping(address holder => Holder) private _holders;
    mapping(address holder => mapping(uint256 => Checkpoint96)) private _pastVotes;
    mapping(uint256 => Checkpoint96) private _pastSupply;
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
        Supply supply = _supply;
        uint256 room = MAX - supply.total();
        minted = amount < room ? amount : room;

        _supply = supply.changed(_pastSupply, supply.total() + minted);
        emit Transfer(address(0), to, minted);
        _enter(to, minted, supply.dividendIndex());
    }

    // Dividends

    /// @inheritdoc IShares
    function deposit(uint256 amount) external {
        Supply supply = _supply;
        uint256 total = supply.total();
        if (total == 0) revert NoShares();
        uint256 limit = MAX - _deposited;
        if (amount > limit) revert DividendTooLarge(amount, limit);
        uint256 spread = amount * INDEX_ONE + _remainder;
        uint256 index = supply.dividendIndex() + spread / total;
        if (index > MAX) revert DividendTooLarge(amount, (MAX - supply.dividendIndex()) * total / INDEX_ONE);

        _supply = supply.withDividendIndex(index);
        _remainder = uint96(spread % total);
        _deposited += uint96(amount);
        emit DividendDeposited(msg.sender, amount, total);

        _money.take(msg.sender, amount);
    }

    /// @inheritdoc IShares
    function claim() external returns (uint256) {
        return claimFor(msg.sender);
    }

    /// @inheritdoc IShares
    function claimFor(address holder) public returns (uint256 amount) {
        Holder storage stored = _holders[holder];
        (Account account, HolderVotes votes) = _settled(stored, _supply.dividendIndex());
        amount = votes.unclaimed();
        if (amount == 0) revert NothingToClaim(holder);

        stored.account = account;
        stored.votes = votes.withUnclaimed(0);
        emit DividendClaimed(holder, amount);

        _money.safeTransfer(holder, amount);
    }

    /// @inheritdoc IShares
    function claimable(address holder) external view returns (uint256) {
        (, HolderVotes votes) = _settled(_holders[holder], _supply.dividendIndex());
        return votes.unclaimed();
    }

    /// @dev A holder's words with everything earned up to `index` unclaimed. Rounded down to a unit of
    /// money; the fraction below it stays with the holder. Fits: all that was ever deposited does.
    function _settled(Holder storage holder, uint256 index) private view returns (Account account, HolderVotes votes) {
        (account, votes) = (holder.account, holder.votes);
        uint256 grown = account.balance() * (index - account.index());
        uint256 earned = grown / (INDEX_ONE / FRACTION_ONE) + account.fraction();
        account = account.settled(index, earned % FRACTION_ONE);
        votes = votes.withUnclaimed(votes.unclaimed() + earned / FRACTION_ONE);
    }

    // ERC-20

    function decimals() external pure returns (uint8) {
        return 18;
    }

    function totalSupply() external view returns (uint256) {
        return _supply.total();
    }

    function balanceOf(address account) external view returns (uint256) {
        return _holders[account].account.balance();
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
        Holders.requireSuited(to);
        uint256 balance = _holders[from].account.balance();
        if (balance < amount) revert ERC20InsufficientBalance(from, balance, amount);

        uint256 index = _supply.dividendIndex();
        emit Transfer(from, to, amount);
        _leave(from, amount, index);
        _enter(to, amount, index);
    }

    /// @dev Settled first, so that nobody earns on shares before owning them.
    function _enter(address to, uint256 amount, uint256 index) private {
        Holder storage holder = _holders[to];
        (Account account, HolderVotes votes) = _settled(holder, index);
        holder.account = account.holding(account.balance() + amount);
        if (account.delegates()) {
            holder.votes = votes;
            _addVotes(_delegatees[to], amount);
        } else {
            holder.votes = _changedVotes(to, votes, votes.votes() + amount);
        }
    }

    function _leave(address from, uint256 amount, uint256 index) private {
        Holder storage holder = _holders[from];
        (Account account, HolderVotes votes) = _settled(holder, index);
        holder.account = account.holding(account.balance() - amount);
        if (account.delegates()) {
            holder.votes = votes;
            _removeVotes(_delegatees[from], amount);
        } else {
            holder.votes = _changedVotes(from, votes, votes.votes() - amount);
        }
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
        return _holders[account].votes.votes();
    }

    function getPastVotes(address account, uint256 timepoint) external view returns (uint256) {
        if (timepoint >= block.number) revert BlockNotPast(timepoint, block.number);
        HolderVotes votes = _holders[account].votes;
        return votes.since() <= timepoint ? votes.votes() : votes.past(_pastVotes[account], timepoint);
    }

    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        if (timepoint >= block.number) revert BlockNotPast(timepoint, block.number);
        Supply supply = _supply;
        return supply.since() <= timepoint ? supply.total() : supply.past(_pastSupply, timepoint);
    }

    /// @notice The holder itself unless it chose another.
    function delegates(address account) external view returns (address) {
        return _delegateeOf(account);
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

    function _delegateeOf(address account) private view returns (address) {
        return _holders[account].account.delegates() ? _delegatees[account] : account;
    }

    function _delegate(address account, address delegatee) private {
        Account held = _holders[account].account;
        address from = _delegateeOf(account);
        address to = delegatee == address(0) ? account : delegatee;
        _holders[account].account = held.delegating(to != account);
        _delegatees[account] = to;
        emit DelegateChanged(account, from, to);
        _removeVotes(from, held.balance());
        _addVotes(to, held.balance());
    }

    function _addVotes(address account, uint256 amount) private {
        HolderVotes votes = _holders[account].votes;
        _holders[account].votes = _changedVotes(account, votes, votes.votes() + amount);
    }

    function _removeVotes(address account, uint256 amount) private {
        HolderVotes votes = _holders[account].votes;
        _holders[account].votes = _changedVotes(account, votes, votes.votes() - amount);
    }

    function _changedVotes(address account, HolderVotes votes, uint256 value) private returns (HolderVotes) {
        emit DelegateVotesChanged(account, votes.votes(), value);
        return votes.changed(_pastVotes[account], value);
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
