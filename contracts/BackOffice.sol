// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Charities} from "./charities/Charities.sol";
import {Refunds} from "./clearing/Refunds.sol";
import {Reserves} from "./clearing/Reserves.sol";
import {Treasury} from "./clearing/Treasury.sol";
import {Halts} from "./governance/Halts.sol";
import {IBackOffice} from "./IBackOffice.sol";
import {ICoalition} from "./ICoalition.sol";
import {Successions} from "./members/Successions.sol";
import {AccountWord} from "./points/AccountWord.sol";
import {IPointsToken} from "./points/IPointsToken.sol";
import {PointValues} from "./clearing/PointValues.sol";
import {Exits} from "./partners/Exits.sol";
import {Partners} from "./partners/Partners.sol";

/// @title What the hub does seldom
/// @notice Code for the hub, which runs it on its own storage by DELEGATECALL: a contract has room for
/// 24,576 bytes. Its address is fixed when the hub is deployed; nothing can change it. By itself it
/// holds nothing and can do nothing.
contract BackOffice is
    IBackOffice,
    Halts,
    Partners,
    Reserves,
    Treasury,
    Refunds,
    Exits,
    Charities,
    Successions
{
    using AccountWord for uint256;
    using PointValues for uint256;

    constructor() AccessManaged(address(0)) {}

    /// @inheritdoc IBackOffice
    function solvency() external view returns (Solvency memory sums) {
        sums.held = IERC20(ICoalition(address(this)).stablecoin()).balanceOf(address(this));
        sums.treasury = _treasury;
        sums.membersFund = _membersFund;
        for (uint32 i = 1; i <= _charityCount; ++i) sums.charitiesPayable += _charities[i].payable_;
        for (uint32 i = 1; i <= _partnerCount; ++i) {
            Partner storage p = _partner(i);
            uint256 supply = IPointsToken(p.token).supplyWord();
            uint256 liability = _valuesAt(p, supply.epochOf()).worth(supply);
            sums.reserves += p.reserve;
            sums.matchBudgets += p.matchBudget;
            sums.supply += supply.total();
            sums.liability += liability;
            sums.required += _required(liability, p.coverageBps);
            sums.freed += p.freed;
        }
    }
}
