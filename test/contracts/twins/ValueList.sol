// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What a brand's points are worth, the slow way
/// @notice One value for every epoch that has begun, in a plain list, and one for those to come.
/// PointValues is held against this.
library ValueLists {
    struct ValueList {
        mapping(uint256 epoch => uint256) valueOf;
        uint256 firstEpoch;
        uint256 epoch;
        uint256 initial;
        uint256 next;
    }

    function start(ValueList storage self, uint256 value, uint256 epoch) internal {
        self.firstEpoch = epoch;
        self.epoch = epoch;
        self.initial = value;
        self.valueOf[epoch] = value;
        self.next = value;
    }

    /// @notice Begins each epoch up to `epoch` with the value that was announced for it.
    function advance(ValueList storage self, uint256 epoch) internal {
        while (self.epoch < epoch) self.valueOf[++self.epoch] = self.next;
    }

    /// @notice The value of a point that was earned in `epoch`, in µUSD.
    function valueIn(ValueList storage self, uint256 epoch) internal view returns (uint256) {
        if (epoch > self.epoch) return self.next;
        uint256 value = self.valueOf[epoch];
        // Nothing was issued before the brand joined; the word says its first value there.
        return epoch < self.firstEpoch && value == 0 ? self.initial : value;
    }
}
