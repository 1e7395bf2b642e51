--[[
  The server's clock, and how numbers are written and read; shared by scripts.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
-- Without an exponent or a fraction.
local function decimal(number)
  return string.format('%.0f', number)
end

-- The whole number under a key; nil if there is none, or if the key is damaged: it has another
-- type, another text, or a number to which a later one could not be added exactly.
local function numberAt(key)
  local text = redis.pcall('GET', key)
  local number = type(text) == 'string' and string.find(text, '^%d+$') and tonumber(text)
  return number and number > 0 and number < 9e15 and number or nil
end

-- The server's time since the epoch, in ms and in µs.
local function serverTime()
  local time = redis.call('TIME')
  local seconds, micros = tonumber(time[1]), tonumber(time[2])
  return seconds * 1000 + math.floor(micros / 1000), seconds * 1000000 + micros
end

local now, nowMicros = serverTime()
