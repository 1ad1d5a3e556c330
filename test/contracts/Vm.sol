// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev An event, as the EVM keeps it.
struct Log {
    bytes32[] topics;
    bytes data;
    address emitter;
}

/// @dev The cheatcodes that these tests use. Hardhat's EVM answers them at this address.
interface Vm {
    function addr(uint256 key) external pure returns (address);
    function assertEq(uint256 left, uint256 right, string calldata what) external pure;
    function assertEq(string calldata left, string calldata right) external pure;
    function assertGe(uint256 left, uint256 right, string calldata what) external pure;
    function assertLe(uint256 left, uint256 right, string calldata what) external pure;
    function assertTrue(bool condition, string calldata what) external pure;
    function getCode(string calldata artifact) external view returns (bytes memory creationCode);
    function getRecordedLogs() external returns (Log[] memory);
    function prank(address sender) external;
    function recordLogs() external;
    function sign(
        uint256 key,
        bytes32 digest
    ) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function signP256(uint256 key, bytes32 digest) external pure returns (bytes32 r, bytes32 s);
    function publicKeyP256(uint256 key) external pure returns (uint256 x, uint256 y);
    function snapshotState() external returns (uint256 id);
    function revertToState(uint256 id) external returns (bool done);
    function warp(uint256 timestamp) external;
}

Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

/// @dev `x` itself if it lies in [min, max], else a number from there that depends on `x`.
function within(uint256 x, uint256 min, uint256 max) pure returns (uint256) {
    return x >= min && x <= max ? x : min + (x % (max - min + 1));
}

/// @dev Deploys an artifact of the release build, so that what is tested is what is deployed, and
/// large tests need not compile it again.
/// @param artifact Its name, as `Coalition`.
/// @param arguments ABI-encoded arguments of the constructor.
function deploy(string memory artifact, bytes memory arguments) returns (address created) {
    bytes memory code = bytes.concat(vm.getCode(artifact), arguments);
    assembly ("memory-safe") {
        created := create(0, add(code, 0x20), mload(code))
    }
    vm.assertTrue(created != address(0), artifact);
}
