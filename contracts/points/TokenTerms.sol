// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";

/// @title What is fixed when a brand's token is created
/// @notice Name, symbol and calendar live in the clone's code, not in its storage: they are
/// immutable, and reading them costs no storage read.
/// @dev Layout of the immutable arguments, 67 bytes: name (ShortString, 32), symbol (ShortString,
/// 32), quartersPerEpoch (1), validity (1), transferable (1).
library TokenTerms {
    struct Calendar {
        uint256 quartersPerEpoch;
        uint256 validity;
        bool transferable;
    }

    /// @dev ERC-1167's code is 45 bytes; the immutable arguments follow it.
    uint256 private constant CALENDAR_OFFSET = 45 + 64;

    /// @notice Deploys a clone of `implementation` with these terms. Names of over 31 bytes revert
    /// with ShortStrings.StringTooLong.
    function deploy(
        address implementation,
        string memory name_,
        string memory symbol_,
        Calendar memory calendar_
    ) internal returns (address token) {
        bytes memory terms = abi.encodePacked(
            ShortStrings.toShortString(name_),
            ShortStrings.toShortString(symbol_),
            uint8(calendar_.quartersPerEpoch),
            uint8(calendar_.validity),
            calendar_.transferable
        );
        return Clones.cloneWithImmutableArgs(implementation, terms);
    }

    function name(address token) internal view returns (string memory) {
        return ShortStrings.toString(ShortString.wrap(_word(token, 32)));
    }

    function symbol(address token) internal view returns (string memory) {
        return ShortStrings.toString(ShortString.wrap(_word(token, 64)));
    }

    /// @notice The three bytes behind the names.
    function calendar(
        address token
    ) internal view returns (uint256 quartersPerEpoch, uint256 validity, bool transferable) {
        uint256 word;
        assembly ("memory-safe") {
            // Scratch space; code beyond the end reads as zero.
            extcodecopy(token, 0, CALENDAR_OFFSET, 32)
            word := mload(0)
        }
        quartersPerEpoch = word >> 248;
        validity = (word >> 240) & 0xff;
        transferable = (word >> 232) & 0xff != 0;
    }

    /// @dev `end` is the offset of the word's end in the arguments, as `mload` wants it.
    function _word(address token, uint256 end) private view returns (bytes32 word) {
        bytes memory terms = Clones.fetchCloneArgs(token);
        assembly ("memory-safe") {
            word := mload(add(terms, end))
        }
    }
}
