// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A member's account at one brand, the slow way
/// @notice What was earned in an epoch is a lot; every nonce that was ever used is remembered.
/// No packing, no shifting, no rolling: what has expired is told by looking at it. AccountWord is
/// held against this, and so are the tokens of a whole coalition.
library LotAccounts {
    struct Lot {
        uint256 epoch;
        uint256 amount;
    }

    struct LotAccount {
        Lot[] lots;
        mapping(uint256 nonce => bool) used;
        bool anyUsed;
        uint256 highestUsed;
        bool closed;
    }

    function earn(LotAccount storage self, uint256 epoch, uint256 amount) internal {
        for (uint256 i; i < self.lots.length; ++i) {
            if (self.lots[i].epoch != epoch) continue;
            self.lots[i].amount += amount;
            return;
        }
        self.lots.push(Lot(epoch, amount));
    }

    /// @notice Points that were earned in `epoch` and can be spent in `current`.
    function heldOf(
        LotAccount storage self,
        uint256 epoch,
        uint256 current,
        uint256 validity
    ) internal view returns (uint256 amount) {
        if (current >= epoch + validity) return 0;
        for (uint256 i; i < self.lots.length; ++i) {
            if (self.lots[i].epoch == epoch) amount += self.lots[i].amount;
        }
    }

    /// @notice All points that can be spent in `current`.
    function balance(
        LotAccount storage self,
        uint256 current,
        uint256 validity
    ) internal view returns (uint256 amount) {
        for (uint256 i; i < self.lots.length; ++i) {
            if (current < self.lots[i].epoch + validity) amount += self.lots[i].amount;
        }
    }

    /// @notice Points that were earned, never spent, and can't be spent in `current` any more.
    function lapsed(
        LotAccount storage self,
        uint256 current,
        uint256 validity
    ) internal view returns (uint256 amount) {
        for (uint256 i; i < self.lots.length; ++i) {
            if (current >= self.lots[i].epoch + validity) amount += self.lots[i].amount;
        }
    }

    /// @notice Takes `amount` out of the live lots, those that expire first before the others.
    /// @return taken What was taken, a lot for each epoch.
    /// @return short Points that were not there; then nothing at all is taken.
    function spend(
        LotAccount storage self,
        uint256 amount,
        uint256 current,
        uint256 validity
    ) internal returns (Lot[] memory taken, uint256 short) {
        uint256 held = balance(self, current, validity);
        if (amount > held) return (taken, amount - held);
        taken = new Lot[](validity);
        for (uint256 i; i < validity; ++i) {
            uint256 epoch = current + 1 + i - validity;
            taken[i].epoch = epoch;
            for (uint256 j; j < self.lots.length; ++j) {
                Lot storage lot = self.lots[j];
                if (lot.epoch != epoch) continue;
                uint256 part = lot.amount < amount ? lot.amount : amount;
                lot.amount -= part;
                taken[i].amount += part;
                amount -= part;
            }
        }
    }

    /// @notice Takes `amount` out of the lots of `epoch` alone.
    /// @return done Whether that many were there and live; else nothing at all is taken.
    function takeOf(
        LotAccount storage self,
        uint256 epoch,
        uint256 amount,
        uint256 current,
        uint256 validity
    ) internal returns (bool done) {
        if (amount > heldOf(self, epoch, current, validity)) return false;
        for (uint256 j; j < self.lots.length; ++j) {
            Lot storage lot = self.lots[j];
            if (lot.epoch != epoch) continue;
            uint256 part = lot.amount < amount ? lot.amount : amount;
            lot.amount -= part;
            amount -= part;
        }
        return true;
    }

    /// @notice No nonce of 32 bits can be used any more.
    function close(LotAccount storage self) internal {
        self.closed = true;
    }

    /// @notice Whether `nonce` can be used: never used before, fewer than 16 behind the highest
    /// used one, at most 1,024 beyond the next.
    function isOpen(LotAccount storage self, uint256 nonce) internal view returns (bool) {
        if (self.closed || self.used[nonce] || nonce > 0xffffffff - 1) return false;
        if (!self.anyUsed) return nonce <= 1_024;
        if (nonce > self.highestUsed) return nonce <= self.highestUsed + 1 + 1_024;
        return nonce + 16 > self.highestUsed;
    }

    function useNonce(LotAccount storage self, uint256 nonce) internal {
        self.used[nonce] = true;
        if (!self.anyUsed || nonce > self.highestUsed) self.highestUsed = nonce;
        self.anyUsed = true;
    }

    /// @notice The highest used nonce plus one.
    function next(LotAccount storage self) internal view returns (uint256) {
        if (self.closed) return 0xffffffff;
        return self.anyUsed ? self.highestUsed + 1 : 0;
    }
}
