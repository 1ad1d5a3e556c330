// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IActs} from "./acts/IActs.sol";
import {IBackOffice} from "./IBackOffice.sol";
import {IIssuance} from "./issuance/IIssuance.sol";

/// @title The coalition hub
interface ICoalition is IActs, IIssuance, IBackOffice, IAccessManaged, IERC5267 {
    /// @notice The stablecoin that all money is held in; one unit is one µUSD.
    function stablecoin() external view returns (address);

    /// @notice The contract that every brand's token is a clone of.
    function tokenImplementation() external view returns (address);

    /// @notice Who knows which keys sign for a member.
    function memberKeys() external view returns (address);

    /// @notice Where the code of IBackOffice lies.
    function backOffice() external view returns (address);
}
