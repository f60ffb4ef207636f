// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title What the tests of the client and of the bindings generator call
contract Probe {
    enum Mood {
        Calm,
        // a comment, with a comma
        Wild
    }

    struct Point {
        int16 x;
        uint24 y;
    }

    struct Story {
        string title;
        Point[] path;
        bytes32[2] seals;
        Mood mood;
        bytes[] notes;
    }

    event Counted(address indexed by, uint256 indexed count, string indexed label, Mood mood, bytes data);
    event Told(Point indexed where, Story story);

    error TooMuch(uint256 asked, uint64 allowed);
    error Unwanted(string why, address[] who, bytes proof, Mood mood);

    uint256 public count;
    address public immutable owner;
    mapping(address => uint256) public countOf;
    uint256[] internal _list;

    constructor(uint256 start, string memory label) {
        if (start > 1000) revert TooMuch(start, 1000);
        owner = msg.sender;
        count = start;
        emit Counted(msg.sender, start, label, Mood.Calm, "");
    }

    /// @notice Adds `amount` and <tells>.
    function add(uint256 amount) external returns (uint256) {
        if (amount > 100) revert TooMuch(amount, 100);
        count += amount;
        countOf[msg.sender] += amount;
        emit Counted(msg.sender, count, "add", Mood.Wild, abi.encode(amount));
        return count;
    }

    /// @notice Works only when the count is exactly `expected`.
    function addAfter(uint256 expected) external {
        require(count == expected, "count is another");
        count += 1;
    }

    function pay() external payable {
        count += msg.value;
    }

    function refuse(address[] calldata who, bytes calldata proof) external pure {
        revert Unwanted("because", who, proof, Mood.Wild);
    }

    function check(uint256 amount) external pure {
        if (amount > 100) revert TooMuch(amount, 100);
    }

    function overflow(uint256 by) external returns (uint256) {
        return count = type(uint256).max + by;
    }

    function silent() external pure {
        assembly {
            revert(0, 0)
        }
    }

    function burn() external {
        while (true) _list.push(1);
    }

    function tell(Story calldata story) external returns (bytes32) {
        emit Told(story.path[0], story);
        return keccak256(abi.encode(story));
    }

    function echo(Story calldata story, uint8[] calldata small, int256 big, bytes4 four)
        external
        pure
        returns (Story memory same, uint8[] memory, int256, bytes4 sameFour)
    {
        return (story, small, big, four);
    }

    function echo(uint128[3] calldata fixedList, string[2] calldata texts, Point[2][] calldata grid)
        external
        pure
        returns (uint128[3] memory, string[2] memory, Point[2][] memory)
    {
        return (fixedList, texts, grid);
    }

    function story() external pure returns (Story memory told) {
        told.title = "once";
    }
}
