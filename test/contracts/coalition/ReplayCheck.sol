// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICoalition} from "../../../contracts/ICoalition.sol";
import {ICharities} from "../../../contracts/charities/ICharities.sol";
import {PointValues} from "../../../contracts/clearing/PointValues.sol";
import {IMemberKeys} from "../../../contracts/members/IMemberKeys.sol";
import {IPartners} from "../../../contracts/partners/IPartners.sol";
import {IPointsToken} from "../../../contracts/points/IPointsToken.sol";
import {EventReplay} from "../twins/EventReplay.sol";

/// @title What the events say, held against what is stored
contract ReplayCheck is EventReplay {
    using PointValues for uint256;

    /// @notice The first figure in which the hub and its events differ; empty if none does.
    /// @param members Everybody who may hold anything.
    /// @param added Keys that members may have added.
    function difference(
        ICoalition hub,
        address[] memory members,
        address[] memory added
    ) external returns (string memory) {
        if (bytes(contradiction).length != 0) return contradiction;
        _now = block.timestamp;
        ICoalition.Solvency memory sums = hub.solvency();
        if (sums.treasury != treasury || sums.membersFund != fund) return "pots";
        if (hub.feeBps() != feeBps || hub.halted() != halted) return "fee or halt";
        if (hub.withdrawalsHaltedUntil() != withdrawalsHaltedUntil) return "halt of withdrawals";
        if (hub.partnerCount() != brandCount) return "brands";
        string memory found;
        for (uint32 i = 1; i <= brandCount; ++i) {
            _beginValues(i);
            found = _brandDifference(i, hub.partnerReport(i));
            if (bytes(found).length != 0) return found;
            for (uint256 m; m < members.length; ++m) {
                if (_accountDiffers(i, members[m])) return "a member's account";
            }
        }
        for (uint32 i = 1; i <= hub.charityCount(); ++i) {
            ICharities.Charity memory c = hub.charityAccount(i);
            if (c.payable_ != _c[i].payable_ || c.payout != _c[i].payout) return "a charity";
            if (c.suspended != _c[i].suspended) return "a charity's suspension";
            for (uint32 j = 1; j <= brandCount; ++j) {
                if (hub.donatedBy(i, j) != _c[i].donated[j]) return "what a brand donated";
            }
        }
        return _keyDifference(IMemberKeys(hub.memberKeys()), members, added);
    }

    function _brandDifference(
        uint32 i,
        IPartners.PartnerReport memory r
    ) private view returns (string memory) {
        ReplayedBrand storage b = _b[i];
        if (r.token != b.token || r.admin != b.admin) return "token or admin";
        if (r.issuingKey != b.issuingKey || r.lastBatch != b.lastBatch) return "batches or key";
        if (r.halted != b.halted || r.leaving != b.leaving) return "a brand's status";
        if (r.reserve != b.reserve || r.coverageBps != b.coverageBps) return "a reserve";
        if (r.matchBps != b.matchBps || r.matchBudget != b.matchBudget) return "a match";
        if (r.mintCapacity != b.mintCapacity || r.mintWindow != b.mintWindow) return "an allowance";
        if (r.breakage.freed != b.freed || r.breakage.toFund != b.toFund) return "breakage";
        if (r.breakage.toCharity != b.toCharity) return "a charity's share of breakage";
        return _epochsDiffer(i, r.valuesWord) ? "an epoch's points or value" : "";
    }

    function _epochsDiffer(uint32 i, uint256 values) private view returns (bool) {
        ReplayedBrand storage b = _b[i];
        uint256 current = epochOf(i);
        if (values.valueAt(PointValues.NEXT) != b.next) return true;
        for (uint256 back; back < 6; ++back) {
            uint256 e = current - back;
            (uint256 minted, uint256 live, uint256 expired) = IPointsToken(b.token).epochTotals(e);
            uint256 left = back < b.validity ? live : expired;
            if (minted != b.minted[e] || left != b.left[e] || live + expired != left) return true;
            bool valued = back < b.validity && e >= b.valuesFrom;
            if (valued && values.valueAt(3 - back) != _valueOf(i, e)) return true;
        }
        return false;
    }

    function _accountDiffers(uint32 i, address member) private view returns (bool) {
        IPointsToken token = IPointsToken(_b[i].token);
        ReplayedAccount storage a = _a[i][member];
        uint256 word = token.accountWord(member);
        for (uint256 back; back < 4; ++back) {
            uint256 held = (word >> (48 * (3 - back))) % 2 ** 48;
            uint256 expected = back < _b[i].validity ? a.points[epochOf(i) - back] : 0;
            if (held != expected) return true;
        }
        if ((word >> 208) % 2 ** 32 != a.next) return true;
        for (uint256 age; age < 16 && age < a.next; ++age) {
            bool used = a.next == NONE || a.used[a.next - 1 - age];
            if (((word >> (240 + age)) % 2 == 1) != used) return true;
        }
        return false;
    }

    function _keyDifference(
        IMemberKeys keys,
        address[] memory members,
        address[] memory added
    ) private view returns (string memory) {
        for (uint256 m; m < members.length; ++m) {
            address member = members[m];
            if (keys.successorOf(member) != _successor[member]) return "a successor";
            if (keys.nextNonce(member) != _keyNonce[member]) return "a nonce of key changes";
            for (uint256 i; i < added.length; ++i) {
                ReplayedKey storage k = _k[member][added[i]];
                IMemberKeys.Key memory key = keys.keyOf(member, added[i]);
                if (key.spentToday != k.spent[block.timestamp / 1 days]) return "a key's spending";
                if (_successor[member] != address(0)) continue;
                if (key.role != k.role || key.dailyLimit != k.dailyLimit) return "a key's role";
                if (key.activeFrom != k.activeFrom) return "a key's wait";
            }
        }
        return "";
    }
}
