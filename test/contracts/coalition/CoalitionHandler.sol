// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPartners} from "../../../contracts/partners/IPartners.sol";
import {AccountWord} from "../../../contracts/points/AccountWord.sol";
import {IPointsToken} from "../../../contracts/points/IPointsToken.sol";
import {LotAccounts} from "../twins/LotAccount.sol";
import {SlowCalendar} from "../twins/SlowCalendar.sol";
import {vm} from "../Vm.sol";
import {AbuseActions} from "./actions/AbuseActions.sol";

/// @title Drives a coalition at random
/// @notice Every external function with one number is an action that the fuzzer may take. None of
/// them reverts: what went wrong is in `breach`, by invariant.
abstract contract CoalitionHandler is AbuseActions {
    using AccountWord for uint256;
    using LotAccounts for LotAccounts.LotAccount;

    constructor() {
        _deploy();
        _setClock(START);
        for (uint32 i = 1; i <= BRANDS; ++i) {
            _addPartner(_termsOf(i));
            _join(_termsOf(i));
        }
        for (uint32 i = 1; i <= CHARITIES; ++i) {
            vm.prank(GOVERNOR);
            hub.addCharity("Charity", address(uint160(0xC4A0 + i)));
        }
        _charityCount = CHARITIES;
        for (uint256 m; m < MEMBERS; ++m) _holders.push(_members[m].account);
        for (uint32 i = 1; i <= BRANDS; ++i) {
            _deposit(i, DEPOSIT_MAX);
            _issueOne(i, (uint256(keccak256(abi.encode(i))) << 8) | 31);
        }
    }

    function clock() external view returns (uint256) {
        return _clock;
    }

    function brandCount() external pure returns (uint32) {
        return BRANDS;
    }

    function memberCount() external pure returns (uint256) {
        return MEMBERS;
    }

    function member(uint256 number) external view returns (address) {
        return _members[number].account;
    }

    function token(uint32 brand) external view returns (IPointsToken) {
        return _tokenOf(brand);
    }

    function timesIssued(uint32 brand, uint48 number) external view returns (uint256) {
        return _timesIssued[brand][number];
    }

    /// @notice Of what is meant to succeed, how much did and how much didn't.
    function doneAndRefused() external view returns (uint256 did, uint256 didNot) {
        string[8] memory actions = [
            "deposit",
            "issue",
            "redeemAtOwnBrand",
            "redeemAtOtherBrand",
            "exchange",
            "donate",
            "transfer",
            "transferFrom"
        ];
        for (uint256 i; i < actions.length; ++i) {
            did += done[actions[i]];
            didNot += refused[actions[i]];
        }
    }

    /// @notice The first figure in which the coalition and its twin differ; empty if none does.
    function differenceFromTwin() external view returns (string memory) {
        for (uint32 i = 1; i <= BRANDS; ++i) {
            IPartners.PartnerReport memory report = hub.partnerReport(i);
            if (report.supply != _supply(i)) return "supply";
            if (report.liability != _liability(i)) return "liability";
            if (report.reserve != _brands[i].reserve) return "reserve";
            if (report.lastBatch != _brands[i].batches) return "batches";
            if (report.halted != _brands[i].halted) return "halted";
            if (report.coverageBps != _brands[i].coverageBps) return "coverage policy";
            uint256 up = report.liability * report.coverageBps;
            if (report.required != (up / 10_000) + (up % 10_000 == 0 ? 0 : 1)) return "required";
            for (uint256 m; m < MEMBERS; ++m) {
                if (_differs(i, _members[m].account)) return "a member's account";
            }
        }
        for (uint32 i = 1; i <= CHARITIES; ++i) {
            if (hub.charityAccount(i).payable_ != _payable[i]) return "payable";
        }
        return hub.halted() == _halted ? "" : "halted";
    }

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

    /// @dev I7: an epoch's points stay exactly as they are, or are gone when their time has come.
    function _age(uint256 later) private {
        uint256[] memory before = _words();
        _setClock(later);
        vm.warp(later);
        uint256[] memory now_ = _words();
        for (uint256 i; i < before.length; ++i) {
            uint32 brand = uint32(1 + i / MEMBERS);
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
            _allowed[brand][_members[i % MEMBERS].account] = before[i].total() - sum;
        }
    }

    function _differs(uint32 brand, address account) private view returns (bool) {
        uint256 epoch = _epochOf(brand);
        for (uint256 back; back < 4; ++back) {
            uint256 held = _tokenOf(brand).balanceOfAtEpoch(epoch - back, account);
            if (held != _heldOf(brand, account, epoch - back)) return true;
        }
        LotAccounts.LotAccount storage twin = _brands[brand].accounts[account];
        uint256 next = _tokenOf(brand).nextNonce(account);
        if (next != twin.next()) return true;
        for (uint256 n = next < 18 ? 0 : next - 18; n < next + 2; ++n) {
            if (_tokenOf(brand).isNonceOpen(account, n) != twin.isOpen(n)) return true;
        }
        return false;
    }

    function _words() private view returns (uint256[] memory words) {
        words = new uint256[](BRANDS * MEMBERS);
        for (uint256 i; i < words.length; ++i) {
            words[i] = _tokens[i / MEMBERS].accountWord(_members[i % MEMBERS].account);
        }
    }
}
