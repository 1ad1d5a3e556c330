// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMemberKeys} from "../../../../contracts/members/IMemberKeys.sol";
import {ISuccessions} from "../../../../contracts/members/ISuccessions.sol";
import {LotAccounts} from "../../twins/LotAccount.sol";
import {within} from "../../Vm.sol";
import {KeyKind, Member, Members} from "../Members.sol";
import {IssuanceActions} from "./IssuanceActions.sol";

/// @dev Members add keys, limit them, recover with them, veto that, and leave their points to heirs.
abstract contract KeyActions is IssuanceActions {
    using LotAccounts for LotAccounts.LotAccount;

    uint256 private constant SUCCESSIONS = 3;
    uint256 private constant LIMIT_MAX = 10e6;

    /// @dev Keys that members may add, each to several of them.
    Member[] internal _pool;
    uint256[] private _former;

    function changeKey(uint256 seed) external watched(true) {
        seed = _mix(seed);
        Member memory member = _members[seed % _members.length];
        IMemberKeys.KeyChange memory change = _draftChange(member.account, seed >> 8);
        bool own = (seed >> 64) % 4 != 0;
        Member memory signer = own ? member : _pool[(seed >> 72) % _pool.length];
        _submitChange("changeKey", change, signer);
    }

    /// @dev A recovery key asks for a full one. Where no member has such a key, one adds it.
    function recover(uint256 seed) external watched(true) {
        seed = _mix(seed);
        (Member memory member, Member memory key) = _recoverable(seed);
        bool can = _roleOf(member.account, key.account) == IMemberKeys.KeyRole.Recovery;
        IMemberKeys.KeyChange memory change = _draftChange(member.account, seed >> 16);
        change.role = can ? IMemberKeys.KeyRole.Full : IMemberKeys.KeyRole.Recovery;
        change.dailyLimit = 0;
        if (!can) change.key = key.account;
        _submitChange(can ? "recover" : "addRecovery", change, can ? key : member);
    }

    function veto(uint256 seed) external watched(true) {
        seed = _mix(seed);
        for (uint256 m; m < _members.length; ++m) {
            Member memory member = _members[(seed + m) % _members.length];
            address waiting = _waiting(member.account);
            if (waiting == address(0)) continue;
            IMemberKeys.KeyChange memory change = _draftChange(member.account, seed >> 8);
            (change.key, change.role) = (waiting, IMemberKeys.KeyRole.None);
            change.dailyLimit = 0;
            return _submitChange("veto", change, member);
        }
    }

    /// @dev To a new account, or, what is refused, to one that has an heir itself.
    function nameSuccessor(uint256 seed) external watched(true) {
        seed = _mix(seed);
        Member memory member = _members[seed % _members.length];
        IMemberKeys.KeyChange memory change = _draftChange(member.account, seed >> 8);
        (change.role, change.dailyLimit) = (IMemberKeys.KeyRole.Successor, 0);
        bool succeeded = _keyHolders[member.account].successor != address(0);
        if (succeeded || _former.length >= SUCCESSIONS || (seed >> 64) % 4 == 0) {
            if (_former.length == 0) return;
            uint256 heir = _former[(seed >> 72) % _former.length];
            change.key = _members[heir].account;
        } else {
            _welcome(KeyKind((seed >> 80) % 5));
            change.key = _members[_members.length - 1].account;
        }
        _submitChange("nameSuccessor", change, member);
        if (_keyHolders[member.account].successor == change.key) {
            _former.push(_numberOf(member.account));
        }
    }

    function succeed(uint256 seed) external watched(true) {
        seed = _mix(seed);
        uint32 brand = _brand(seed);
        uint256 number = (seed >> 8) % _members.length;
        if (_former.length != 0 && (seed >> 64) % 4 != 0) {
            number = _former[(seed >> 16) % _former.length];
        }
        address member = _members[number].account;
        address heir = _keyHolders[member].successor;
        uint256 amount = _balance(brand, member);
        if (heir != address(0)) _allowed[brand][member] = amount;
        bytes memory data = abi.encodeCall(ISuccessions.succeed, (brand, member));
        (bool success, bytes memory answer) = _call(RELAY, address(hub), data);
        bool expected = !_halted && _isActive(brand) && heir != address(0);
        if (!_expect("succeed", success, expected)) return;
        if (abi.decode(answer, (uint256)) != amount) _breach("twin", "an heir got something else");
        _move(brand, member, heir, amount);
        _brands[brand].accounts[member].close();
    }

    /// @dev A new member, who holds nothing.
    function _welcome(KeyKind kind) internal {
        _members.push(Members.create(kind, 0x5eed + _members.length));
        _holders.push(_members[_members.length - 1].account);
    }

    function _fillPool() internal {
        KeyKind[4] memory kinds = [
            KeyKind.Eoa,
            KeyKind.EoaCompact,
            KeyKind.Device,
            KeyKind.OwnedContract
        ];
        for (uint256 i; i < kinds.length; ++i) _pool.push(Members.create(kinds[i], 0xadd + i));
    }

    /// @dev Mostly the member; else one of the keys it has added, or, seldom, hasn't.
    function _signerFor(Member memory member, uint256 seed) internal view returns (Member memory) {
        Member memory key = _pool[(seed >> 8) % _pool.length];
        bool powerless = _roleOf(member.account, key.account) == IMemberKeys.KeyRole.None;
        return seed % (powerless ? 32 : 2) == 0 ? key : member;
    }

    /// @dev A member with a recovery key, if there is one.
    function _recoverable(
        uint256 seed
    ) private view returns (Member memory member, Member memory key) {
        uint256 pairs = _members.length * _pool.length;
        for (uint256 i; i < pairs; ++i) {
            uint256 pair = (seed + i) % pairs;
            (member, key) = (_members[pair / _pool.length], _pool[pair % _pool.length]);
            if (_roleOf(member.account, key.account) == IMemberKeys.KeyRole.Recovery) break;
        }
    }

    /// @dev A contract that is an added key is named before what it is to check.
    function _signatureBy(
        Member memory signer,
        address member,
        bytes32 digest
    ) internal pure returns (bytes memory signature) {
        signature = Members.sign(signer, digest);
        if (signer.kind == KeyKind.OwnedContract && signer.account != member) {
            signature = bytes.concat(bytes20(signer.account), signature);
        }
    }

    function _numberOf(address account) internal view returns (uint256 member) {
        while (_members[member].account != account) ++member;
    }

    function _submitChange(
        string memory action,
        IMemberKeys.KeyChange memory change,
        Member memory signer
    ) private {
        bytes memory signature = _signatureBy(signer, change.member, keys.keyChangeDigest(change));
        bytes memory data = abi.encodeCall(IMemberKeys.changeKey, (change, signature));
        bool expected = !_refusesChange(change, signer.account);
        (bool success, ) = _call(RELAY, address(keys), data);
        if (_expect(action, success, expected)) _changeKey(change, signer.account);
    }

    /// @dev Mostly well-formed, with the right number and in time.
    function _draftChange(
        address member,
        uint256 seed
    ) private view returns (IMemberKeys.KeyChange memory change) {
        change.member = member;
        change.key = _pool[(seed >> 8) % _pool.length].account;
        change.role = IMemberKeys.KeyRole([uint256(0), 1, 2, 2, 2, 3][(seed >> 16) % 6]);
        bool limited = change.role == IMemberKeys.KeyRole.Limited;
        if (limited != ((seed >> 24) % 32 == 0)) {
            change.dailyLimit = uint48(within(seed >> 32, 1, LIMIT_MAX));
        }
        change.nonce = uint32(_keyHolders[member].nextNonce);
        if ((seed >> 128) % 32 == 0) ++change.nonce;
        change.deadline = uint48((seed >> 136) % 32 == 0 ? _clock - 1 : _clock);
        if ((seed >> 144) % 64 == 0) change.key = member;
    }
}
