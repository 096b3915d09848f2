pragma solidity ^0.8.0;

contract Throne {
    address payable king;
    mapping(address => uint256) owed;

    function claim(uint256 price) public payable {
        // bug: unchecked-send
        king.send(price);
        king = payable(msg.sender);
    }

    function payAll(address[] memory all, uint256 share) internal {
        for (uint256 i = 0; i < all.length; i++) {
            // bug: unchecked-send
            all[i].call{value: share}("");
        }
        // bug: unchecked-send
        king.call(abi.encodeWithSignature("paid()"));
    }

    function old(address wallet, uint256 amount) internal {
        // bug: unchecked-send
        wallet.call.value(amount)();
        // bug: unchecked-send
        library_.delegatecall(msg.data);
    }

    function checked(uint256 price) public {
        // ok: unchecked-send
        require(king.send(price), "not paid");
        // ok: unchecked-send
        if (!king.send(price)) {
            owed[king] += price;
        }
        // ok: unchecked-send
        (bool paid, ) = king.call{value: price}("");
        require(paid);
        // It reverts by itself.
        // ok: unchecked-send
        king.transfer(price);
        // A token's own method of that name.
        // ok: unchecked-send
        token.send(king, price, "");
    }
}
