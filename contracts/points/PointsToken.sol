// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {PointValues} from "../clearing/PointValues.sol";
import {AccountWord} from "./AccountWord.sol";
import {IERC7818} from "./IERC7818.sol";
import {IPointsToken} from "./IPointsToken.sol";
import {PointsTransfers} from "./PointsTransfers.sol";
import {SpendWords} from "./SpendWords.sol";
import {SupplyWord} from "./SupplyWord.sol";

/// @title The implementation behind every brand's points
/// @dev A clone per brand (ERC-1167 with immutable arguments, see TokenTerms): it has no
/// initializer to call twice. Here is what the coalition does; PointsTransfers is what members do
/// among themselves, and PointsAccounts what is stored and read.
contract PointsToken is PointsTransfers {
    using AccountWord for uint256;
    using SupplyWord for uint256;
    using PointValues for uint256;

    /// @dev The coalition, as a number: an address would be masked wherever it's read.
    uint256 private immutable _coalition = uint160(msg.sender);

    modifier onlyCoalition() {
        if (uint160(msg.sender) != _coalition) revert PointsCallerNotCoalition(msg.sender);
        _;
    }

    /// @inheritdoc IPointsToken
    function mint(address to, uint256 amount) external onlyCoalition returns (uint256 supply) {
        (uint256 epoch, uint256 validity) = _now();
        supply = _supplyAfterMint(amount, epoch, validity);
        _credit(to, amount, epoch, validity);
    }

    /// @inheritdoc IPointsToken
    function mintBatch(
        bytes32[] calldata mints
    ) external onlyCoalition returns (uint256 amount, uint256 supply) {
        (uint256 epoch, uint256 validity) = _now();
        unchecked {
            // At most 2^64 mints of less than 2^96.
            for (uint256 i; i < mints.length; ++i) {
                uint256 item = uint256(mints[i]);
                uint256 points = uint96(item);
                amount += points;
                _credit(address(uint160(item >> 96)), points, epoch, validity);
            }
        }
        // Should a credit above have carried into a neighbour, the sum is over the cap as well,
        // and this reverts all of it.
        supply = _supplyAfterMint(amount, epoch, validity);
    }

    /// @inheritdoc IPointsToken
    function spend(
        address member,
        uint256 amount,
        uint256 nonce
    ) external onlyCoalition returns (uint256 taken) {
        (uint256 epoch, uint256 validity) = _now();
        Account storage account = _accounts[member];
        uint256 word = account.word.rolled(epoch, validity);
        _requireNonceOpen(member, word, nonce);
        taken = _taken(member, word, amount);
        unchecked {
            // Each bucket of `taken` is at most the account's, and that at most the supply's.
            account.word = word.withNonceUsed(nonce) - taken;
            _supply = _supplyAt(epoch, validity) - taken;
        }
        emit Transfer(member, address(0), amount);
        taken |= epoch << AccountWord.EPOCH_SHIFT;
    }

    /// @inheritdoc IPointsToken
    function spendPriced(
        bytes calldata spends,
        uint256 values,
        uint256 reserve
    ) external onlyCoalition returns (bytes memory outcomes) {
        (uint256 epoch, uint256 validity) = _now();
        values = values.rolled(epoch);
        uint256 count = spends.length / SpendWords.SPEND_LENGTH;
        outcomes = SpendWords.room(count, SpendWords.OUTCOME_LENGTH);
        uint256 burned;
        unchecked {
            for (uint256 i; i < count; ++i) {
                (uint256 first, uint256 second) = SpendWords.read(spends, i);
                Account storage account = _accounts[SpendWords.memberOf(first)];
                uint256 word = account.word.rolled(epoch, validity);
                (SpendOutcome outcome, uint256 figure, uint256 taken) = _judge(
                    word,
                    first,
                    second,
                    values,
                    reserve
                );
                SpendWords.putOutcome(outcomes, i, outcome, figure);
                if (outcome != SpendOutcome.Done) continue;
                // See spend. A draw is at most the reserve, or the outcome is another.
                account.word = word.withNonceUsed(SpendWords.nonceOf(second)) - taken;
                burned += taken;
                if (SpendWords.draws(second)) reserve -= figure;
                emit Transfer(SpendWords.memberOf(first), address(0), SpendWords.amountOf(first));
            }
            // What many take of a bucket is at most the supply's.
            if (burned != 0) _supply = _supplyAt(epoch, validity) - burned;
        }
    }

    /// @inheritdoc IPointsToken
    function gift(
        address member,
        address to,
        uint256 amount,
        uint256 nonce
    ) external onlyCoalition returns (uint256 taken) {
        _requireReceiver(to);
        _requireTransferable();
        uint256 word = accountWord(member);
        _requireNonceOpen(member, word, nonce);
        taken = _taken(member, word, amount);
        _move(member, to, amount, word.withNonceUsed(nonce), taken);
        taken |= word.epochOf() << AccountWord.EPOCH_SHIFT;
    }

    /// @inheritdoc IPointsToken
    function cancel(address member, uint256 nonce) external onlyCoalition {
        _cancel(member, nonce);
    }

    /// @inheritdoc IPointsToken
    function cancelNonce(uint256 nonce) external {
        _cancel(msg.sender, nonce);
    }

    /// @inheritdoc IPointsToken
    function restore(
        address member,
        uint256 buckets
    ) external onlyCoalition returns (uint256 restored, uint256 supply) {
        _requireReceiver(member);
        (uint256 epoch, uint256 validity) = _now();
        if (buckets.epochOf() > epoch) revert PointsEpochAhead(buckets.epochOf(), epoch);
        restored = buckets.rolled(epoch, validity) & AccountWord.BUCKETS_MASK;
        supply = _supplyAt(epoch, validity);
        uint256 amount = _requireRestorable(restored, supply);
        unchecked {
            // No bucket of the supply passes what was minted in its epoch, less than 2^48; and no
            // account's passes the supply's.
            supply += restored;
            _accounts[member].word = accountWord(member) + restored;
        }
        _supply = supply;
        supply = supply.live();
        restored |= epoch << AccountWord.EPOCH_SHIFT;
        if (amount == 0) return (restored, supply);
        emit PointsRestored(member, restored);
        emit Transfer(address(0), member, amount);
    }

    /// @inheritdoc IPointsToken
    function moveAccount(address from, address to) external onlyCoalition returns (uint256 amount) {
        if (to == from) revert ERC20InvalidReceiver(to);
        _requireReceiver(to);
        uint256 word = accountWord(from);
        amount = word.total();
        uint256 taken = word & AccountWord.BUCKETS_MASK;
        emit AccountMoved(from, to, amount);
        _move(from, to, amount, word.withNoncesExhausted(), taken);
    }

    /// @inheritdoc IPointsToken
    function coalition() external view returns (address) {
        return address(uint160(_coalition));
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        uint32 id = uint32(interfaceId); // as a number, its constants are a seventh as long
        return
            id == uint32(type(IERC165).interfaceId) ||
            id == uint32(type(IERC20).interfaceId) ||
            id == uint32(type(IERC20Metadata).interfaceId) ||
            id == uint32(type(IERC20Permit).interfaceId) ||
            id == uint32(type(IERC5267).interfaceId) ||
            id == uint32(type(IERC7818).interfaceId);
    }

    function _supplyAfterMint(
        uint256 amount,
        uint256 epoch,
        uint256 validity
    ) private returns (uint256 supply) {
        supply = _supplyAt(epoch, validity);
        _requireRoom(supply, amount);
        uint256 minted = supply.minted();
        unchecked {
            // 48 bits are at most the cap.
            if (amount > SUPPLY_CAP - minted) {
                revert PointsEpochCapExceeded(epoch, minted, amount, SUPPLY_CAP);
            }
        }
        supply = supply.withMinted(amount);
        _supply = supply;
        supply = supply.live();
    }

    function _cancel(address member, uint256 nonce) private {
        Account storage account = _accounts[member];
        uint256 word = account.word;
        _requireNonceOpen(member, word, nonce);
        account.word = word.withNonceUsed(nonce);
        emit NonceCancelled(member, nonce);
    }

    /// @dev Reverts unless `restored`, by bucket, can come back into `supply`, both at the present
    /// block.
    /// @return amount Points in all buckets of `restored`.
    function _requireRestorable(
        uint256 restored,
        uint256 supply
    ) private view returns (uint256 amount) {
        for (uint256 i; i < AccountWord.BUCKETS; ++i) {
            uint256 points = restored.bucket(i);
            if (points == 0) continue;
            uint256 epoch = supply.epochOf() + i + 1 - AccountWord.BUCKETS;
            uint256 live = supply.bucket(i);
            uint256 minted = _mintedIn(epoch, supply);
            if (live + points > minted) revert PointsNeverMinted(epoch, live, points, minted);
        }
        amount = restored.total();
        _requireRoom(supply, amount);
    }

    function _requireRoom(uint256 supply, uint256 amount) private pure {
        uint256 live = supply.total();
        unchecked {
            // This is what keeps the live points at or below the cap.
            if (amount > SUPPLY_CAP - live) {
                revert PointsSupplyCapExceeded(live, amount, SUPPLY_CAP);
            }
        }
    }

    /// @dev What becomes of a spend from an account that is `word`.
    function _judge(
        uint256 word,
        uint256 first,
        uint256 second,
        uint256 values,
        uint256 reserve
    ) private pure returns (SpendOutcome outcome, uint256 figure, uint256 taken) {
        if (!word.isNonceOpen(SpendWords.nonceOf(second))) {
            return (SpendOutcome.NonceUnusable, word.nextNonce(), 0);
        }
        uint256 short;
        (taken, short) = word.take(SpendWords.amountOf(first));
        if (short != 0) return (SpendOutcome.Insufficient, word.total(), 0);
        figure = values.worth(taken);
        if (figure == 0) outcome = SpendOutcome.Worthless;
        else if (figure < SpendWords.minimumOf(first)) outcome = SpendOutcome.BelowMinimum;
        else if (SpendWords.draws(second) && figure > reserve) outcome = SpendOutcome.AboveReserve;
    }
}
