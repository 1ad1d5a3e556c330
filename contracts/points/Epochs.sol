// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Calendar epochs
/// @notice Expiry periods are calendar quarters, half-years or years in UTC, numbered from 1970 up.
/// A date that members can read ("use by 31 December") is worth a little arithmetic.
/// @dev Days and dates convert by Howard Hinnant's `days_from_civil` and `civil_from_days`, whose
/// years begin in March so that the leap day comes last.
library Epochs {
    uint256 private constant SECONDS_PER_DAY = 86_400;
    /// @dev An era is 400 years.
    uint256 private constant DAYS_PER_ERA = 146_097;
    uint256 private constant DAYS_PER_4_YEARS = 1_461;
    /// @dev Days from 0000-03-01 to 1970-01-01.
    uint256 private constant DAYS_TO_1970 = 719_468;

    /// @notice The epoch that `timestamp` (seconds) falls into.
    /// @param quartersPerEpoch 1, 2 or 4.
    function epochAt(uint256 timestamp, uint256 quartersPerEpoch) internal pure returns (uint256) {
        return quarterAt(timestamp) >> (quartersPerEpoch >> 1); // halved 0, 1 or 2 times
    }

    /// @notice The first second of `epoch`.
    function startOf(uint256 epoch, uint256 quartersPerEpoch) internal pure returns (uint256) {
        return startOfQuarter(epoch * quartersPerEpoch);
    }

    /// @notice Quarters that ended between 1970-01-01 and `timestamp`.
    /// @dev By Neri and Schneider, "Euclidean affine functions and their application to calendar
    /// algorithms" (2022), section 5.
    function quarterAt(uint256 timestamp) internal pure returns (uint256) {
        unchecked {
            // Every quantity is far below 2^64 for any timestamp that a block can have.
            uint256 quarterDays = 4 * (timestamp / SECONDS_PER_DAY + DAYS_TO_1970) + 3;
            uint256 century = quarterDays / DAYS_PER_ERA;
            // The same of the day in its century; a remainder differs from it in the last two bits.
            quarterDays = (quarterDays % DAYS_PER_ERA) | 3;
            uint256 year = 100 * century + quarterDays / DAYS_PER_4_YEARS;
            uint256 dayOfYear = (quarterDays % DAYS_PER_4_YEARS) / 4;
            // Months from March are (5 * dayOfYear + 2) / 153, and (months + 2) / 3 quarters have
            // ended since the January before; the two divisions are one.
            return 4 * year + (5 * dayOfYear + 308) / 459 - 4 * 1_970;
        }
    }

    /// @notice The first second of the quarter that is `quarter` quarters after 1970-01-01.
    function startOfQuarter(uint256 quarter) internal pure returns (uint256) {
        uint256 month = (quarter % 4) * 3; // 0 January, 3 April, 6 July, 9 October
        uint256 year = 1_970 + quarter / 4;
        // January belongs to the March year before it, as its eleventh month.
        uint256 marchMonth = month == 0 ? 10 : month - 2;
        if (month == 0) --year;
        uint256 dayOfYear = (153 * marchMonth + 2) / 5;
        uint256 era = year / 400;
        uint256 yearOfEra = year - era * 400;
        uint256 dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return (era * DAYS_PER_ERA + dayOfEra - DAYS_TO_1970) * SECONDS_PER_DAY;
    }
}
