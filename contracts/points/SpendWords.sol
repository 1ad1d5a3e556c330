// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPointsToken} from "./IPointsToken.sol";

/// @title Spends and their outcomes as they travel between the hub and a token
/// @notice Each spend is two words, and its outcome is one:
///
/// | word    | bits     | field                                                 |
/// | ------- | -------- | ----------------------------------------------------- |
/// | first   | 96 – 255 | the member                                            |
/// |         | 48 – 95  | points to spend                                       |
/// |         | 0 – 47   | µUSD that they must be worth at least                 |
/// | second  | 32       | set: what they are worth is drawn from the reserve    |
/// |         | 0 – 31   | the act nonce                                         |
/// | outcome | 8 – 255  | a figure, see IPointsToken.SpendOutcome               |
/// |         | 0 – 7    | IPointsToken.SpendOutcome                             |
/// @dev Both travel as `bytes`, which the compiler copies in one go, an array word by word. All
/// functions require `index` to be within the bytes.
library SpendWords {
    uint256 internal constant SPEND_LENGTH = 64;
    uint256 internal constant OUTCOME_LENGTH = 32;

    /// @notice Memory for `count` items of `length` bytes, a multiple of 32. It isn't zeroed: each is
    /// written before it's read.
    /// @dev Requires count × length to be far below 2^64, which calldata and gas ensure.
    function room(uint256 count, uint256 length) internal pure returns (bytes memory items) {
        assembly ("memory-safe") {
            items := mload(0x40)
            mstore(items, mul(count, length))
            mstore(0x40, add(add(items, 0x20), mul(count, length)))
        }
    }

    /// @notice Sets how many bytes are there, at most as many as there is room for.
    function setLength(bytes memory items, uint256 length) internal pure {
        assembly ("memory-safe") {
            mstore(items, length)
        }
    }

    /// @notice Writes spend `index`. All fields must be within their bits.
    function put(
        bytes memory spends,
        uint256 index,
        address member,
        uint256 amount,
        uint256 minimum,
        uint256 nonce,
        bool drawing
    ) internal pure {
        assembly ("memory-safe") {
            let place := add(add(spends, 0x20), mul(index, 64))
            mstore(place, or(or(shl(96, member), shl(48, amount)), minimum))
            mstore(add(place, 0x20), or(shl(32, drawing), nonce))
        }
    }

    /// @notice The two words of spend `index`.
    function read(
        bytes calldata spends,
        uint256 index
    ) internal pure returns (uint256 first, uint256 second) {
        assembly ("memory-safe") {
            let place := add(spends.offset, mul(index, 64))
            first := calldataload(place)
            second := calldataload(add(place, 0x20))
        }
    }

    function memberOf(uint256 first) internal pure returns (address) {
        return address(uint160(first >> 96));
    }

    function amountOf(uint256 first) internal pure returns (uint256) {
        return uint48(first >> 48);
    }

    function minimumOf(uint256 first) internal pure returns (uint256) {
        return uint48(first);
    }

    function nonceOf(uint256 second) internal pure returns (uint256) {
        return uint32(second);
    }

    function draws(uint256 second) internal pure returns (bool) {
        return (second >> 32) & 1 != 0;
    }

    /// @notice Writes outcome `index`. `figure` is points, µUSD or a nonce, all less than 2^248.
    function putOutcome(
        bytes memory outcomes,
        uint256 index,
        IPointsToken.SpendOutcome outcome,
        uint256 figure
    ) internal pure {
        assembly ("memory-safe") {
            mstore(add(add(outcomes, 0x20), mul(index, 32)), or(shl(8, figure), outcome))
        }
    }

    /// @notice The outcomes of `count` spends that the last call has returned, as `bytes`.
    function returnedOutcomes(uint256 count) internal pure returns (bytes memory outcomes) {
        outcomes = room(count, OUTCOME_LENGTH);
        assembly ("memory-safe") {
            // Offset and length come first. It reverts if less has been returned.
            returndatacopy(add(outcomes, 0x20), 0x40, mload(outcomes))
        }
    }

    /// @notice Reads outcome `index`.
    /// @return outcome An IPointsToken.SpendOutcome.
    function outcomeAt(
        bytes memory outcomes,
        uint256 index
    ) internal pure returns (uint256 outcome, uint256 figure) {
        assembly ("memory-safe") {
            let word := mload(add(add(outcomes, 0x20), mul(index, 32)))
            outcome := and(word, 0xff)
            figure := shr(8, word)
        }
    }
}
