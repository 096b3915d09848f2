-- Keeps the latest reading of each sensor.
local Board = {}
Board.__index = Board

--[[ A board has room for so many sensors;
     a full one refuses new ones. ]]
function Board.new(room)
  return setmetatable({ room = room or 100, latest = {}, count = 0 }, Board)
end

function Board:put(sensor, value)
  if self.latest[sensor] == nil then
    if self.count >= self.room then
      return false, ("no room for %s"):format(sensor)
    end
    self.count = self.count + 1
  end
  self.latest[sensor] = value
  return true
end

local board = Board.new(2)
for i, value in ipairs({ 1.5, -3, 0x10 }) do
  local ok, why = board:put("roof-" .. i, value)
  if not ok then
    print(why)
  end
end

while #board.latest > 0 do
  table.remove(board.latest)
end

return Board
