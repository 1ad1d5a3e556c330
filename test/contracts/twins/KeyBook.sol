// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMemberKeys} from "../../../contracts/members/IMemberKeys.sol";

/// @title A member's keys, the slow way
/// @notice Everything that was ever granted or spent stays in a list; what holds now is told by
/// looking through all of it. MemberKeys is held against this.
library KeyBooks {
    uint256 internal constant WAIT = 7 * 24 * 60 * 60;

    /// @param askedBy The recovery key that asked for it, 0 if a full key granted it.
    struct Grant {
        address key;
        IMemberKeys.KeyRole role;
        uint256 limit;
        uint256 from;
        address askedBy;
        bool over;
    }

    struct Spending {
        address key;
        uint256 day;
        uint256 value;
    }

    struct KeyBook {
        address member;
        address successor;
        uint256 changes;
        Grant[] grants;
        Spending[] spendings;
    }

    /// @notice The grant of `key` that isn't over, waiting or not; empty if there is none.
    function grantOf(KeyBook storage self, address key) internal view returns (Grant memory none) {
        if (self.successor != address(0)) return none;
        for (uint256 i; i < self.grants.length; ++i) {
            if (self.grants[i].key == key && !self.grants[i].over) return self.grants[i];
        }
    }

    /// @notice What `key` can do at `time`.
    function roleAt(
        KeyBook storage self,
        address key,
        uint256 time
    ) internal view returns (IMemberKeys.KeyRole) {
        if (key == self.member) return IMemberKeys.KeyRole.Full;
        Grant memory grant = grantOf(self, key);
        return time >= grant.from ? grant.role : IMemberKeys.KeyRole.None;
    }

    /// @notice The key that waits at `time`, 0 if none does.
    function waitingAt(KeyBook storage self, uint256 time) internal view returns (address) {
        if (self.successor != address(0)) return address(0);
        for (uint256 i; i < self.grants.length; ++i) {
            Grant memory grant = self.grants[i];
            if (!grant.over && grant.from > time) return grant.key;
        }
        return address(0);
    }

    function spentOn(
        KeyBook storage self,
        address key,
        uint256 day
    ) internal view returns (uint256 sum) {
        for (uint256 i; i < self.spendings.length; ++i) {
            Spending memory spending = self.spendings[i];
            if (spending.key == key && spending.day == day) sum += spending.value;
        }
    }

    /// @return refusal The error's selector, 0 if it is charged.
    function charge(
        KeyBook storage self,
        address key,
        uint256 value,
        uint256 time
    ) internal returns (bytes4 refusal) {
        uint256 day = time / (24 * 60 * 60);
        bool limited = key != self.member && grantOf(self, key).role == IMemberKeys.KeyRole.Limited;
        if (!limited) return IMemberKeys.KeyLimitExceeded.selector;
        uint256 limit = grantOf(self, key).limit;
        uint256 spent = spentOn(self, key, day);
        uint256 left = spent < limit ? limit - spent : 0;
        if (value > left) return IMemberKeys.KeyLimitExceeded.selector;
        self.spendings.push(Spending(key, day, value));
    }

    /// @notice Does `change` as signed by `by`, who may be anybody.
    /// @return refusal The error's selector, 0 if it is done.
    function change(
        KeyBook storage self,
        IMemberKeys.KeyChange memory wanted,
        address by,
        uint256 time
    ) internal returns (bytes4 refusal) {
        if (time > wanted.deadline) return IMemberKeys.KeyChangeExpired.selector;
        if (self.successor != address(0)) return IMemberKeys.KeyMemberSucceeded.selector;
        if (wanted.nonce != self.changes) return IMemberKeys.KeyNonceInvalid.selector;
        if (wanted.key == self.member) return IMemberKeys.KeyInvalid.selector;
        bool isLimited = wanted.role == IMemberKeys.KeyRole.Limited;
        if (isLimited ? wanted.dailyLimit == 0 : wanted.dailyLimit > 0) {
            return IMemberKeys.KeyDailyLimitInvalid.selector;
        }
        IMemberKeys.KeyRole held = roleAt(self, by, time);
        if (held == IMemberKeys.KeyRole.None) return IMemberKeys.KeySignatureInvalid.selector;
        if (held == IMemberKeys.KeyRole.Recovery && wanted.role == IMemberKeys.KeyRole.Full) {
            refusal = _ask(self, wanted, by, time);
        } else if (held == IMemberKeys.KeyRole.Full) {
            refusal = _decide(self, wanted, time);
        } else {
            refusal = IMemberKeys.KeyPowerInsufficient.selector;
        }
        if (refusal == 0) ++self.changes;
    }

    function _ask(
        KeyBook storage self,
        IMemberKeys.KeyChange memory wanted,
        address by,
        uint256 time
    ) private returns (bytes4) {
        bool asksAgain = waitingAt(self, time) == wanted.key;
        if (!asksAgain && grantOf(self, wanted.key).role != IMemberKeys.KeyRole.None) {
            return IMemberKeys.KeyAlreadyAdded.selector;
        }
        _end(self, waitingAt(self, time));
        self.grants.push(Grant(wanted.key, wanted.role, 0, time + WAIT, by, false));
        return 0;
    }

    function _decide(
        KeyBook storage self,
        IMemberKeys.KeyChange memory wanted,
        uint256 time
    ) private returns (bytes4) {
        if (wanted.role == IMemberKeys.KeyRole.Successor) {
            self.successor = wanted.key;
            return 0;
        }
        Grant memory before = grantOf(self, wanted.key);
        if (wanted.role == IMemberKeys.KeyRole.None && before.role == IMemberKeys.KeyRole.None) {
            return IMemberKeys.KeyUnknown.selector;
        }
        bool wasRecovery = before.role == IMemberKeys.KeyRole.Recovery;
        address waiting = waitingAt(self, time);
        if (wasRecovery && wanted.role != IMemberKeys.KeyRole.Recovery && waiting != address(0)) {
            if (grantOf(self, waiting).askedBy == wanted.key) _end(self, waiting);
        }
        _end(self, wanted.key);
        if (wanted.role != IMemberKeys.KeyRole.None) {
            Grant memory grant = Grant(
                wanted.key,
                wanted.role,
                wanted.dailyLimit,
                time,
                address(0),
                false
            );
            self.grants.push(grant);
        }
        return 0;
    }

    function _end(KeyBook storage self, address key) private {
        for (uint256 i; i < self.grants.length; ++i) {
            if (self.grants[i].key == key) self.grants[i].over = true;
        }
    }
}
