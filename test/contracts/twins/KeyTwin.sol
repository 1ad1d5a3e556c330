// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMemberKeys} from "../../../contracts/members/IMemberKeys.sol";

/// @title Members' added keys, the slow way
/// @notice What every key may do, what it spent on each day there ever was, and who waits. It is
/// told of every change, with the key that signed it, and says whether it must be refused.
abstract contract KeyTwin {
    struct AddedKey {
        IMemberKeys.KeyRole role;
        uint256 dailyLimit;
        uint256 activeFrom;
        mapping(uint256 day => uint256) spent;
    }

    struct KeyHolder {
        address successor;
        uint256 nextNonce;
        address asked;
        address askedBy;
    }

    uint256 internal constant RECOVERY_WAIT = 7 days;

    uint256 internal _clock;
    mapping(address member => KeyHolder) internal _keyHolders;
    mapping(address member => mapping(address key => AddedKey)) internal _addedKeys;

    /// @notice What a signature by `key` counts for `member` now.
    function _roleOf(address member, address key) internal view returns (IMemberKeys.KeyRole) {
        if (key == address(0)) return IMemberKeys.KeyRole.None;
        if (key == member) return IMemberKeys.KeyRole.Full;
        AddedKey storage added = _addedKeys[member][key];
        bool counts = _keyHolders[member].successor == address(0) && _clock >= added.activeFrom;
        return counts ? added.role : IMemberKeys.KeyRole.None;
    }

    /// @notice Whether an act of `member` worth `value` must be refused if `key` signed it.
    function _lacksPower(address member, address key, uint256 value) internal view returns (bool) {
        IMemberKeys.KeyRole role = _roleOf(member, key);
        if (role == IMemberKeys.KeyRole.Full) return false;
        if (role != IMemberKeys.KeyRole.Limited) return true;
        uint256 left = _addedKeys[member][key].dailyLimit;
        uint256 spent = _spentToday(member, key);
        return value > (left > spent ? left - spent : 0);
    }

    /// @notice An act worth `value` was done by `key`.
    function _chargeKey(address member, address key, uint256 value) internal {
        if (key != member && _roleOf(member, key) == IMemberKeys.KeyRole.Limited) {
            _addedKeys[member][key].spent[_clock / 1 days] += value;
        }
    }

    function _spentToday(address member, address key) internal view returns (uint256) {
        return _addedKeys[member][key].spent[_clock / 1 days];
    }

    /// @notice The key that waits, if there is one.
    function _waiting(address member) internal view returns (address) {
        address asked = _keyHolders[member].asked;
        return _clock < _addedKeys[member][asked].activeFrom ? asked : address(0);
    }

    /// @notice Whether the change must be refused, signed by `by`.
    function _refusesChange(
        IMemberKeys.KeyChange memory change,
        address by
    ) internal view returns (bool) {
        (address member, address key) = (change.member, change.key);
        KeyHolder storage holder = _keyHolders[member];
        if (_clock > change.deadline || change.nonce != holder.nextNonce) return true;
        if (holder.successor != address(0) || key == address(0) || key == member) return true;
        bool limited = change.role == IMemberKeys.KeyRole.Limited;
        if (limited != (change.dailyLimit != 0)) return true;
        IMemberKeys.KeyRole held = _roleOf(member, by);
        if (held == IMemberKeys.KeyRole.Recovery) {
            if (change.role != IMemberKeys.KeyRole.Full) return true;
            bool known = _addedKeys[member][key].role != IMemberKeys.KeyRole.None;
            return known && _waiting(member) != key;
        }
        if (held != IMemberKeys.KeyRole.Full) return true;
        if (change.role == IMemberKeys.KeyRole.Successor) {
            return _keyHolders[key].successor != address(0);
        }
        bool removes = change.role == IMemberKeys.KeyRole.None;
        return removes && _addedKeys[member][key].role == IMemberKeys.KeyRole.None;
    }

    /// @notice Does a change that is not to be refused.
    function _changeKey(IMemberKeys.KeyChange memory change, address by) internal {
        KeyHolder storage holder = _keyHolders[change.member];
        ++holder.nextNonce;
        address waiting = _waiting(change.member);
        if (_roleOf(change.member, by) == IMemberKeys.KeyRole.Recovery) {
            if (waiting != address(0)) _forgetKey(change.member, waiting);
            (holder.asked, holder.askedBy) = (change.key, by);
            _putKey(change, _clock + RECOVERY_WAIT);
        } else if (change.role == IMemberKeys.KeyRole.Successor) {
            holder.successor = change.key;
            holder.asked = address(0);
        } else {
            // What a recovery key asked for goes with it.
            bool ends = change.key == holder.askedBy;
            ends = ends && change.role != IMemberKeys.KeyRole.Recovery && waiting != address(0);
            if (ends) _forgetKey(change.member, waiting);
            if (ends || change.key == holder.asked) holder.asked = address(0);
            _putKey(change, _clock);
        }
    }

    function _putKey(IMemberKeys.KeyChange memory change, uint256 activeFrom) private {
        AddedKey storage added = _addedKeys[change.member][change.key];
        added.role = change.role;
        added.dailyLimit = change.dailyLimit;
        added.activeFrom = change.role == IMemberKeys.KeyRole.None ? 0 : activeFrom;
    }

    function _forgetKey(address member, address key) private {
        AddedKey storage added = _addedKeys[member][key];
        added.role = IMemberKeys.KeyRole.None;
        added.dailyLimit = 0;
        added.activeFrom = 0;
    }
}
