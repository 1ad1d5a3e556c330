// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What became of a brand's points, the slow way
/// @notice Three totals for every epoch there ever was, and no word that is rolled: whether what is
/// left of an epoch is live or expired is told by looking at the clock.
library LotSupplies {
    struct Epoch {
        uint256 minted;
        uint256 spent;
        uint256 restored;
    }

    struct LotSupply {
        mapping(uint256 epoch => Epoch) epochs;
    }

    function mint(LotSupply storage self, uint256 epoch, uint256 amount) internal {
        self.epochs[epoch].minted += amount;
    }

    function spend(LotSupply storage self, uint256 epoch, uint256 amount) internal {
        self.epochs[epoch].spent += amount;
    }

    function restore(LotSupply storage self, uint256 epoch, uint256 amount) internal {
        self.epochs[epoch].restored += amount;
    }

    /// @notice As IPointsToken.epochTotals, in epoch `current`.
    function totals(
        LotSupply storage self,
        uint256 epoch,
        uint256 current,
        uint256 validity
    ) internal view returns (uint256 minted, uint256 live, uint256 expired) {
        minted = self.epochs[epoch].minted;
        uint256 left = minted + self.epochs[epoch].restored - self.epochs[epoch].spent;
        if (current < epoch + validity) live = left;
        else expired = left;
    }
}
