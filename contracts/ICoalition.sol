// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IActs} from "./acts/IActs.sol";
import {ICharities} from "./charities/ICharities.sol";
import {IReserves} from "./clearing/IReserves.sol";
import {IHalts} from "./governance/IHalts.sol";
import {IIssuance} from "./issuance/IIssuance.sol";
import {IPartners} from "./partners/IPartners.sol";

/// @title The coalition hub
interface ICoalition is IActs, ICharities, IIssuance, IReserves, IPartners, IHalts {
    /// @notice The stablecoin that all money is held in; one unit is one µUSD.
    function stablecoin() external view returns (address);

    /// @notice What the coalition holds and what it must hold at least, in µUSD.
    /// @return held Stablecoin held by this contract.
    /// @return reserves Sum of the partners' reserves.
    /// @return charitiesPayable Sum of what is payable to charities.
    function solvency()
        external
        view
        returns (uint256 held, uint256 reserves, uint256 charitiesPayable);
}
