// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICharities} from "./charities/ICharities.sol";
import {IBreakage} from "./clearing/IBreakage.sol";
import {IRefunds} from "./clearing/IRefunds.sol";
import {IReserves} from "./clearing/IReserves.sol";
import {ITreasury} from "./clearing/ITreasury.sol";
import {IHalts} from "./governance/IHalts.sol";
import {ISuccessions} from "./members/ISuccessions.sol";
import {IExits} from "./partners/IExits.sol";
import {IPartners} from "./partners/IPartners.sol";

/// @title What the hub does seldom
interface IBackOffice is
    IHalts,
    IPartners,
    IRefunds,
    ISuccessions,
    IReserves,
    ITreasury,
    IExits,
    ICharities,
    IBreakage
{
    /// @notice The coalition in sum, µUSD but for `supply`. The first is at least the sum of the next
    /// five.
    /// @param held Stablecoin held by the hub.
    /// @param reserves Of all brands.
    /// @param matchBudgets Of all brands.
    /// @param charitiesPayable What charities can fetch.
    /// @param treasury See ITreasury.
    /// @param membersFund See ITreasury.
    /// @param supply Live points of all brands.
    /// @param liability What is owed for them.
    /// @param required What the coverage policies ask to be held.
    /// @param freed Breakage recorded so far.
    struct Solvency {
        uint256 held;
        uint256 reserves;
        uint256 matchBudgets;
        uint256 charitiesPayable;
        uint256 treasury;
        uint256 membersFund;
        uint256 supply;
        uint256 liability;
        uint256 required;
        uint256 freed;
    }

    /// @notice The coalition in sum, at the present block.
    function solvency() external view returns (Solvency memory sums);
}
