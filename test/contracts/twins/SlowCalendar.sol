// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The calendar, the slow way
/// @notice Counts from 1 January 1970, year by year and month by month, as one would on fingers.
/// Epochs is held against this.
library SlowCalendar {
    uint256 internal constant DAY = 24 * 60 * 60;

    function isLeap(uint256 year) internal pure returns (bool) {
        if (year % 400 == 0) return true;
        if (year % 100 == 0) return false;
        return year % 4 == 0;
    }

    /// @param month 1 to 12.
    function daysIn(uint256 year, uint256 month) internal pure returns (uint256) {
        if (month == 2) return isLeap(year) ? 29 : 28;
        if (month == 4 || month == 6 || month == 9 || month == 11) return 30;
        return 31;
    }

    /// @notice The year and the month (1 to 12) that `timestamp` falls into.
    function monthAt(uint256 timestamp) internal pure returns (uint256 year, uint256 month) {
        uint256 start;
        year = 1970;
        while (timestamp >= start + (isLeap(year) ? 366 : 365) * DAY) {
            start += (isLeap(year) ? 366 : 365) * DAY;
            ++year;
        }
        month = 1;
        while (timestamp >= start + daysIn(year, month) * DAY) {
            start += daysIn(year, month) * DAY;
            ++month;
        }
    }

    /// @notice The epoch that `timestamp` falls into: quarters, half-years or years since 1970.
    function epochAt(uint256 timestamp, uint256 quarters) internal pure returns (uint256) {
        (uint256 year, uint256 month) = monthAt(timestamp);
        if (quarters == 4) return year - 1970;
        if (quarters == 2) return (year - 1970) * 2 + (month > 6 ? 1 : 0);
        if (month <= 3) return (year - 1970) * 4;
        if (month <= 6) return (year - 1970) * 4 + 1;
        return (year - 1970) * 4 + (month <= 9 ? 2 : 3);
    }

    /// @notice The first second of `epoch`.
    function startOf(uint256 epoch, uint256 quarters) internal pure returns (uint256 start) {
        uint256 months = epoch * quarters * 3;
        for (uint256 i; i < months; ++i) start += daysIn(1970 + i / 12, 1 + (i % 12)) * DAY;
    }
}
