// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IActs} from "../../../../contracts/acts/IActs.sol";
import {LotAccounts} from "../../twins/LotAccount.sol";
import {within} from "../../Vm.sol";
import {Member} from "../Members.sol";
import {UndoneLogs} from "../UndoneLogs.sol";
import {KeyActions} from "./KeyActions.sol";

/// @dev What members do with their points, each signed with the member's key or one it has added, and
/// what others try with what members have signed.
abstract contract ActActions is KeyActions {
    using LotAccounts for LotAccounts.LotAccount;

    /// @dev `signer`: the account of the key that has signed this very act, 0 if none has.
    struct Signed {
        IActs.Act act;
        bytes signature;
        address signer;
    }

    Signed[] internal _sent;
    /// @dev Acts of a batch that a member has signed already at a brand.
    mapping(bytes32 callIssuerMember => uint256) private _drafted;

    function redeemAtOwnBrand(uint256 seed) external watched(true) {
        seed = _mix(seed);
        _submit("redeemAtOwnBrand", _signedAct(IActs.ActKind.Redemption, true, seed));
    }

    function redeemAtOtherBrand(uint256 seed) external watched(true) {
        seed = _mix(seed);
        _submit("redeemAtOtherBrand", _signedAct(IActs.ActKind.Redemption, false, seed));
    }

    function exchange(uint256 seed) external watched(true) {
        seed = _mix(seed);
        _submit("exchange", _signedAct(IActs.ActKind.Exchange, false, seed));
    }

    function donate(uint256 seed) external watched(true) {
        seed = _mix(seed);
        _submit("donate", _signedAct(IActs.ActKind.Donation, false, seed));
    }

    function gift(uint256 seed) external watched(true) {
        seed = _mix(seed);
        _submit("gift", _signedAct(IActs.ActKind.Gift, false, seed));
    }

    function cancelAct(uint256 seed) external watched(true) {
        seed = _mix(seed);
        _submit("cancelAct", _signedAct(IActs.ActKind.Cancellation, false, seed));
    }

    /// @dev Points that have lapsed are asked for with those that are live.
    function spendLapsed(uint256 seed) external watched(true) {
        seed = _mix(seed);
        Signed memory s = _signedAct(IActs.ActKind.Redemption, true, seed);
        uint256 lapsed = _lapsed(s.act.issuer, s.act.member);
        if (lapsed == 0) return;
        s.act.amount = uint48(_balance(s.act.issuer, s.act.member) + within(seed, 1, lapsed));
        s.act.minimum = 0;
        s.signature = _signatureOf(_numberOf(s.act.member), s.act);
        s.signer = s.act.member;
        _submit("spendLapsed", s);
    }

    /// @dev An act that somebody has sent before, done or not.
    function sendAgain(uint256 seed) external watched(true) {
        seed = _mix(seed);
        if (_sent.length != 0) _submit("sendAgain", _sent[seed % _sent.length]);
    }

    /// @dev Somebody without the member's key.
    function forge(uint256 seed) external watched(true) {
        seed = _mix(seed);
        _submit("forge", _forgedAct(seed));
    }

    function _submit(string memory action, Signed memory s) internal {
        bool expected = !_refuses(s.act, s.signer);
        _allow(s.act, s.signer);
        bytes memory data = abi.encodeCall(IActs.execute, (s.act, s.signature));
        (bool success, bytes memory answer) = _call(RELAY, address(hub), data);
        if (success && s.act.kind == IActs.ActKind.Exchange) {
            _requireCovered(s.act.counterparty);
        }
        if (!_expect(action, success, expected)) return;
        (uint256 value, uint256 received) = abi.decode(answer, (uint256, uint256));
        _follow(s, value, received);
    }

    /// @dev The twin does what the hub did, and compares what it yielded.
    function _follow(Signed memory s, uint256 value, uint256 received) private {
        (uint256 v, uint256 r) = _done(s);
        if (v != value || r != received) _breach("twin", "an act yielded something else");
    }

    /// @dev The twin's side of an act that was done.
    function _done(Signed memory s) internal returns (uint256 value, uint256 received) {
        if (s.signer != s.act.member) _count("actByAddedKey", true);
        (value, received) = _perform(s.act, s.signer);
        bool spent = s.act.kind == IActs.ActKind.Redemption || s.act.kind == IActs.ActKind.Donation;
        if (spent) honoured += value;
    }

    function _signedAct(
        IActs.ActKind kind,
        bool own,
        uint256 seed
    ) internal returns (Signed memory s) {
        uint256 member;
        (s.act, member) = _draftAct(kind, own, seed);
        bytes32 key = keccak256(abi.encode(calls, s.act.issuer, member));
        s.act.nonce = _later(s.act.nonce, _drafted[key]++);
        Member memory signer = _signerFor(_members[member], seed >> 40);
        s.signer = signer.account;
        s.signature = _signatureBy(signer, s.act.member, hub.actDigest(s.act));
        if (_sent.length < 64) _sent.push(s);
        else _sent[seed % 64] = s;
    }

    /// @dev A genuine signature below something that the member didn't sign, or another one's.
    function _forgedAct(uint256 seed) internal view returns (Signed memory s) {
        IActs.Act memory act;
        uint256 member;
        (act, member) = _draftAct(IActs.ActKind(seed % 5), (seed >> 12) % 2 == 0, seed >> 8);
        s.signature = _signatureOf(member, act);
        bytes32 digest = hub.actDigest(act);
        uint256 kind = (seed >> 4) % 12;
        uint256 other = (member + 1 + ((seed >> 8) % (_members.length - 1))) % _members.length;
        if (kind == 0) act.member = _members[other].account;
        else if (kind == 1) act.amount += 1;
        else if (kind == 2) act.counterparty += 1;
        else if (kind == 3) act.issuer = (act.issuer % _brandCount) + 1;
        else if (kind == 4) act.nonce = _later(act.nonce, 1);
        else if (kind == 5) act.deadline += 1 days;
        else if (kind == 6) act.minimum += 1;
        else if (kind == 7) act.kind = IActs.ActKind((uint256(act.kind) + 1) % 5);
        else if (kind == 8) act.ref = ~act.ref;
        else if (kind == 9) s.signature = "";
        else if (kind == 10) _flipBit(s.signature, seed >> 16);
        else s.signature = _signatureOf(other, act);
        s.act = act;
        // A gift is signed without some fields, a cancellation without more.
        if (kind < 9 && hub.actDigest(act) == digest) s.signer = act.member;
    }

    /// @dev Among the first 128 bytes, behind which a passkey's answer has bytes without meaning.
    function _flipBit(bytes memory signature, uint256 seed) private pure {
        uint256 length = signature.length < 128 ? signature.length : 128;
        signature[seed % length] ^= bytes1(uint8(1 << ((seed >> 8) % 8)));
    }

    function _draftAct(
        IActs.ActKind kind,
        bool own,
        uint256 seed
    ) internal view returns (IActs.Act memory act, uint256 member) {
        act.kind = kind;
        (act.issuer, member) = _holder(seed);
        act.member = _members[member].account;
        uint256 random = uint256(keccak256(abi.encode(seed)));
        uint256 held = _balance(act.issuer, act.member);
        uint256 mode = random % 32;
        if (mode == 0) act.amount = uint48(held + 1);
        else if (mode < 4) act.amount = uint48(held);
        else act.amount = uint48(within(random >> 8, 0, held / 2 + 1));
        act.counterparty = own ? act.issuer : _counterparty(kind, act.issuer, random >> 32);
        act.nonce = uint32(_nonce(act.issuer, act.member, random >> 64));
        act.deadline = uint48(
            (random >> 96) % 32 == 0 ? _clock - 1 : _clock + ((random >> 104) % 99)
        );
        act.ref = UndoneLogs.markOther(bytes32(random));
        if (kind == IActs.ActKind.Exchange) act.ref = UndoneLogs.markExchange(act.ref);
        if (kind == IActs.ActKind.Gift) {
            // The bits above the recipient are not signed.
            uint256 to = uint160(_members[(random >> 40) % _members.length].account);
            act.ref = bytes32((random << 160) | ((random >> 48) % 32 == 0 ? 0 : to));
        }
        if ((random >> 128) % 4 == 0) {
            uint256 yields = _worth(act.issuer, act.member, act.amount);
            if (kind == IActs.ActKind.Exchange) yields /= _currentPrice(act.counterparty);
            act.minimum = uint48(yields + ((random >> 136) % 8 == 0 ? 1 : 0));
        }
    }

    /// @dev A member who holds something, if there is one.
    function _holder(uint256 seed) internal view returns (uint32 brand, uint256 member) {
        for (uint256 i; i < _brandCount * _members.length; ++i) {
            brand = _brand((seed % _brandCount) + i / _members.length);
            member = ((seed >> 8) + i) % _members.length;
            if (_balance(brand, _members[member].account) != 0) break;
        }
    }

    function _counterparty(
        IActs.ActKind kind,
        uint32 issuer,
        uint256 random
    ) private view returns (uint32) {
        bool wrong = random % 32 == 0;
        if (kind == IActs.ActKind.Donation) {
            return uint32(wrong ? CHARITIES + 1 : 1 + ((random >> 8) % CHARITIES));
        }
        if (wrong) return uint32([uint256(0), _brandCount + 1, issuer][(random >> 8) % 3]);
        return _brand(issuer + ((random >> 8) % (_brandCount - 1)));
    }

    /// @dev Mostly the next one; sometimes beyond it, behind it, or out of reach.
    function _nonce(uint32 brand, address member, uint256 random) internal view returns (uint256) {
        uint256 next = _brands[brand].accounts[member].next();
        uint256 mode = random % 32;
        uint256 far = (random >> 8) % 20;
        if (mode < 22) return next;
        if (mode < 26) return next + far;
        if (mode < 31) return next > far ? next - far : 0;
        return next + 1_015 + far;
    }

    function _currentPrice(uint32 brand) private view returns (uint256) {
        return brand == 0 || brand > _brandCount ? 1 : _currentValue(brand);
    }

    /// @dev A closed account's next nonce is the last there is.
    function _later(uint32 nonce, uint256 by) private pure returns (uint32) {
        return uint32(uint256(nonce) + by);
    }
}
