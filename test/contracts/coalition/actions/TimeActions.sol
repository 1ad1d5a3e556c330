// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IExits} from "../../../../contracts/partners/IExits.sol";
import {AccountWord} from "../../../../contracts/points/AccountWord.sol";
import {SlowCalendar} from "../../twins/SlowCalendar.sol";
import {vm} from "../../Vm.sol";
import {AbuseActions} from "./AbuseActions.sol";

/// @dev Time, and brands that come and go with it.
abstract contract TimeActions is AbuseActions {
    using AccountWord for uint256;

    uint32 private constant BRANDS_MAX = 6;

    /// @dev Seconds, days, to the edges of an epoch, seldom years.
    function passTime(uint256 seed) external watched(true) {
        seed = _mix(seed);
        uint256 mode = seed % 16;
        uint256 random = seed >> 8;
        uint256 later = _clock;
        if (mode < 6) {
            later += random % 3 days;
        } else if (mode < 11) {
            later += random % 45 days;
        } else if (mode < 15) {
            uint32 brand = _brand(random);
            uint256 end = SlowCalendar.startOf(_epochOf(brand) + 1, _brands[brand].quarters);
            later = end - 1 + ((random >> 8) % 3);
        } else {
            later += random % 700 days;
        }
        _age(later);
        _count("passTime", true);
    }

    /// @dev By the brand itself or by governance, and another one joins. Brands that have left already,
    /// and strangers who would send one away, are refused.
    function exit(uint256 seed) external watched(false) {
        seed = _mix(seed);
        uint32 brand = _brand(seed);
        bool expelled = (seed >> 8) % 2 == 0;
        bool honest = _brandCount < BRANDS_MAX && (seed >> 16) % 3 == 0;
        address caller = expelled ? GOVERNOR : _adminOf(brand);
        if (!honest && !_brands[brand].leaving) caller = expelled ? _adminOf(brand) : GOVERNOR;
        bytes memory data =
            expelled
                ? abi.encodeCall(IExits.expel, (brand))
                : abi.encodeCall(IExits.beginExit, (brand));
        bool expected = honest && !_brands[brand].leaving;
        (bool success, ) = _call(caller, address(hub), data);
        if (!_expect("exit", success, expected)) return;
        _brands[brand].leaving = true;
        _welcomeBrand();
    }

    /// @dev Half the time only after all the points that a brand which leaves has out have died.
    function release(uint256 seed) external watched(false) {
        seed = _mix(seed);
        uint32 brand = _brand(seed);
        for (uint32 i; i < _brandCount && !_brands[brand].leaving; ++i) brand = _brand(brand);
        Brand storage b = _brands[brand];
        if (b.leaving && (seed >> 8) % 2 == 0) {
            _age(SlowCalendar.startOf(_epochOf(brand) + b.validity, b.quarters));
        }
        uint256 amount = _shares(brand).reserve + b.matching.budget;
        bool expected = b.leaving && _supply(brand) == 0 && amount != 0;
        expected = expected && _clock >= _withdrawalsHaltedUntil;
        uint256 held = dollar.balanceOf(_adminOf(brand));
        (bool success, ) = _call(RELAY, address(hub), abi.encodeCall(IExits.release, (brand)));
        uint256 got = dollar.balanceOf(_adminOf(brand)) - held;
        paidOut += got;
        if (!_expect("release", success, expected)) return;
        if (got != amount) _breach("twin", "a brand that left got something else");
        _recordBreakage(brand);
        (b.reserve, b.matching.budget) = (0, 0);
    }

    /// @dev A new brand with money, an issuing key and points out.
    function _welcomeBrand() internal {
        uint32 brand = _brandCount + 1;
        vm.recordLogs();
        _addPartner(_termsOf(brand));
        _join(_termsOf(brand));
        _setAllowance(brand, CAP, 1);
        _observe(vm.getRecordedLogs());
        _deposit(brand, DEPOSIT_MAX);
        _issueOne(brand, (uint256(keccak256(abi.encode(brand))) << 8) | 31);
    }

    /// @dev I7: an epoch's points stay exactly as they are, or are gone when their time has come.
    function _age(uint256 later) internal {
        uint256[] memory before = _words();
        uint256 count = _members.length;
        _setClock(later);
        vm.warp(later);
        uint256[] memory now_ = _words();
        for (uint256 i; i < before.length; ++i) {
            uint32 brand = uint32(1 + i / count);
            uint256 epoch = _epochOf(brand);
            uint256 sum;
            for (uint256 back; back < 4; ++back) {
                uint256 earned = before[i].epochOf() - back;
                bool live = earned + _brands[brand].validity > epoch;
                uint256 expected = live ? before[i].bucket(3 - back) : 0;
                uint256 actual = epoch - earned < 4 ? now_[i].bucket(3 - (epoch - earned)) : 0;
                if (actual != expected) _breach("I7", "time alone changed a balance wrongly");
                sum += expected;
            }
            if (now_[i].total() != sum) _breach("I7", "time alone made points");
            _allowed[brand][_members[i % count].account] = before[i].total() - sum;
        }
    }

    function _words() private view returns (uint256[] memory words) {
        uint256 count = _members.length;
        words = new uint256[](_tokens.length * count);
        for (uint256 i; i < words.length; ++i) {
            words[i] = _tokens[i / count].accountWord(_members[i % count].account);
        }
    }
}
