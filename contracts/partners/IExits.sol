// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title How a brand leaves
/// @notice A brand that leaves gets no new points at once and for ever. Its reserve stays for its
/// members until the last of its points is spent or has expired; then anyone can release the rest.
interface IExits {
    event PartnerExitBegun(uint32 indexed partner, bool expelled);
    /// @notice `amount` µUSD, the brand's whole reserve and match budget, were paid to `to`.
    event ReserveReleased(uint32 indexed partner, address indexed to, uint256 amount);

    /// @notice Members still hold `supply` points of the brand.
    error ExitPointsLive(uint32 partner, uint256 supply);
    /// @notice The brand has not begun to leave.
    error ExitNotBegun(uint32 partner);
    /// @notice The brand has no money here.
    error ExitNothingToRelease(uint32 partner);

    /// @notice Begins a brand's exit. Only the partner's admin. It can't be taken back.
    function beginExit(uint32 partner) external;

    /// @notice Begins a brand's exit against its will. Only governance, which gets none of its money
    /// by that.
    function expel(uint32 partner) external;

    /// @notice Pays what a brand that has left still holds to its admin. Anyone may call, once no
    /// point of it is live.
    /// @return amount µUSD paid.
    function release(uint32 partner) external returns (uint256 amount);
}
