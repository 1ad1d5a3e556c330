// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC7818} from "../../../../contracts/points/IERC7818.sol";
import {IPointsToken} from "../../../../contracts/points/IPointsToken.sol";
import {LotAccounts} from "../../twins/LotAccount.sol";
import {vm} from "../../Vm.sol";
import {KeyKind, Member} from "../Members.sol";
import {BatchActions} from "./BatchActions.sol";

/// @dev What members do at the token itself: transfers by themselves or by whom they approved, of one
/// epoch or any, and nonces used up; and what anybody may.
abstract contract TokenActions is BatchActions {
    using LotAccounts for LotAccounts.LotAccount;

    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );

    function transfer(uint256 seed) external watched(true) {
        seed = _mix(seed);
        (uint32 brand, address from, address to, uint256 amount) = _draftTransfer(seed);
        bytes memory data = abi.encodeCall(IERC20.transfer, (to, amount));
        (bool success, ) = _call(from, address(_tokenOf(brand)), data);
        if (_expect("transfer", success, _mayMove(brand, from, amount))) {
            _move(brand, from, to, amount);
        }
    }

    function transferFrom(uint256 seed) external watched(true) {
        seed = _mix(seed);
        (uint32 brand, address from, address to, uint256 amount) = _draftTransfer(seed);
        uint256 approved = (seed >> 64) % 4 == 0 ? amount - 1 : amount;
        _allowed[brand][from] = approved;
        _approve(brand, from, approved);
        bytes memory data = abi.encodeCall(IERC20.transferFrom, (from, to, amount));
        (bool success, ) = _call(RELAY, address(_tokenOf(brand)), data);
        bool expected = approved == amount && _mayMove(brand, from, amount);
        if (_expect("transferFrom", success, expected)) _move(brand, from, to, amount);
        _approve(brand, from, 0);
    }

    /// @dev An approval that an EOA signs, and the transfer that it allows. Seldom with a bit flipped.
    function permit(uint256 seed) external watched(true) {
        seed = _mix(seed);
        (uint32 brand, address from, address to, uint256 amount) = _draftTransfer(seed);
        Member memory owner = _members[_numberOf(from)];
        if (owner.kind != KeyKind.Eoa && owner.kind != KeyKind.EoaCompact) return;
        bool late = (seed >> 64) % 16 == 0;
        bytes memory data = _permitBy(brand, owner, amount, late ? _clock - 1 : _clock);
        bool forged = (seed >> 72) % 8 == 0;
        if (forged) data[data.length - 1 - ((seed >> 80) % 64)] ^= 0x01;
        (bool success, ) = _call(RELAY, address(_tokenOf(brand)), data);
        if (!_expect("permit", success, !late && !forged)) return;
        data = abi.encodeCall(IERC20.transferFrom, (from, to, amount));
        (success, ) = _call(RELAY, address(_tokenOf(brand)), data);
        bool moves = _mayMove(brand, from, amount);
        if (_expect("transferFrom", success, moves)) _move(brand, from, to, amount);
        _approve(brand, from, 0);
    }

    /// @dev Of one epoch: mostly one that the member holds points of, also dead and coming ones.
    function transferAtEpoch(uint256 seed) external watched(true) {
        seed = _mix(seed);
        (uint32 brand, address from, address to, ) = _draftTransfer(seed);
        uint256 epoch = _epochOf(brand) + 1 - ((seed >> 64) % (_brands[brand].validity + 2));
        uint256 held = _heldOf(brand, from, epoch);
        uint256 amount = 1 + ((seed >> 72) % (held + 1));
        _allowed[brand][from] = amount;
        Brand storage b = _brands[brand];
        bool expected = amount <= held && b.transferable && !b.accounts[from].closed;
        bool own = (seed >> 136) % 2 == 0;
        bytes memory data =
            own
                ? abi.encodeCall(IERC7818.transferAtEpoch, (epoch, to, amount))
                : abi.encodeCall(IERC7818.transferFromAtEpoch, (epoch, from, to, amount));
        if (!own) _approve(brand, from, amount);
        (bool success, ) = _call(own ? from : RELAY, address(_tokenOf(brand)), data);
        if (!own) _approve(brand, from, 0);
        if (_expect("transferAtEpoch", success, expected)) _moveOf(brand, from, to, epoch, amount);
    }

    function _moveOf(
        uint32 brand,
        address from,
        address to,
        uint256 epoch,
        uint256 amount
    ) private {
        Brand storage b = _brands[brand];
        b.accounts[from].takeOf(epoch, amount, _epochOf(brand), b.validity);
        b.accounts[to].earn(epoch, amount);
    }

    function cancelNonce(uint256 seed) external watched(true) {
        seed = _mix(seed);
        uint32 brand = _brand(seed);
        address member = _members[(seed >> 8) % _members.length].account;
        uint256 nonce = _nonce(brand, member, seed >> 16);
        bool expected = _brands[brand].accounts[member].isOpen(nonce);
        bytes memory data = abi.encodeCall(IPointsToken.cancelNonce, (nonce));
        (bool success, ) = _call(member, address(_tokenOf(brand)), data);
        if (_expect("cancelNonce", success, expected)) {
            _brands[brand].accounts[member].useNonce(nonce);
        }
    }

    function rollSupply(uint256 seed) external watched(true) {
        seed = _mix(seed);
        bytes memory data = abi.encodeCall(IPointsToken.rollSupply, ());
        (bool success, ) = _call(RELAY, address(_tokenOf(_brand(seed))), data);
        _expect("rollSupply", success, true);
    }

    function _permitBy(
        uint32 brand,
        Member memory owner,
        uint256 amount,
        uint256 deadline
    ) private view returns (bytes memory) {
        IPointsToken token = _tokenOf(brand);
        bytes32 hash = keccak256(
            abi.encode(
                PERMIT_TYPEHASH,
                owner.account,
                RELAY,
                amount,
                token.nonces(owner.account),
                deadline
            )
        );
        bytes32 digest = keccak256(abi.encodePacked("\x19\x01", token.DOMAIN_SEPARATOR(), hash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(owner.secret, digest);
        return
            abi.encodeCall(IERC20Permit.permit, (owner.account, RELAY, amount, deadline, v, r, s));
    }

    function _approve(uint32 brand, address from, uint256 amount) private {
        bytes memory data = abi.encodeCall(IERC20.approve, (RELAY, amount));
        _call(from, address(_tokenOf(brand)), data);
    }

    function _draftTransfer(
        uint256 seed
    ) private returns (uint32 brand, address from, address to, uint256 amount) {
        uint256 sender;
        (brand, sender) = _holder(seed);
        from = _members[sender].account;
        to = _members[(seed >> 16) % _members.length].account;
        uint256 held = _balance(brand, from);
        amount = 1 + ((seed >> 24) % (held / 2 + 2));
        if ((seed >> 56) % 16 == 0) amount = held + 1;
        _allowed[brand][from] = amount;
    }

    function _mayMove(uint32 brand, address from, uint256 amount) private view returns (bool) {
        Brand storage b = _brands[brand];
        return b.transferable && !b.accounts[from].closed && amount <= _balance(brand, from);
    }
}
