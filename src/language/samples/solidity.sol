// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Ownable} from "./Ownable.sol";

/// @title Keeps the latest reading of each sensor.
contract Board is Ownable {
    struct Reading {
        int256 value;
        uint64 at;
    }

    error Full(uint256 room);
    event Kept(address indexed sensor, int256 value);

    uint256 public constant ROOM = 100;
    uint256 private count;
    mapping(address => Reading) public latest;

    modifier known(address sensor) {
        require(latest[sensor].at != 0, "unknown sensor");
        _;
    }

    /* A full board refuses
       new sensors. */
    function put(int256 value) external returns (bool) {
        if (latest[msg.sender].at == 0) {
            if (count >= ROOM) revert Full({room: ROOM});
            unchecked { ++count; }
        }
        latest[msg.sender] = Reading(value, uint64(block.timestamp));
        emit Kept(msg.sender, value);
        return true;
    }

    function get(address sensor) public view known(sensor) returns (int256) {
        return latest[sensor].value;
    }
}
