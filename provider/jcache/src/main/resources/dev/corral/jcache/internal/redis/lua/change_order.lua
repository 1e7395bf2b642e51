--[[
  The order of changes to one key, shared by the scripts of the write-behind queue.

  The order of a change: the JVM that made it (8 characters), its number among the changes of that
  JVM (8 bytes), the bounds of the server's time at which it was made, in ms (8 each), and the best
  estimate of this time, in µs (8). Between changes of one JVM the numbers decide, and between those
  of two JVMs the estimates, so all JVMs decide alike. Only the bounds prove an order.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local ORDER = 'c8I8I8I8I8'

local function orderOf(writer, number, earliest, latest, estimate)
  return {writer = writer, number = number, earliest = earliest, latest = latest,
    estimate = estimate}
end

-- The order of a change about which nothing is known: it proves nothing, and precedes all others.
local UNKNOWN_ORDER = orderOf(string.rep(' ', 8), 0, 0, 0, 0)

-- The order of a change that was made before now.
local function orderBeforeNow(writer, number, earliest, latest, estimate)
  return orderOf(writer, number, math.min(now, earliest), math.min(now, latest),
    math.min(nowMicros, estimate))
end

-- The order of a change from its number, in ns, and the bounds in ms of what is added to it for the
-- server's time at which it was made; of a change that is made now if they are unknown, or if its
-- number is negative.
local function orderOfNumber(writer, number, lowest, highest)
  if number <= 0 or not lowest then
    return orderOf(writer, math.abs(number), now, now, nowMicros)
  end
  local millis = number / 1000000
  return orderBeforeNow(writer, number, math.floor(millis + lowest), math.ceil(millis + highest),
    math.floor((millis + (lowest + highest) / 2) * 1000))
end

local function isSame(change, other)
  return change.writer == other.writer and change.number == other.number
end

local function packOrder(order)
  return struct.pack('>' .. ORDER, order.writer, order.number, order.earliest, order.latest,
    order.estimate)
end

-- Whether a change was made before another one, or is the same change.
local function precedes(change, other)
  if change.writer == other.writer then return change.number <= other.number end
  local distance = change.estimate - other.estimate
  return distance < 0 or distance == 0 and change.writer < other.writer
end

-- Whether a change was certainly made after another one.
local function follows(change, other)
  if change.writer == other.writer then return change.number > other.number end
  return change.earliest > other.latest
end

-- The order of a change that replaces another one: not before it, whatever the clocks say.
local function orderAfter(previous, order)
  local number = order.number
  if previous.writer == order.writer then number = math.max(number, previous.number) end
  local earliest = math.max(order.earliest, previous.earliest)
  return orderOf(order.writer, number, earliest, math.max(order.latest, earliest),
    math.max(order.estimate, previous.estimate + 1))
end
