// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ICharities} from "../../../../contracts/charities/ICharities.sol";
import {IReserves} from "../../../../contracts/clearing/IReserves.sol";
import {ITreasury} from "../../../../contracts/clearing/ITreasury.sol";
import {IHalts} from "../../../../contracts/governance/IHalts.sol";
import {IIssuance} from "../../../../contracts/issuance/IIssuance.sol";
import {IExits} from "../../../../contracts/partners/IExits.sol";
import {IPartners} from "../../../../contracts/partners/IPartners.sol";
import {IPointsToken} from "../../../../contracts/points/IPointsToken.sol";
import {TokenActions} from "./TokenActions.sol";

/// @dev Everybody with a role tries what the role must not do.
abstract contract AbuseActions is TokenActions {
    function reachForPoints(uint256 seed) external watched(true) {
        seed = _mix(seed);
        address culprit = _anyRole(seed >> 64);
        uint32 brand = _brand(seed);
        bytes memory data = _wayToPoints(brand, culprit, seed >> 8);
        (bool success, ) = _call(culprit, address(_tokenOf(brand)), data);
        if (success) _breach("I8", "a role moved or made points by itself");
        _expect("reachForPoints", success, false);
    }

    function reachForPower(uint256 seed) external watched(true) {
        seed = _mix(seed);
        address culprit = _anyRole(seed >> 64);
        uint256 way = (seed >> 96) % 18;
        uint32 brand = _brand(seed);
        if (culprit == _roleFor(brand, way)) return;
        bytes memory data = _wayToPower(brand, culprit, way);
        (bool success, ) = _call(culprit, address(hub), data);
        _expect("reachForPower", success, false);
    }

    function _wayToPoints(
        uint32 brand,
        address culprit,
        uint256 seed
    ) private view returns (bytes memory) {
        address member = _members[seed % _members.length].account;
        uint256 held = _balance(brand, member);
        uint256 amount = held == 0 ? 1 : 1 + ((seed >> 8) % held);
        uint256 way = (seed >> 88) % 9;
        if (way == 0) {
            uint256 next = _tokenOf(brand).nextNonce(member);
            return abi.encodeCall(IPointsToken.spend, (member, amount, next));
        }
        if (way == 1) return abi.encodeCall(IPointsToken.mint, (culprit, amount));
        if (way == 2) return abi.encodeCall(IPointsToken.mintBatch, (_mints(culprit, amount)));
        if (way == 3) return abi.encodeCall(IERC20.transferFrom, (member, culprit, amount));
        if (way == 4) {
            uint256 next = _tokenOf(brand).nextNonce(member);
            return abi.encodeCall(IPointsToken.gift, (member, culprit, amount, next));
        }
        if (way == 5) return abi.encodeCall(IPointsToken.moveAccount, (member, culprit));
        if (way == 6) {
            uint256 buckets = (_epochOf(brand) << 192) | (amount << 144);
            return abi.encodeCall(IPointsToken.restore, (culprit, buckets));
        }
        if (way == 7) return abi.encodeCall(IPointsToken.cancel, (member, seed % 4));
        return abi.encodeCall(IERC20.transfer, (member, amount));
    }

    function _wayToPower(
        uint32 brand,
        address culprit,
        uint256 way
    ) private view returns (bytes memory) {
        uint40 max = type(uint40).max;
        if (way == 0) return abi.encodeCall(IReserves.withdraw, (brand, 1, culprit));
        if (way == 1) return abi.encodeCall(IReserves.scheduleValue, (brand, max));
        if (way == 2) return abi.encodeCall(IReserves.raiseValue, (brand, _epochOf(brand), max));
        if (way == 3) return abi.encodeCall(IPartners.setPartnerAdmin, (brand, culprit));
        if (way == 4) return abi.encodeCall(IPartners.setCoveragePolicy, (brand, 1));
        if (way == 5) return abi.encodeCall(IHalts.halt, ());
        if (way == 6) return abi.encodeCall(IHalts.resume, ());
        if (way == 8) return abi.encodeCall(ITreasury.setFee, (0));
        if (way == 9) return abi.encodeCall(ITreasury.withdrawTreasury, (0, culprit));
        if (way == 10) return abi.encodeCall(ITreasury.grantFromFund, (brand, 0));
        if (way == 11) return abi.encodeCall(IExits.expel, (brand));
        if (way == 12) return abi.encodeCall(ICharities.setCharitySuspended, (1, true));
        if (way == 13) return abi.encodeCall(IExits.beginExit, (brand));
        if (way == 14) return abi.encodeCall(ICharities.setMatch, (brand, 0, 0));
        if (way == 15) return abi.encodeCall(IPartners.setMintAllowance, (brand, 1, 1));
        if (way == 16) return abi.encodeCall(IPartners.setIssuingKey, (brand, culprit));
        if (way == 17) return abi.encodeCall(ICharities.setCharityPayout, (1, culprit));
        IIssuance.Batch[] memory batches = new IIssuance.Batch[](1);
        batches[0].partner = brand;
        batches[0].number = uint48(_brands[brand].batches + 1);
        batches[0].mints = _mints(culprit, 0);
        return abi.encodeCall(IIssuance.issue, (batches));
    }

    /// @dev The one role to which the way is open.
    function _roleFor(uint32 brand, uint256 way) private pure returns (address) {
        if (way < 4 || (way > 12 && way < 17)) return _adminOf(brand);
        if (way == 4 || way == 6 || way > 7) return GOVERNOR;
        return way == 5 ? GUARDIAN : ISSUER;
    }

    function _mints(address to, uint256 amount) private pure returns (bytes32[] memory mints) {
        mints = new bytes32[](1);
        mints[0] = bytes32((uint256(uint160(to)) << 96) | amount);
    }

    function _anyRole(uint256 seed) private view returns (address) {
        address[8] memory roles = [
            GOVERNOR,
            ISSUER,
            GUARDIAN,
            RELAY,
            DEPOSITOR,
            _adminOf(1),
            _adminOf(2),
            address(this) // admin of the AccessManager
        ];
        return roles[seed % 8];
    }
}
