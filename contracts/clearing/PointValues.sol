// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountWord} from "../points/AccountWord.sol";

/// @title What a brand's points are worth, in one word
/// @notice A point value is µUSD owed per point of an epoch:
///
/// | bits      | field                                                                   |
/// | --------- | ----------------------------------------------------------------------- |
/// | 0 – 159   | four values of 40 bits, for the same epochs as an account's four buckets  |
/// | 160 – 199 | the value of the next epoch, and of those after it until it is changed    |
/// | 200 – 215 | the epoch of value 3                                                      |
library PointValues {
    uint256 internal constant VALUE_BITS = 40;
    uint256 internal constant VALUE_MAX = (1 << 40) - 1;
    uint256 internal constant CURRENT = 3;
    uint256 internal constant NEXT = 4;
    uint256 internal constant EPOCH_SHIFT = 200;
    uint256 internal constant EPOCH_MASK = 0xffff;

    /// @notice The word of a brand that starts in `epoch` with `value` for all its points.
    function initial(uint256 value, uint256 epoch) internal pure returns (uint256 values) {
        for (uint256 index; index <= NEXT; ++index) values |= value << (VALUE_BITS * index);
        values |= epoch << EPOCH_SHIFT;
    }

    /// @notice `values` as they stand in `epoch`.
    /// @dev Requires `epoch` not to be before the word's own, which block time ensures.
    function rolled(uint256 values, uint256 epoch) internal pure returns (uint256) {
        unchecked {
            uint256 age = epoch - (values >> EPOCH_SHIFT); // the requirement above
            if (age == 0) return values;
            uint256 next = valueAt(values, NEXT);
            if (age > NEXT) age = NEXT; // by then all values are the same
            uint256 window = values & ((1 << EPOCH_SHIFT) - 1);
            for (; age != 0; --age) {
                window = (window >> VALUE_BITS) | (next << (VALUE_BITS * NEXT));
            }
            return window | (epoch << EPOCH_SHIFT);
        }
    }

    /// @notice The value at `index`: 0 to 3 for the buckets' epochs, 4 for the next epoch. µUSD.
    function valueAt(uint256 values, uint256 index) internal pure returns (uint256) {
        return (values >> (VALUE_BITS * index)) & VALUE_MAX;
    }

    /// @notice The value of `epoch`, µUSD, from `values` as last written.
    /// @dev Requires `epoch` not to be more than three before the word's own.
    function valueOfEpoch(uint256 values, uint256 epoch) internal pure returns (uint256) {
        uint256 written = values >> EPOCH_SHIFT;
        if (epoch > written) return valueAt(values, NEXT);
        return valueAt(values, CURRENT - (written - epoch));
    }

    /// @notice `values` with another value at `index`.
    /// @dev Requires `value` <= VALUE_MAX.
    function with(uint256 values, uint256 index, uint256 value) internal pure returns (uint256) {
        uint256 shift = VALUE_BITS * index;
        return (values & ~(VALUE_MAX << shift)) | (value << shift);
    }

    /// @notice What `buckets` of points are worth, in µUSD. Exact: whole points times whole µUSD.
    /// @dev Both words must be rolled to the same epoch. At most 2^48 × 2^40 = 2^88, because the
    /// buckets of any account or supply sum to less than 2^48.
    function worth(uint256 values, uint256 buckets) internal pure returns (uint256) {
        unchecked {
            uint256 max = AccountWord.BUCKET_MAX;
            return
                (buckets & max) * (values & VALUE_MAX) +
                ((buckets >> 48) & max) * ((values >> 40) & VALUE_MAX) +
                ((buckets >> 96) & max) * ((values >> 80) & VALUE_MAX) +
                ((buckets >> 144) & max) * ((values >> 120) & VALUE_MAX);
        }
    }
}
