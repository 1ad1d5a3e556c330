// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

/// @title A brand's points
/// @notice ERC-20 with expiry, whole numbers only (`decimals()` is 0). Each account is one storage
/// word (see AccountWord). Balances and supply are those that can be spent at the present block;
/// points lapse by time alone, without a transaction. The reads of ERC-7818 are there.
/// Only the coalition mints and burns, and it burns only what a member signed for.
interface IPointsToken is IERC20Metadata {
    enum EPOCH_TYPE {
        BLOCKS_BASED,
        TIME_BASED
    }

    /// @notice What became of a spend in a batch, and what the figure beside it is.
    /// - Done: µUSD that the points were worth.
    /// - NonceUnusable: the account's next nonce.
    /// - Insufficient: the account's live points.
    /// - Worthless: 0.
    /// - BelowMinimum, AboveReserve: µUSD that the points are worth.
    enum SpendOutcome {
        Done,
        NonceUnusable,
        Insufficient,
        Worthless,
        BelowMinimum,
        AboveReserve
    }

    /// @notice The caller is not the coalition.
    error PointsCallerNotCoalition(address caller);
    /// @notice Members' transfers are off for this brand.
    error PointsNotTransferable();
    /// @notice `member` has `available` live points, fewer than `requested`.
    error PointsInsufficient(address member, uint256 available, uint256 requested);
    /// @notice Minting `amount` on top of `supply` live points would pass `cap`.
    error PointsSupplyCapExceeded(uint256 supply, uint256 amount, uint256 cap);
    /// @notice The act nonce is used, too old, or too far ahead of `next`.
    error PointsNonceUnusable(address member, uint256 nonce, uint256 next);

    /// @notice The hub that may mint and burn.
    function coalition() external view returns (address);

    /// @notice Whether members may transfer points among themselves; fixed at creation.
    function transferable() external view returns (bool);

    /// @notice Calendar quarters in an epoch: 1, 2 or 4; fixed at creation.
    function quartersPerEpoch() external view returns (uint256);

    /// @notice Mints `amount` points of the current epoch to `to`. Only the coalition.
    /// @return supply The supply word after it, rolled to the current epoch.
    function mint(address to, uint256 amount) external returns (uint256 supply);

    /// @notice Mints points of the current epoch to many. Only the coalition.
    /// @param mints 32 bytes each: the account (20), then the amount (12).
    /// @return amount Points minted in total.
    /// @return supply The supply word after it, rolled to the current epoch.
    function mintBatch(bytes32[] calldata mints) external returns (uint256 amount, uint256 supply);

    /// @notice Burns `amount` of `member`'s points, earliest expiry first, and uses up `nonce`.
    /// Only the coalition, which has checked the member's signature.
    /// @return taken What was taken from each bucket, and the current epoch, in AccountWord's places.
    function spend(address member, uint256 amount, uint256 nonce) external returns (uint256 taken);

    /// @notice Burns for many members, in order and each as `spend` does; a spend that can't be done
    /// changes nothing and can't stop the others. Only the coalition, which has checked the members'
    /// signatures.
    /// @param spends 64 bytes each, see SpendWords.
    /// @param values The brand's point values, as last written, see PointValues.
    /// @param reserve µUSD that the spends that draw on it can draw in all.
    /// @return outcomes 32 bytes each, see SpendWords.
    function spendPriced(
        bytes calldata spends,
        uint256 values,
        uint256 reserve
    ) external returns (bytes memory outcomes);

    function gift(address member, address to, uint256 amount, uint256 nonce) external returns (uint256 taken);
    function cancel(address member, uint256 nonce) external;
    function restore(address member, uint256 buckets) external returns (uint256 restored, uint256 supply);
    function moveAccount(address from, address to) external returns (uint256 amount);
    function epochTotals(uint256 epoch) external view returns (uint256 minted, uint256 live, uint256 expired);
    function rollSupply() external;

    /// @notice The account's word, rolled to the present block.
    function accountWord(address account) external view returns (uint256);

    /// @notice The supply's word, rolled to the present block.
    function supplyWord() external view returns (uint256);

    /// @notice The lowest act nonce above all used ones.
    function nextNonce(address account) external view returns (uint256);

    /// @notice Whether an act of `account` with `nonce` can still be done.
    function isNonceOpen(address account, uint256 nonce) external view returns (bool);

    // ERC-7818 reads

    /// @notice Points of `account` that were earned in `epoch` and can still be spent.
    function balanceOfAtEpoch(uint256 epoch, address account) external view returns (uint256);

    function currentEpoch() external view returns (uint256);

    /// @notice Seconds from the start of the current epoch to the start of the next.
    function epochLength() external view returns (uint256);

    function epochType() external pure returns (EPOCH_TYPE);

    /// @notice In how many epochs points can be spent, the one they were earned in included.
    function validityDuration() external view returns (uint256);

    function isEpochExpired(uint256 epoch) external view returns (bool);

    /// @notice The first second in which points of `epoch` can no longer be spent.
    function expiresAt(uint256 epoch) external view returns (uint256);
}
