// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev An act as the hub's ABI takes it, but with a kind that may be none.
struct RawAct {
    uint8 kind;
    address member;
    uint32 issuer;
    uint32 counterparty;
    uint48 amount;
    uint48 minimum;
    bytes32 ref;
    uint32 nonce;
    uint48 deadline;
}

/// @title The compact encoding of acts, the slow way
library ActTwin {
    uint256 internal constant LENGTH = 142;

    function pack(
        RawAct memory act,
        bytes memory signature
    ) internal pure returns (bytes memory packed) {
        packed = abi.encodePacked(act.kind, act.counterparty, act.member, act.amount, act.minimum);
        packed = abi.encodePacked(packed, act.ref, act.nonce, uint40(act.deadline), signature);
    }

    function unpack(
        bytes calldata packed,
        uint32 issuer
    ) external pure returns (RawAct memory act, bytes memory signature) {
        act.kind = uint8(bytes1(packed[0:1]));
        act.counterparty = uint32(bytes4(packed[1:5]));
        act.member = address(bytes20(packed[5:25]));
        act.issuer = issuer;
        act.amount = uint48(bytes6(packed[25:31]));
        act.minimum = uint48(bytes6(packed[31:37]));
        act.ref = bytes32(packed[37:69]);
        act.nonce = uint32(bytes4(packed[69:73]));
        act.deadline = uint40(bytes5(packed[73:78]));
        signature = packed[78:142];
    }

    function slice(bytes calldata acts, uint256 index) external pure returns (bytes memory) {
        return acts[index * LENGTH:(index + 1) * LENGTH];
    }
}
