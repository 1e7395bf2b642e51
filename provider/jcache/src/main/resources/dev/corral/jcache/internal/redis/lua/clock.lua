--[[
  Tells the server's clock.

  KEYS    any key of the server that is asked
  ARGV    none
  Result  the time in ms since the epoch
]]
local time = redis.call('TIME')
return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
