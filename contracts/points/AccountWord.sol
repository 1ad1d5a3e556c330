// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title The one-word account
/// @notice Everything a brand's token knows of a member, in one storage word:
///
/// | bits      | field                                                                     |
/// | --------- | ------------------------------------------------------------------------- |
/// | 0 – 191   | four buckets of 48 bits; bucket 3 holds `epoch`, bucket 0 `epoch` − 3       |
/// | 192 – 207 | `epoch`, the epoch in which the word was last written                       |
/// | 208 – 239 | `next`, the highest act nonce used so far plus one                          |
/// | 240 – 255 | `window`, bit i set: nonce `next` − 1 − i is used (IPsec's sliding window)  |
///
/// The supply of a token is kept in the same shape, see SupplyWord. Points that change hands travel
/// as such a word too: buckets and their epoch, no nonces.
/// @dev Additions into buckets can't carry: a token's live supply is capped at 2^48 − 1
/// (PointsToken.SUPPLY_CAP), and no bucket of an account holds more than the live supply.
library AccountWord {
    uint256 internal constant BUCKETS = 4;
    uint256 internal constant BUCKET_BITS = 48;
    uint256 internal constant BUCKET_MAX = (1 << 48) - 1;
    uint256 internal constant BUCKETS_MASK = (1 << 192) - 1;
    uint256 internal constant EPOCH_SHIFT = 192;
    uint256 internal constant EPOCH_MASK = 0xffff;
    uint256 internal constant NEXT_SHIFT = 208;
    uint256 internal constant NEXT_MASK = 0xffffffff;
    uint256 internal constant WINDOW_SHIFT = 240;
    uint256 internal constant WINDOW_SIZE = 16;
    uint256 internal constant NONCES_MASK = ~uint256(0) << NEXT_SHIFT;
    uint256 internal constant CURRENT_SHIFT = 144;

    /// @notice How far a nonce may lie beyond the next unused one: a typing error or a hostile
    /// wallet can't burn a member's whole nonce range in one act.
    uint256 internal constant MAX_JUMP = 1_024;

    /// @notice `word` as it stands in `epoch`: expired buckets are gone, nonces are kept.
    /// @dev Requires `epoch` not to be before the word's own, which block time ensures, and less
    /// than 2^16.
    /// @param validity In how many epochs points can be spent, 1 to 4.
    function rolled(uint256 word, uint256 epoch, uint256 validity) internal pure returns (uint256) {
        unchecked {
            // By the two requirements nothing here can wrap: age < 2^16, and validity <= BUCKETS.
            // A shift by 192 or more leaves nothing, whatever the age.
            uint256 buckets = (word & BUCKETS_MASK) >> (BUCKET_BITS * (epoch - epochOf(word)));
            uint256 expired = BUCKET_BITS * (BUCKETS - validity);
            buckets = (buckets >> expired) << expired;
            return (word & NONCES_MASK) | (epoch << EPOCH_SHIFT) | buckets;
        }
    }

    /// @notice The points in all buckets of `word`; roll it first.
    function total(uint256 word) internal pure returns (uint256) {
        unchecked {
            // Four numbers below 2^48.
            return
                (word & BUCKET_MAX) +
                ((word >> 48) & BUCKET_MAX) +
                ((word >> 96) & BUCKET_MAX) +
                ((word >> 144) & BUCKET_MAX);
        }
    }

    /// @notice The points in bucket `index`, 0 the oldest.
    function bucket(uint256 word, uint256 index) internal pure returns (uint256) {
        return (word >> (BUCKET_BITS * index)) & BUCKET_MAX;
    }

    function epochOf(uint256 word) internal pure returns (uint256) {
        return (word >> EPOCH_SHIFT) & EPOCH_MASK;
    }

    /// @notice The points of `epoch` in `word`; 0 for an epoch that has no bucket.
    function pointsOf(uint256 word, uint256 epoch) internal pure returns (uint256) {
        unchecked {
            // Of an epoch after the word's the age wraps, and is far above the buckets.
            uint256 age = epochOf(word) - epoch;
            return age < BUCKETS ? bucket(word, BUCKETS - 1 - age) : 0;
        }
    }

    /// @notice `amount` points of `epoch`, in its bucket's place of a word of epoch `current`.
    /// @dev Requires `epoch` to have a bucket there, or `amount` to be 0.
    function placed(
        uint256 amount,
        uint256 epoch,
        uint256 current
    ) internal pure returns (uint256) {
        unchecked {
            // By the requirement the age is 0 to 3, or there is nothing to shift.
            return amount << (BUCKET_BITS * (BUCKETS - 1 - (current - epoch)));
        }
    }

    /// @notice What spending `amount` takes from each bucket, earliest expiry first.
    /// @return taken Points by bucket, in the buckets' places.
    /// @return short Points that were not there; 0 when the account holds enough.
    function take(
        uint256 word,
        uint256 amount
    ) internal pure returns (uint256 taken, uint256 short) {
        unchecked {
            // Each part is at most what is short.
            uint256 part = Math.min(word & BUCKET_MAX, amount);
            taken = part;
            short = amount - part;
            part = Math.min((word >> 48) & BUCKET_MAX, short);
            taken |= part << 48;
            short -= part;
            part = Math.min((word >> 96) & BUCKET_MAX, short);
            taken |= part << 96;
            short -= part;
            part = Math.min((word >> 144) & BUCKET_MAX, short);
            taken |= part << 144;
            short -= part;
        }
    }

    /// @notice The next act nonce: the highest used so far plus one.
    function nextNonce(uint256 word) internal pure returns (uint256) {
        return (word >> NEXT_SHIFT) & NEXT_MASK;
    }

    /// @notice Whether an act with `nonce` can still be done.
    function isNonceOpen(uint256 word, uint256 nonce) internal pure returns (bool) {
        unchecked {
            // Each difference is taken of the larger.
            uint256 next = nextNonce(word);
            if (nonce >= next) return nonce - next <= MAX_JUMP && nonce < NEXT_MASK;
            uint256 age = next - 1 - nonce;
            return age < WINDOW_SIZE && (word >> (WINDOW_SHIFT + age)) & 1 == 0;
        }
    }

    /// @notice `word` with `nonce` used.
    /// @dev Requires isNonceOpen(word, nonce).
    function withNonceUsed(uint256 word, uint256 nonce) internal pure returns (uint256) {
        unchecked {
            uint256 next = nextNonce(word);
            uint256 window = word >> WINDOW_SHIFT;
            if (nonce >= next) {
                // isNonceOpen bounds the jump to 1,024; the high bits fall off by the shift below.
                window = (window << (nonce + 1 - next)) | 1;
                next = nonce + 1;
            } else {
                window |= 1 << (next - 1 - nonce);
            }
            uint256 low = word & ~NONCES_MASK;
            return (window << WINDOW_SHIFT) | (next << NEXT_SHIFT) | low;
        }
    }

    /// @notice Whether `withNoncesExhausted` made it what it is: its points are its successor's.
    function isClosed(uint256 word) internal pure returns (bool) {
        return word & NONCES_MASK == NONCES_MASK;
    }

    /// @notice `word` with every nonce used, for ever: of 32 bits none is left ahead, and none
    /// behind.
    function withNoncesExhausted(uint256 word) internal pure returns (uint256) {
        return word | NONCES_MASK;
    }
}
