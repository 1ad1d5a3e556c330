// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Epochs} from "../../../contracts/points/Epochs.sol";
import {SlowCalendar} from "../twins/SlowCalendar.sol";
import {vm, within} from "../Vm.sol";

/// @dev The calendar arithmetic does what counting the months does.
contract EpochsTest {
    /// @dev 2401-01-01, from a table.
    uint256 private constant YEAR_2401 = 13_601_088_000;
    uint256 private constant LAST_QUARTER = 0xffff;

    /// @dev Every quarter from 1970 to 2400: its first and its last second, and one between.
    function test_EveryQuarterFrom1970To2400() external pure {
        uint256 start;
        uint256 quarter;
        for (uint256 year = 1970; year <= 2400; ++year) {
            for (uint256 month = 1; month <= 12; month += 3) {
                uint256 days_ =
                    SlowCalendar.daysIn(year, month) +
                        SlowCalendar.daysIn(year, month + 1) +
                        SlowCalendar.daysIn(year, month + 2);
                uint256 last = start + days_ * SlowCalendar.DAY - 1;
                vm.assertEq(Epochs.startOfQuarter(quarter), start, "start");
                vm.assertEq(Epochs.quarterAt(start), quarter, "first second");
                vm.assertEq(Epochs.quarterAt((start + last) / 2), quarter, "middle");
                vm.assertEq(Epochs.quarterAt(last), quarter, "last second");
                start = last + 1;
                ++quarter;
            }
        }
        vm.assertEq(start, YEAR_2401, "431 years");
    }

    function testFuzz_EpochEqualsCountedMonths(uint256 timestamp, uint256 length) external pure {
        timestamp = within(timestamp, 0, YEAR_2401 - 1);
        uint256 quarters = [uint256(1), 2, 4][length % 3];
        uint256 epoch = Epochs.epochAt(timestamp, quarters);
        vm.assertEq(epoch, SlowCalendar.epochAt(timestamp, quarters), "epoch");

        uint256 start = Epochs.startOf(epoch, quarters);
        uint256 end = Epochs.startOf(epoch + 1, quarters);
        vm.assertTrue(start <= timestamp && timestamp < end, "within its epoch");
        vm.assertEq(SlowCalendar.epochAt(start, quarters), epoch, "first second, counted");
        vm.assertEq(SlowCalendar.epochAt(end - 1, quarters), epoch, "last second, counted");
        vm.assertEq(SlowCalendar.epochAt(end, quarters), epoch + 1, "next second, counted");
    }

    /// @dev As far as an account's 16 bits of epoch reach, the year 18,353.
    function testFuzz_StartsAndEndsMeetInAllEpochs(uint256 epoch, uint256 length) external pure {
        uint256 quarters = [uint256(1), 2, 4][length % 3];
        epoch = within(epoch, 1, LAST_QUARTER / quarters - 1);
        uint256 start = Epochs.startOf(epoch, quarters);
        vm.assertEq(Epochs.epochAt(start, quarters), epoch, "first second");
        vm.assertEq(Epochs.epochAt(start - 1, quarters), epoch - 1, "the second before");
        uint256 end = Epochs.startOf(epoch + 1, quarters);
        vm.assertEq(Epochs.epochAt(end - 1, quarters), epoch, "last second");
        vm.assertTrue(
            end - start >= quarters * 90 days && end - start <= quarters * 92 days,
            "as long as a calendar has it"
        );
    }

    /// @dev From `date --utc`, not from any code here.
    function test_KnownDates() external pure {
        _requireQuarter(0, 0); // 1970-01-01
        _requireQuarter(946_684_800, 120); // 2000-01-01
        _requireQuarter(954_547_200, 121); // 2000-04-01: 2000 is a leap year
        _requireQuarter(1_704_067_200, 216); // 2024-01-01
        _requireQuarter(1_711_929_600, 217); // 2024-04-01: so is 2024
        _requireQuarter(1_767_225_600, 224); // 2026-01-01
        _requireQuarter(1_775_001_600, 225); // 2026-04-01
        _requireQuarter(4_102_444_800, 520); // 2100-01-01
        _requireQuarter(4_110_220_800, 521); // 2100-04-01: 2100 is none
        _requireQuarter(4_118_083_200, 522); // 2100-07-01
        _requireQuarter(13_569_465_600, 1_720); // 2400-01-01
        _requireQuarter(13_577_328_000, 1_721); // 2400-04-01: 2400 is one
    }

    function test_LeapDaysAreInTheirQuarter() external pure {
        vm.assertEq(Epochs.quarterAt(951_782_400), 120, "2000-02-29");
        vm.assertEq(Epochs.quarterAt(1_709_164_800), 216, "2024-02-29");
        vm.assertEq(Epochs.quarterAt(4_107_542_400), 520, "2100-03-01, the day after 02-28");
    }

    /// @dev Points of epoch e live from its start to the start of e + validity.
    function test_LivesOfPointsByCalendarAndValidity() external pure {
        uint256 earned = 1_763_769_600; // 2025-11-22
        // Quarters: 2026-01-01, 04-01, 07-01, 10-01.
        _requireExpiries(
            earned,
            1,
            [uint256(1_767_225_600), 1_775_001_600, 1_782_864_000, 1_790_812_800]
        );
        // Half-years: 2026-01-01, 2026-07-01, 2027-01-01, 2027-07-01.
        _requireExpiries(
            earned,
            2,
            [uint256(1_767_225_600), 1_782_864_000, 1_798_761_600, 1_814_400_000]
        );
        // Years: 2026-01-01 to 2029-01-01.
        _requireExpiries(
            earned,
            4,
            [uint256(1_767_225_600), 1_798_761_600, 1_830_297_600, 1_861_920_000]
        );
    }

    function _requireQuarter(uint256 start, uint256 quarter) private pure {
        vm.assertEq(Epochs.startOfQuarter(quarter), start, "known start");
        vm.assertEq(Epochs.quarterAt(start), quarter, "known first second");
        if (start != 0) vm.assertEq(Epochs.quarterAt(start - 1), quarter - 1, "known last second");
    }

    function _requireExpiries(
        uint256 earned,
        uint256 quarters,
        uint256[4] memory expiries
    ) private pure {
        uint256 epoch = Epochs.epochAt(earned, quarters);
        for (uint256 validity = 1; validity <= 4; ++validity) {
            uint256 expiry = Epochs.startOf(epoch + validity, quarters);
            vm.assertEq(expiry, expiries[validity - 1], "expiry");
            vm.assertTrue(Epochs.epochAt(expiry - 1, quarters) < epoch + validity, "live");
            vm.assertTrue(Epochs.epochAt(expiry, quarters) >= epoch + validity, "expired");
        }
    }
}
