--[[
  The server's clock, and how numbers are written; shared by scripts.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
-- Without an exponent or a fraction.
local function decimal(number)
  return string.format('%.0f', number)
end

-- The server's time since the epoch, in ms and in µs.
local function serverTime()
  local time = redis.call('TIME')
  local seconds, micros = tonumber(time[1]), tonumber(time[2])
  return seconds * 1000 + math.floor(micros / 1000), seconds * 1000000 + micros
end

local now, nowMicros = serverTime()
