// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountWord} from "./AccountWord.sol";

/// @title A brand's supply in one word
/// @notice Buckets and epoch as in an account's word, and in the place of the nonces what was minted:
///
/// | bits      | field                                                             |
/// | --------- | ----------------------------------------------------------------- |
/// | 0 – 207   | live points by bucket, and the word's epoch, see AccountWord         |
/// | 208 – 255 | `minted`, the points that were minted in the word's epoch so far     |
/// @dev `minted` can't overflow: PointsToken mints at most SUPPLY_CAP = 2^48 − 1 in an epoch. Nor is
/// it ever less than the word's last bucket, so neither is a bucket of an earlier epoch more than
/// what was minted in that.
library SupplyWord {
    uint256 internal constant MINTED_SHIFT = 208;
    uint256 internal constant LIVE_MASK = (1 << 208) - 1;

    /// @dev One point, both in the current bucket and in `minted`.
    uint256 private constant MINTED_POINT = (1 << AccountWord.CURRENT_SHIFT) | (1 << MINTED_SHIFT);

    /// @notice Points minted in the word's epoch.
    function minted(uint256 supply) internal pure returns (uint256) {
        return supply >> MINTED_SHIFT;
    }

    /// @notice The live points and their epoch, without what was minted.
    function live(uint256 supply) internal pure returns (uint256) {
        return supply & LIVE_MASK;
    }

    /// @notice `supply` after minting `amount` in its epoch.
    /// @dev Requires that neither the live points nor the minted ones pass 2^48 − 1 by it.
    function withMinted(uint256 supply, uint256 amount) internal pure returns (uint256) {
        unchecked {
            return supply + amount * MINTED_POINT; // the requirement: no carry
        }
    }
}
