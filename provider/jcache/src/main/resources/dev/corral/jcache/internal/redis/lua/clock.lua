--[[
  Reads the server's clock.

  KEYS    any key of the server that is asked
  ARGV    none
  Result  the time in ms since the epoch
]]
return now
