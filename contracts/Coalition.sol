// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Acts} from "./acts/Acts.sol";
import {IReserves} from "./clearing/IReserves.sol";
import {Issuance} from "./issuance/Issuance.sol";
import {PointsToken} from "./points/PointsToken.sol";

/// @title The coalition hub
/// @notice Holds the stablecoin, keeps the partners' ledgers, mints what was earned against money,
/// and does what members sign. ICoalition is all that it answers.
/// @dev Immutable: no upgrade, no owner of anybody's points. What is called seldom is the code of
/// BackOffice, at an address that nothing can change. Who may call what is kept by an OpenZeppelin
/// AccessManager, see the README.
contract Coalition is Issuance, Acts {
    address public immutable stablecoin;
    address public immutable tokenImplementation = address(new PointsToken());
    address public immutable backOffice;

    /// @param authority The AccessManager.
    /// @param stablecoin_ Of six decimals.
    /// @param backOffice_ A BackOffice; it holds nothing, so several hubs may share one.
    constructor(
        address authority,
        IERC20Metadata stablecoin_,
        address backOffice_
    ) AccessManaged(authority) {
        uint8 decimals = stablecoin_.decimals();
        if (decimals != 6) revert IReserves.StablecoinDecimalsUnsupported(decimals);
        stablecoin = address(stablecoin_);
        backOffice = backOffice_;
    }

    /// @dev Runs the back office's code. OpenZeppelin's Proxy does the same, but its assembly is not
    /// marked as safe for memory, and then the compiler inlines nothing in all of this contract: 700 gas
    /// an act.
    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        address office = backOffice;
        assembly ("memory-safe") {
            // From the free memory on: this frame ends here, and nobody reads what it wrote.
            let data := mload(0x40)
            calldatacopy(data, 0, calldatasize())
            let done := delegatecall(gas(), office, data, calldatasize(), 0, 0)
            returndatacopy(data, 0, returndatasize())
            switch done
            case 0 {
                revert(data, returndatasize())
            }
            default {
                return(data, returndatasize())
            }
        }
    }
}
