// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ICoalition} from "../../../contracts/ICoalition.sol";
import {IActs} from "../../../contracts/acts/IActs.sol";
import {ICharities} from "../../../contracts/charities/ICharities.sol";
import {IRefunds} from "../../../contracts/clearing/IRefunds.sol";
import {ITreasury} from "../../../contracts/clearing/ITreasury.sol";
import {IHalts} from "../../../contracts/governance/IHalts.sol";
import {IIssuance} from "../../../contracts/issuance/IIssuance.sol";
import {IMemberKeys} from "../../../contracts/members/IMemberKeys.sol";
import {IExits} from "../../../contracts/partners/IExits.sol";
import {IPartners} from "../../../contracts/partners/IPartners.sol";
import {IPointsToken} from "../../../contracts/points/IPointsToken.sol";
import {deploy, vm} from "../Vm.sol";
import {KeyKind, Member, Members} from "./Members.sol";

interface IMintable is IERC20 {
    function mint(address to, uint256 amount) external;
}

/// @title A whole coalition, deployed
/// @notice Four brands of different calendars, point values, coverage and shares of breakage, two
/// charities, and a member for every form of signature.
abstract contract Stage {
    uint256 internal constant START = 1_763_769_600; // 2025-11-22
    string private constant AUTHORITY = "AccessManager";
    string private constant DOLLAR = "DemoDollar";
    string private constant BACK_OFFICE = "BackOffice";
    string private constant HUB = "Coalition";
    uint64 private constant GOVERNOR_ROLE = 1;
    uint64 private constant ISSUER_ROLE = 2;
    uint64 private constant GUARDIAN_ROLE = 3;

    address internal constant GOVERNOR = address(0x60);
    address internal constant ISSUER = address(0x61);
    address internal constant GUARDIAN = address(0x62);
    address internal constant RELAY = address(0x63);
    address internal constant DEPOSITOR = address(0x64);

    uint32 internal constant BRANDS = 4;
    uint32 internal constant CHARITIES = 2;
    uint256 internal constant MEMBERS = 5;

    ICoalition public hub;
    IMemberKeys public keys;
    IMintable public dollar;
    Member[] internal _members;
    IPointsToken[] internal _tokens;

    function _deploy() internal {
        vm.warp(START);
        bytes memory self = abi.encode(address(this));
        IAccessManager authority = IAccessManager(deploy(AUTHORITY, self));
        dollar = IMintable(deploy(DOLLAR, self));
        hub = ICoalition(deploy(HUB, abi.encode(authority, dollar, deploy(BACK_OFFICE, ""))));
        keys = IMemberKeys(hub.memberKeys());
        authority.grantRole(GOVERNOR_ROLE, GOVERNOR, 0);
        authority.grantRole(ISSUER_ROLE, ISSUER, 0);
        authority.grantRole(GUARDIAN_ROLE, GUARDIAN, 0);
        bytes4[11] memory governors = _governors();
        bytes4[3] memory guardians = [
            IHalts.halt.selector,
            IHalts.haltPartner.selector,
            IHalts.haltWithdrawals.selector
        ];
        for (uint256 i; i < 11; ++i) _permit(authority, governors[i], GOVERNOR_ROLE);
        for (uint256 i; i < 3; ++i) _permit(authority, guardians[i], GUARDIAN_ROLE);
        _permit(authority, IIssuance.issue.selector, ISSUER_ROLE);
        _permit(authority, IRefunds.refund.selector, ISSUER_ROLE);
        for (uint160 i = 1; i <= CHARITIES; ++i) {
            vm.prank(GOVERNOR);
            hub.addCharity("Charity", address(0xC4A0 + i));
        }
        vm.prank(DEPOSITOR);
        dollar.approve(address(hub), type(uint256).max);
        for (uint256 i; i < MEMBERS; ++i) _members.push(Members.create(KeyKind(i), 0x5eed + i));
    }

    /// @dev A brand whose admin lets the issuer role mint without a limit.
    function _addPartner(IPartners.PartnerTerms memory terms) internal returns (uint32 partner) {
        vm.prank(GOVERNOR);
        partner = hub.addPartner(terms);
        vm.prank(terms.admin);
        hub.setMintAllowance(partner, type(uint48).max, 1);
        _tokens.push(IPointsToken(hub.partnerReport(partner).token));
    }

    /// @notice Four sorts of brands: everything differs between them.
    function _termsOf(uint32 partner) internal pure returns (IPartners.PartnerTerms memory terms) {
        uint256 sort = (partner - 1) % 4;
        terms.name = "Points";
        terms.symbol = "PTS";
        terms.admin = _adminOf(partner);
        terms.quartersPerEpoch = [uint8(1), 2, 4, 1][sort];
        terms.validity = [uint8(4), 2, 1, 2][sort];
        terms.transferable = sort != 1;
        terms.value = [uint40(10_000), 2_500, 1, 333_333][sort];
        terms.coverageBps = [uint16(10_000), 6_000, 15_000, 10_000][sort];
        terms.fundBps = [uint16(5_000), 0, 9_999, 333][sort];
        terms.charityBps = [uint16(2_500), 10_000, 1, 0][sort];
        terms.breakageCharity = uint32([1, 2, 1, 0][sort]);
    }

    function _adminOf(uint32 partner) internal pure returns (address) {
        return address(uint160(0xAD0 + partner));
    }

    function _tokenOf(uint32 partner) internal view returns (IPointsToken) {
        return _tokens[partner - 1];
    }

    function _signatureOf(
        uint256 member,
        IActs.Act memory act
    ) internal view returns (bytes memory) {
        return Members.sign(_members[member], hub.actDigest(act));
    }

    function _governors() private pure returns (bytes4[11] memory) {
        return
            [
                IPartners.addPartner.selector,
                IPartners.setCoveragePolicy.selector,
                IExits.expel.selector,
                ICharities.addCharity.selector,
                ICharities.setCharityPayout.selector,
                ICharities.setCharitySuspended.selector,
                ITreasury.setFee.selector,
                ITreasury.withdrawTreasury.selector,
                ITreasury.grantFromFund.selector,
                IHalts.resume.selector,
                IHalts.resumePartner.selector
            ];
    }

    function _permit(IAccessManager authority, bytes4 selector, uint64 role) private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        authority.setTargetFunctionRole(address(hub), selectors, role);
    }
}
