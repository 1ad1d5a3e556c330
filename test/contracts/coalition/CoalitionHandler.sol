// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICoalition} from "../../../contracts/ICoalition.sol";
import {IMemberKeys} from "../../../contracts/members/IMemberKeys.sol";
import {IPartners} from "../../../contracts/partners/IPartners.sol";
import {IPointsToken} from "../../../contracts/points/IPointsToken.sol";
import {LotAccounts} from "../twins/LotAccount.sol";
import {LotSupplies} from "../twins/LotSupply.sol";
import {vm} from "../Vm.sol";
import {TimeActions} from "./actions/TimeActions.sol";
import {ReplayCheck} from "./ReplayCheck.sol";

/// @title Drives a coalition at random
/// @notice Every external function with one number is an action that the fuzzer may take. None of
/// them reverts: what went wrong is in `breach`, by invariant.
abstract contract CoalitionHandler is TimeActions {
    using LotSupplies for LotSupplies.LotSupply;
    using LotAccounts for LotAccounts.LotAccount;

    constructor() {
        replayed = new ReplayCheck();
        _setClock(START);
        vm.recordLogs();
        _deploy();
        _charityCount = CHARITIES;
        _observe(vm.getRecordedLogs());
        for (uint256 m; m < MEMBERS; ++m) _holders.push(_members[m].account);
        _fillPool();
        for (uint32 i = 1; i <= BRANDS; ++i) _welcomeBrand();
    }

    function clock() external view returns (uint256) {
        return _clock;
    }

    function brandCount() external view returns (uint32) {
        return _brandCount;
    }

    function memberCount() external view returns (uint256) {
        return _members.length;
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
        string[9] memory actions = [
            "deposit",
            "issue",
            "redeemAtOwnBrand",
            "redeemAtOtherBrand",
            "exchange",
            "donate",
            "gift",
            "transfer",
            "transferFrom"
        ];
        for (uint256 i; i < actions.length; ++i) {
            did += done[actions[i]];
            didNot += refused[actions[i]];
        }
    }

    /// @notice The first figure in which the coalition and its twin differ; empty if none does.
    function differenceFromTwin() external view returns (string memory found) {
        for (uint32 i = 1; i <= _brandCount; ++i) {
            found = _brandDifference(i, hub.partnerReport(i));
            if (bytes(found).length != 0) return found;
            for (uint256 m; m < _members.length; ++m) {
                if (_differs(i, _members[m].account)) return "a member's account";
            }
        }
        for (uint32 i = 1; i <= _charityCount; ++i) {
            if (hub.charityAccount(i).payable_ != _payable[i]) return "payable";
            if (hub.charityAccount(i).suspended != _suspended[i]) return "suspended";
            for (uint32 j = 1; j <= _brandCount; ++j) {
                if (hub.donatedBy(i, j) != _donated[i][j]) return "donated";
            }
        }
        ICoalition.Solvency memory sums = hub.solvency();
        if (sums.treasury != _treasury || sums.membersFund != _fund) return "pots";
        if (hub.halted() != _halted || hub.feeBps() != _fee) return "halted or fee";
        for (uint256 m; m < _members.length; ++m) {
            if (_keysDiffer(_members[m].account)) return "a member's keys";
        }
    }

    /// @notice The first figure in which the coalition and its events differ; empty if none does.
    function differenceFromEvents() external returns (string memory) {
        address[] memory added = new address[](_pool.length);
        for (uint256 i; i < added.length; ++i) added[i] = _pool[i].account;
        return replayed.difference(hub, _holders, added);
    }

    function _brandDifference(
        uint32 i,
        IPartners.PartnerReport memory report
    ) private view returns (string memory) {
        Brand storage b = _brands[i];
        if (report.supply != _supply(i)) return "supply";
        if (report.liability != _liability(i)) return "liability";
        if (report.reserve != b.reserve) return "reserve";
        if (report.lastBatch != b.batches) return "batches";
        if (report.halted != b.halted || report.leaving != b.leaving) return "status";
        if (report.coverageBps != b.coverageBps) return "coverage policy";
        if (report.required != _requiredNow(i)) return "required";
        if (report.matchBps != b.matching.bps) return "match";
        if (report.matchBudget != b.matching.budget) return "match budget";
        if (report.mintAvailable != _allowance(i)) return "mint allowance";
        if (report.breakage.freed != b.breakage.freed) return "freed";
        if (report.breakage.toFund != b.breakage.toFund) return "to the fund";
        if (report.breakage.toCharity != b.breakage.toCharity) return "to a charity";
        uint256 current = _epochOf(i);
        for (uint256 e = current - 5; e <= current; ++e) {
            (uint256 minted, uint256 live, uint256 expired) = _tokenOf(i).epochTotals(e);
            (uint256 m, uint256 l, uint256 x) = b.supply.totals(e, current, b.validity);
            if (minted != m || live != l || expired != x) return "an epoch's totals";
        }
        return "";
    }

    function _keysDiffer(address member) private view returns (bool) {
        KeyHolder storage holder = _keyHolders[member];
        if (keys.nextNonce(member) != holder.nextNonce) return true;
        if (keys.successorOf(member) != holder.successor) return true;
        bool alive = holder.successor == address(0);
        if (alive && keys.pendingKeyOf(member) != _waiting(member)) return true;
        for (uint256 i; i < _pool.length; ++i) {
            address key = _pool[i].account;
            AddedKey storage added = _addedKeys[member][key];
            IMemberKeys.Key memory k = keys.keyOf(member, key);
            if (k.role != (alive ? added.role : IMemberKeys.KeyRole.None)) return true;
            if (k.dailyLimit != (alive ? added.dailyLimit : 0)) return true;
            if (k.spentToday != _spentToday(member, key)) return true;
        }
        return false;
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
}
