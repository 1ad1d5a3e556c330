// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Base64url, a word at a time
/// @notice RFC 4648, section 5, without padding: what a WebAuthn challenge is written in.
/// @dev All 32 characters are made at once, in the 32 bytes of a word, for a sixth of the gas of a
/// loop over a table. OpenZeppelin's Base64 is its twin in the tests.
library Base64Words {
    /// @dev 1 in each byte.
    uint256 private constant EACH = type(uint256).max / 0xff;

    /// @notice The 32 characters of 24 bytes. Bits of `data` above 192 must be 0.
    function encode(uint256 data) internal pure returns (bytes32 characters) {
        unchecked {
            // 192 bits in one piece, then 2 × 96, 4 × 48, 8 × 24, 16 × 12, 32 × 6.
            uint256 v = _halved(data, 96, type(uint256).max / type(uint256).max);
            v = _halved(v, 48, type(uint256).max / type(uint128).max);
            v = _halved(v, 24, type(uint256).max / type(uint64).max);
            v = _halved(v, 12, type(uint256).max / type(uint32).max);
            v = _halved(v, 6, type(uint256).max / type(uint16).max);
            // From 0 on A–Z, from 26 on a–z, from 52 on 0–9, 62 is - and 63 is _: at each of these
            // the distance from a number to its character changes. Taken in this order, no byte
            // leaves 0 to 255: they reach 63 + 65 + 6 + 49 at most, and none falls below 45.
            return
                bytes32(
                    v +
                        65 * EACH +
                        6 * _from(v, 26) +
                        49 * _from(v, 63) -
                        75 * _from(v, 52) -
                        13 * _from(v, 62)
                );
        }
    }

    /// @dev Pieces of 2 × `bits` bits each, which lie where `each` has ones, as pieces of `bits`
    /// bits in the halves of the same room.
    function _halved(uint256 v, uint256 bits, uint256 each) private pure returns (uint256) {
        unchecked {
            uint256 low = v & (each * ((1 << bits) - 1));
            return low | ((v ^ low) << (bits / 3));
        }
    }

    /// @dev 1 in each byte whose number, at most 63, is `bound` or more: there the sum reaches 128.
    function _from(uint256 v, uint256 bound) private pure returns (uint256) {
        unchecked {
            return ((v + (128 - bound) * EACH) >> 7) & EACH;
        }
    }
}
