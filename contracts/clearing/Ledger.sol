// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {PartnerBook} from "../partners/PartnerBook.sol";
import {AccountWord} from "../points/AccountWord.sol";
import {IReserves} from "./IReserves.sol";
import {PointValues} from "./PointValues.sol";

/// @title Whose the stablecoin is
/// @dev Each µUSD that the hub holds is in one reserve or one pot. Deposits keep all of it within
/// 72 bits (see Reserves), so no sum in here can overflow.
abstract contract Ledger is PartnerBook {
    using AccountWord for uint256;
    using PointValues for uint256;
    using SafeCast for uint256;

    /// @dev µUSD, see ITreasury.
    uint128 internal _treasury;
    uint128 internal _membersFund;

    /// @dev Reverts with CoverageInsufficient unless the reserve covers `supply` as the policy asks.
    function _requireCovered(uint32 partner, Partner storage p, uint256 supply) internal view {
        uint256 required = _requiredFor(p, supply);
        if (p.reserve < required) {
            revert IReserves.CoverageInsufficient(partner, p.reserve, required);
        }
    }

    /// @dev µUSD that the coverage policy asks to be held for `supply`.
    function _requiredFor(Partner storage p, uint256 supply) internal view returns (uint256) {
        return _required(_valuesAt(p, supply.epochOf()).worth(supply), p.coverageBps);
    }

    /// @dev Rounds up: in favour of the members, to whom the reserve is owed.
    function _required(uint256 liability, uint256 coverageBps) internal pure returns (uint256) {
        return (liability * coverageBps + BPS - 1) / BPS;
    }

    function _debit(uint32 partner, Partner storage p, uint256 amount) internal {
        uint256 reserve = p.reserve;
        if (amount > reserve) revert IReserves.ReserveInsufficient(partner, reserve, amount);
        unchecked {
            p.reserve = uint72(reserve - amount); // amount <= reserve
        }
    }

    function _credit(Partner storage p, uint256 amount) internal {
        uint256 word = _ledgerWord(p);
        (uint72(word) + amount).toUint72();
        assembly ("memory-safe") {
            // The sum fits the field.
            sstore(p.slot, add(word, amount))
        }
    }

    /// @dev Takes `amount`, at most the reserve, from a partner whose first word is still `word`.
    function _debitWord(Partner storage p, uint256 word, uint256 amount) internal {
        assembly ("memory-safe") {
            sstore(p.slot, sub(word, amount))
        }
    }

    /// @dev The first word of a partner, whose lowest field is its reserve. Who has read it can write
    /// the reserve without reading it once more for the other fields, as the compiler would.
    function _ledgerWord(Partner storage p) internal view returns (uint256 word) {
        assembly ("memory-safe") {
            word := sload(p.slot)
        }
    }
}
